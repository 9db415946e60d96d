//! The API of Systems Manager (awsJson 1.1), as far as the simulator knows it. Any parameter that an operation here
//! does not know is refused as unknown.

mod change;
mod input;
mod reading;

use serde_json::Value;

pub(crate) use change::check_value;

use crate::api::Refusal;
use crate::history::Caller;
use crate::world::World;

/// Operations of Systems Manager that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "PutParameter",
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "DeleteParameter",
    "DeleteParameters",
];

/// Carries out a Systems Manager API call.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "PutParameter" => change::put(world, caller, input::parse(operation, input)?),
        "GetParameter" => reading::get(world, input::parse(operation, input)?),
        "GetParameters" => reading::get_several(world, input::parse(operation, input)?),
        "GetParametersByPath" => reading::get_by_path(world, input::parse(operation, input)?),
        "DeleteParameter" => change::delete(world, caller, input::parse(operation, input)?),
        "DeleteParameters" => {
            change::delete_several(world, caller, input::parse(operation, input)?)
        }
        _ => Err(Refusal::Unknown(format!("Systems Manager {operation}"))),
    }
}
