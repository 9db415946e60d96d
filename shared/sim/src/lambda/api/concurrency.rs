//! GetFunctionConcurrency, PutFunctionConcurrency and DeleteFunctionConcurrency.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{NamedFunction, existing, invalid};
use crate::api::Refusal;
use crate::history::{Caller, Fact};
use crate::world::World;

/// Least concurrency that an account keeps for functions without a reservation (Lambda developer guide,
/// configuration-concurrency: "Lambda reserves 100 units of concurrency for your functions that don't explicitly reserve
/// concurrency").
const UNRESERVED: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct PutFunctionConcurrency {
    function_name: String,
    reserved_concurrent_executions: Option<i64>,
}

/// Returns the reserved concurrency. A function without one has no such member.
pub(super) fn get(world: &World, input: &NamedFunction) -> Result<Value, Refusal> {
    let name = existing(world, &input.function_name)?;
    let reserved = world.lambda.functions.get(name).and_then(|it| it.spec.reserved_concurrency);
    Ok(json!({ "ReservedConcurrentExecutions": reserved }))
}

/// Reserves concurrency. Zero "stops your function from processing any events" (Lambda developer guide,
/// configuration-concurrency). Invocations under way go on to their end.
pub(super) fn put(
    world: &mut World,
    caller: &Caller,
    input: &PutFunctionConcurrency,
) -> Result<Value, Refusal> {
    let name = existing(world, &input.function_name)?;
    let given = input.reserved_concurrent_executions;
    let given = given.and_then(|given| usize::try_from(given).ok());
    let given = given.ok_or_else(|| {
        invalid("ReservedConcurrentExecutions must be a number greater than or equal to 0.")
    })?;
    let others = world.lambda.functions.iter().filter(|(other, _)| other.as_str() != name);
    let reserved: usize = others.filter_map(|(_, other)| other.spec.reserved_concurrency).sum();
    if world.switches.lambda_concurrent_executions < reserved + given + UNRESERVED {
        return Err(invalid(format!(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution \
             below its minimum value of [{UNRESERVED}]."
        )));
    }
    set(world, caller, name, Some(given));
    Ok(json!({ "ReservedConcurrentExecutions": given }))
}

/// Removes the reservation.
pub(super) fn delete(
    world: &mut World,
    caller: &Caller,
    input: &NamedFunction,
) -> Result<Value, Refusal> {
    let name = existing(world, &input.function_name)?;
    set(world, caller, name, None);
    Ok(json!({}))
}

fn set(world: &mut World, by: &Caller, name: &str, reserved: Option<usize>) {
    if let Some(function) = world.lambda.functions.get_mut(name) {
        function.spec.reserved_concurrency = reserved;
    }
    let (function, by) = (name.to_owned(), by.clone());
    world.note(Fact::ReservedConcurrency { function, reserved, by });
}
