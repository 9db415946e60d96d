//! The API of Application Auto Scaling (awsJson 1.1), as far as an operation on a service needs it. Any parameter that
//! an operation here does not know is refused as unknown.

mod activities;
mod input;
mod registration;
mod scheduled_actions;
mod targets;

use serde_json::Value;

use crate::api::Refusal;
use crate::history::Caller;
use crate::world::World;

/// Operations of Application Auto Scaling that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "DescribeScalableTargets",
    "RegisterScalableTarget",
    "DescribeScheduledActions",
    "DescribeScalingActivities",
];

/// Carries out an Application Auto Scaling API call.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "DescribeScalableTargets" => targets::describe(world, input::parse(operation, input)?),
        "RegisterScalableTarget" => {
            registration::register(world, caller, input::parse(operation, input)?)
        }
        "DescribeScheduledActions" => {
            scheduled_actions::describe(world, input::parse(operation, input)?)
        }
        "DescribeScalingActivities" => activities::describe(world, input::parse(operation, input)?),
        _ => Err(Refusal::Unknown(format!("Application Auto Scaling {operation}"))),
    }
}
