//! Mistakes in planned faults: what they name is not deployed, or they could never strike.

use super::ScriptError;
use super::check::{Wrong, at, refuse};
use crate::scenario::{Fault, Scenario};
use crate::world::World;

/// Where nothing of a kind is deployed, since nobody responds or somebody outside does, its faults are spared.
pub(super) fn faults(world: &World, scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, fault) in scenario.faults.iter().enumerate() {
        check(world, fault).map_err(|wrong| at("fault", index, wrong))?;
    }
    Ok(())
}

fn check(world: &World, fault: &Fault) -> Result<(), Wrong> {
    let nth = match fault {
        Fault::Call { function, nth, .. } | Fault::Invocation { function, nth, .. } => {
            deployed("function", function, world.lambda.functions())?;
            nth
        }
        Fault::Delivery { rule, nth, .. } => {
            deployed("rule", rule, world.eventbridge.rules())?;
            nth
        }
        Fault::Message { queue, nth, .. } => {
            deployed("queue", queue, world.sqs.queues())?;
            nth
        }
    };
    refuse(*nth == 0, "nth", "the first one is number 1")
}

/// Whether something of this name is among what is deployed.
fn deployed<'a>(
    field: &'static str,
    name: &str,
    all: impl Iterator<Item = &'a str>,
) -> Result<(), Wrong> {
    let all: Vec<_> = all.collect();
    let problem = format!("no {field} `{name}` is deployed; there are {}", all.join(", "));
    refuse(!all.is_empty() && !all.contains(&name), field, &problem)
}
