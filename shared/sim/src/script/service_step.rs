//! Steps that change services and their tasks: their check, their effect, and their line in the timeline.

use serde_json::{Value, json};

use super::mistake::{Mistake, refuse};
use crate::history::{Caller, Fact};
use crate::scenario::{
    Happening, ScalableTargetSpec, Scenario, ServiceUpdateSpec, TaskFailure, TaskProtectionSpec,
};
use crate::world::World;
use crate::{application_autoscaling, ecs};

/// Most tasks in one UpdateTaskProtection (API reference).
const AT_ONCE: usize = 10;

/// Fails if a step names a service or a family that the scenario does not have.
pub(super) fn check(scenario: &Scenario, what: &Happening) -> Result<(), Mistake> {
    match what {
        Happening::UpdateService(update) => known(scenario, &update.cluster, &update.service),
        Happening::DeleteService(deletion) => known(scenario, &deletion.cluster, &deletion.service),
        Happening::RegisterScalableTarget(target) => {
            known(scenario, &target.cluster, &target.service)
        }
        Happening::ProtectTasks(protection) => {
            known(scenario, &protection.cluster, &protection.service)
        }
        Happening::Demand(demand) => {
            known(scenario, &demand.cluster, &demand.service)?;
            let of_this =
                |name: &str, cluster: &str| name == demand.service && cluster == demand.cluster;
            let mut services = scenario.services.iter();
            let found = services.find(|one| of_this(&one.name, &one.cluster));
            let scaling = found.and_then(|service| service.scaling.as_ref());
            let tracks = scaling.is_some_and(|scaling| scaling.demand.is_some());
            refuse(!tracks, "service", "its scaling has no demand, and so no policy")
        }
        Happening::TasksFail(failing) => {
            let of_services = scenario.services.iter().map(|service| service.family());
            let listed = scenario.task_definitions.iter().map(|listed| listed.family.as_str());
            let is_known = of_services.chain(listed).any(|family| family == failing.family);
            refuse(!is_known, "family", &format!("no service has the family `{}`", failing.family))
        }
        _ => Ok(()),
    }
}

fn known(scenario: &Scenario, cluster: &str, name: &str) -> Result<(), Mistake> {
    let mut services = scenario.services.iter();
    let found = services.any(|service| service.name == name && service.cluster == cluster);
    refuse(!found, "service", &format!("no service `{name}` in the cluster `{cluster}`"))
}

pub(super) fn apply(world: &mut World, what: &Happening) {
    match what {
        Happening::UpdateService(update) => {
            let by = update.by.clone().unwrap_or_else(|| "operator".to_owned());
            let by = Caller::Other(by);
            ask_as(world, &by, "UpdateService", &update_of(update));
        }
        Happening::CreateService(spec) => world.create_service_later(spec),
        Happening::RegisterScalableTarget(target) => register(world, target),
        Happening::DeleteService(deletion) => {
            world.delete_service(&deletion.cluster, &deletion.service);
        }
        Happening::ProtectTasks(protection) => protect(world, protection),
        Happening::Demand(demand) => {
            world.set_demand(&demand.cluster, &demand.service, demand.tasks);
        }
        Happening::TasksFail(failing) => world.fail_tasks(&failing.family, failing.fails),
        _ => {}
    }
}

fn update_of(update: &ServiceUpdateSpec) -> Value {
    let mut input = json!({ "cluster": update.cluster, "service": update.service });
    if let Some(desired) = update.desired {
        input["desiredCount"] = json!(desired);
    }
    if let Some(definition) = &update.task_definition {
        input["taskDefinition"] = json!(definition);
    }
    if update.force_new_deployment {
        input["forceNewDeployment"] = json!(true);
    }
    input
}

fn protect(world: &mut World, protection: &TaskProtectionSpec) {
    let mut tasks = world.tasks_of_service(&protection.cluster, &protection.service);
    tasks.truncate(protection.tasks.unwrap_or(tasks.len()));
    for tasks in tasks.chunks(AT_ONCE) {
        let mut input = json!({ "cluster": protection.cluster, "tasks": tasks });
        input["protectionEnabled"] = json!(protection.for_.is_some());
        if let Some(length) = protection.for_ {
            input["expiresInMinutes"] = json!(length.0.as_secs() / 60);
        }
        ask(world, "UpdateTaskProtection", &input);
    }
}

fn register(world: &mut World, target: &ScalableTargetSpec) {
    let mut input = json!({
        "ServiceNamespace": "ecs",
        "ResourceId": format!("service/{}/{}", target.cluster, target.service),
        "ScalableDimension": "ecs:service:DesiredCount",
    });
    if let Some(min) = target.min {
        input["MinCapacity"] = json!(min);
    }
    if let Some(max) = target.max {
        input["MaxCapacity"] = json!(max);
    }
    if let Some(suspended) = target.suspended {
        input["SuspendedState"] = json!({
            "DynamicScalingInSuspended": suspended,
            "DynamicScalingOutSuspended": suspended,
            "ScheduledScalingSuspended": suspended,
        });
    }
    let (operation, operator) = ("RegisterScalableTarget", Caller::Other("operator".to_owned()));
    if let Err(refused) = application_autoscaling::call(world, &operator, operation, &input) {
        world.note(Fact::Scripted { what: format!("{operation} refused: {refused}") });
    }
}

/// Makes a call of ECS as an operator. The history has a refusal.
fn ask(world: &mut World, operation: &str, input: &Value) {
    ask_as(world, &Caller::Other("operator".to_owned()), operation, input);
}

fn ask_as(world: &mut World, by: &Caller, operation: &str, input: &Value) {
    if let Err(refused) = ecs::call(world, by, operation, input) {
        world.note(Fact::Scripted { what: format!("{operation} refused: {refused}") });
    }
}

pub(super) fn in_words(what: &Happening) -> String {
    match what {
        Happening::UpdateService(update) => {
            let by = update.by.as_deref().unwrap_or("an operator");
            format!("{by} updates the service {}:{}", update.service, changes(update))
        }
        Happening::CreateService(spec) => {
            format!("an operator creates the service {}: desired count {}", spec.name, spec.desired)
        }
        Happening::RegisterScalableTarget(target) => {
            format!("an operator changes the scalable target of the service {}", target.service)
        }
        Happening::DeleteService(deletion) => {
            format!("an operator deletes the service {}", deletion.service)
        }
        Happening::ProtectTasks(protection) => protection_in_words(protection),
        Happening::Demand(demand) => {
            format!("the load on the service {} needs {} tasks", demand.service, demand.tasks)
        }
        Happening::TasksFail(failing) => {
            let family = &failing.family;
            match failing.fails {
                None => format!("new tasks of the family {family} succeed"),
                Some(TaskFailure::Start) => {
                    format!("new tasks of the family {family} fail to start")
                }
                Some(TaskFailure::HealthCheck) => {
                    format!("new tasks of the family {family} fail their health checks")
                }
                Some(TaskFailure::Exit) => {
                    format!("new tasks of the family {family} exit after their start")
                }
            }
        }
        _ => String::new(),
    }
}

fn changes(update: &ServiceUpdateSpec) -> String {
    let desired = update.desired.map(|count| format!(" desired count {count}"));
    let definition = update.task_definition.as_ref().map(|name| format!(" task definition {name}"));
    let forced = update.force_new_deployment.then(|| " a new deployment".to_owned());
    let changes = [desired, definition, forced];
    changes.into_iter().flatten().collect::<Vec<_>>().join(",")
}

fn protection_in_words(protection: &TaskProtectionSpec) -> String {
    let service = &protection.service;
    let tasks = protection.tasks.map_or("all".to_owned(), |count| count.to_string());
    match protection.for_ {
        Some(length) => {
            format!("{tasks} tasks of the service {service} protect themselves for {length}")
        }
        None => format!("{tasks} tasks of the service {service} end their protection"),
    }
}
