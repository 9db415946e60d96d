//! Mistakes in planned faults: names that are not deployed, unknown operations, and faults that could never strike.

use super::ScriptError;
use super::mistake::{Mistake, at, refuse};
use crate::api::is_read;
use crate::scenario::{PlannedFault, Scenario};
use crate::world::World;
use crate::{
    application_autoscaling, autoscaling, ecs, elb, eventbridge, lambda, scheduler, secretsmanager,
    sns, sqs, ssm, sts,
};

/// Checks the planned faults. Skips the faults of functions, rules or queues if none is deployed, because the run has
/// no responder or an external one.
pub(super) fn faults(world: &World, scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, fault) in scenario.faults.iter().enumerate() {
        check(world, fault).map_err(|wrong| at("fault", index, wrong))?;
    }
    Ok(())
}

fn check(world: &World, fault: &PlannedFault) -> Result<(), Mistake> {
    if let PlannedFault::Call { operation, .. } = fault {
        known(operation)?;
    }
    let nth = match fault {
        PlannedFault::Call { function, nth, .. }
        | PlannedFault::Invocation { function, nth, .. } => {
            deployed(world, "function", function, world.lambda.functions())?;
            nth
        }
        PlannedFault::Delivery { rule, nth, .. } => {
            deployed(world, "rule", rule, world.eventbridge.rules())?;
            nth
        }
        PlannedFault::Message { queue, nth, .. } => {
            deployed_queue(world, queue)?;
            nth
        }
    };
    refuse(*nth == 0, "nth", "numbers begin at 1")
}

/// Fails unless a queue of this name is deployed.
pub(super) fn deployed_queue(world: &World, queue: &str) -> Result<(), Mistake> {
    deployed(world, "queue", queue, world.sqs.queues())
}

/// Fails unless the deployment or the scenario has this name.
fn deployed<'a>(
    world: &World,
    field: &'static str,
    name: &str,
    all: impl Iterator<Item = &'a str>,
) -> Result<(), Mistake> {
    let all: Vec<_> = all.collect();
    let nothing_deployed = all.iter().all(|name| world.declared.contains(*name));
    if nothing_deployed || all.contains(&name) {
        return Ok(());
    }
    let problem = format!("no {field} `{name}` is deployed; there are {}", all.join(", "));
    Err((field, problem))
}

/// Fails unless the simulator knows the operation.
fn known(operation: &str) -> Result<(), Mistake> {
    let all = [
        ecs::OPERATIONS,
        autoscaling::OPERATIONS,
        sqs::OPERATIONS,
        eventbridge::OPERATIONS,
        application_autoscaling::OPERATIONS,
        ssm::OPERATIONS,
        lambda::OPERATIONS,
        scheduler::OPERATIONS,
        secretsmanager::OPERATIONS,
        sns::OPERATIONS,
        elb::OPERATIONS,
        sts::OPERATIONS,
    ];
    if all.iter().any(|of_service| of_service.contains(&operation)) {
        return Ok(());
    }
    let mut all = all.concat();
    all.sort_unstable();
    let problem = format!("no operation `{operation}` is known; there are {}", all.join(", "));
    Err(("operation", problem))
}

/// Returns true if the operation is a read that can lag behind.
pub(super) fn is_known_read(operation: &str) -> bool {
    let can_lag = [
        ecs::OPERATIONS,
        autoscaling::OPERATIONS,
        application_autoscaling::OPERATIONS,
        ssm::OPERATIONS,
    ];
    let can_lag = can_lag.concat();
    can_lag.contains(&operation) && is_read(operation)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::api::Refusal;
    use crate::history::Caller;
    use crate::scenario::Switches;

    #[test]
    fn every_operation_that_a_plan_may_name_is_known_to_its_service() {
        let mut world = World::new(1, Switches::default());
        let caller = Caller::Other("reader".to_owned());
        let (json, form) = (json!({}), BTreeMap::new());
        let mut answers = Vec::new();

        for it in ecs::OPERATIONS {
            answers.push(("ECS", it, ecs::call(&mut world, &caller, it, &json).err()));
        }
        for it in sqs::OPERATIONS {
            answers.push(("SQS", it, sqs::call(&mut world, &caller, it, &json, None).err()));
        }
        for it in eventbridge::OPERATIONS {
            answers.push((
                "EventBridge",
                it,
                eventbridge::call(&mut world, &caller, it, &json).err(),
            ));
        }
        for it in autoscaling::OPERATIONS {
            let refusal = autoscaling::call(&mut world, &caller, it, &form).err();
            answers.push(("Auto Scaling", it, refusal));
        }

        for it in application_autoscaling::OPERATIONS {
            let refusal = application_autoscaling::call(&mut world, &caller, it, &json).err();
            answers.push(("Application Auto Scaling", it, refusal));
        }
        for it in ssm::OPERATIONS {
            let refusal = ssm::call(&mut world, &caller, it, &json).err();
            answers.push(("Systems Manager", it, refusal));
        }
        for it in lambda::OPERATIONS {
            answers.push(("Lambda", it, lambda::call(&mut world, &caller, it, &json).err()));
        }
        for it in scheduler::OPERATIONS {
            let refusal = scheduler::call(&mut world, &caller, it, &json).err();
            answers.push(("EventBridge Scheduler", it, refusal));
        }
        for it in secretsmanager::OPERATIONS {
            let refusal = secretsmanager::call(&mut world, it, &json).err();
            answers.push(("Secrets Manager", it, refusal));
        }
        for it in sns::OPERATIONS {
            answers.push(("SNS", it, sns::call(&mut world, &caller, it, &form).err()));
        }
        for it in elb::OPERATIONS {
            answers.push(("Elastic Load Balancing", it, elb::call(&mut world, it, &form).err()));
        }
        for it in sts::OPERATIONS {
            answers.push(("STS", it, sts::call(&caller, it, &form).err()));
        }

        for (service, operation, refusal) in answers {
            let unknown = Refusal::Unknown(format!("{service} {operation}"));
            assert_ne!(refusal, Some(unknown));
        }
    }
}
