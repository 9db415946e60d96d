//! The EventBridge API (awsJson 1.1) for rules of the default bus, and PutEvents on it. Any parameter that an operation
//! here does not know is refused as unknown.

mod put_events;
mod rules;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::Refusal;
use crate::history::Caller;
use crate::world::World;

/// Operations of EventBridge that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "PutEvents",
    "ListRules",
    "DescribeRule",
    "ListTargetsByRule",
    "ListRuleNamesByTarget",
    "DisableRule",
    "EnableRule",
];

/// Carries out an EventBridge API call.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "PutEvents" => put_events::put_events(world, input),
        "ListRules" => rules::list(world, &parse(operation, input)?),
        "DescribeRule" => rules::describe(world, &parse(operation, input)?),
        "ListTargetsByRule" => rules::targets(world, &parse(operation, input)?),
        "ListRuleNamesByTarget" => rules::names_by_target(world, &parse(operation, input)?),
        "DisableRule" => rules::set_state(world, caller, &parse(operation, input)?, "DISABLED"),
        "EnableRule" => rules::set_state(world, caller, &parse(operation, input)?, "ENABLED"),
        _ => Err(Refusal::Unknown(format!("EventBridge {operation}"))),
    }
}

fn parse<T: DeserializeOwned>(operation: &str, input: &Value) -> Result<T, Refusal> {
    T::deserialize(input)
        .map_err(|error| Refusal::Unknown(format!("EventBridge {operation}: {error}")))
}
