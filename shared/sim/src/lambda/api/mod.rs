//! The control plane of Lambda (restJson1), as far as it stops and restores the functions of other teams. Any parameter
//! that an operation here does not know is refused as unknown.

mod concurrency;
mod function;
mod input;
mod mappings;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::api::Refusal;
use crate::history::Caller;
use crate::world::World;

/// Operations of Lambda that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "ListEventSourceMappings",
    "GetEventSourceMapping",
    "UpdateEventSourceMapping",
    "GetFunctionConcurrency",
    "PutFunctionConcurrency",
    "DeleteFunctionConcurrency",
    "GetFunctionConfiguration",
];

/// Carries out a Lambda API call. The parameters of the path and of the query are members of the input.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "ListEventSourceMappings" => mappings::list(world, input::parse(operation, input)?),
        "GetEventSourceMapping" => mappings::get(world, &input::parse(operation, input)?),
        "UpdateEventSourceMapping" => {
            mappings::update(world, caller, &input::parse(operation, input)?)
        }
        "GetFunctionConcurrency" => concurrency::get(world, &input::parse(operation, input)?),
        "PutFunctionConcurrency" => {
            concurrency::put(world, caller, &input::parse(operation, input)?)
        }
        "DeleteFunctionConcurrency" => {
            concurrency::delete(world, caller, &input::parse(operation, input)?)
        }
        "GetFunctionConfiguration" => function::describe(world, &input::parse(operation, input)?),
        _ => Err(Refusal::Unknown(format!("Lambda {operation}"))),
    }
}
