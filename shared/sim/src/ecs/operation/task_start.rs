//! RunTask and StartTask, for tasks without overrides. A task that a call starts never ends by itself.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::{ApiError, Refusal};
use crate::ecs::container_instance::ContainerInstance;
use crate::ecs::shape::{self, TimeFormat};
use crate::ecs::start::{NewTask, start};
use crate::ecs::task_definition::Revision;
use crate::world::World;

use super::container_instances::{arns, find};
use super::input::EcsInput;
use super::{failure, in_part, invalid};

/// Most tasks that one RunTask or StartTask starts (API reference).
const STARTED: usize = 10;

/// Parameters of RunTask. A call is never repeated here, so `clientToken` has no effect.
pub(super) const RUN: &[&str] = &[
    "cluster",
    "taskDefinition",
    "count",
    "group",
    "startedBy",
    "tags",
    "launchType",
    "clientToken",
];

/// The parameters of StartTask.
pub(super) const START: &[&str] =
    &["cluster", "taskDefinition", "containerInstances", "group", "startedBy", "tags"];

pub(super) fn run_task(world: &mut World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let revision = revision(world, input)?;
    let count = input.number("count")?.unwrap_or(1);
    if !(1..=STARTED as i64).contains(&count) {
        return Err(invalid("count must be between 1 and 10."));
    }
    if input.text("launchType")?.is_some_and(|launch_type| launch_type != "EC2") {
        return Err(input.unknown("with a launchType other than EC2"));
    }
    if !world.ecs.instances_of(&cluster).any(ContainerInstance::takes_tasks) {
        return Err(invalid("No Container Instances were found in your cluster."));
    }
    let mut room = world.ecs.room(&cluster, |instance| instance.live.len());
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for _ in 0..count {
        match room.next_place() {
            Some(instance) => tasks.extend(started(world, input, &instance, &revision)?),
            None => {
                let mut instances = world.ecs.instances_of(&cluster).filter(|i| i.takes_tasks());
                let arn = instances.next().map_or("", |instance| &instance.arn);
                failures.push(failure(arn, "RESOURCE:MEMORY"));
            }
        }
    }
    Ok(in_part("tasks", tasks, failures))
}

/// Starts tasks on the given instances. The reasons of failures are those of the ECS developer guide,
/// api_failures_messages. The page has no reason for a DRAINING instance: INACTIVE is the nearest.
pub(super) fn start_task(world: &mut World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let revision = revision(world, input)?;
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(input, &cluster, STARTED)? {
        let reason = match find(&world.ecs, &cluster, &arn) {
            None => Some("MISSING"),
            Some(instance) if !instance.connected => Some("AGENT"),
            Some(instance) if !instance.takes_tasks() => Some("INACTIVE"),
            Some(instance) if instance.free_slots() == 0 => Some("RESOURCE:MEMORY"),
            Some(_) => None,
        };
        match reason {
            Some(reason) => failures.push(failure(&arn, reason)),
            None => tasks.extend(started(world, input, &arn, &revision)?),
        }
    }
    Ok(in_part("tasks", tasks, failures))
}

fn revision(world: &World, input: &EcsInput) -> Result<Revision, Refusal> {
    let given = super::services::task_definition_name(input.required("taskDefinition")?)?;
    let missing = || ApiError::client("ClientException", "TaskDefinition not found.");
    let found = world.ecs.task_definitions.named(given).ok_or_else(missing)?;
    Ok(found.clone())
}

fn started(
    world: &mut World,
    input: &EcsInput,
    instance: &str,
    revision: &Revision,
) -> Result<Option<Value>, Refusal> {
    let new = NewTask::standalone(instance, revision);
    let new = NewTask {
        group: input.text("group")?.map_or(new.group.clone(), str::to_owned),
        started_by: input.text("startedBy")?.map(str::to_owned),
        tags: tags(input)?,
        ..new
    };
    let arn = start(world, &new);
    let task = arn.and_then(|arn| world.ecs.tasks.get(&arn));
    Ok(task.map(|task| shape::task(&world.ecs, task, TimeFormat::Seconds, true)))
}

fn tags(input: &EcsInput) -> Result<BTreeMap<String, String>, Refusal> {
    let text = |tag: &Value, name: &str| tag[name].as_str().map(str::to_owned);
    let tags = input.list("tags")?.iter().map(|tag| {
        let key = text(tag, "key").ok_or_else(|| invalid("Tag key cannot be empty."))?;
        Ok((key, text(tag, "value").unwrap_or_default()))
    });
    tags.collect()
}
