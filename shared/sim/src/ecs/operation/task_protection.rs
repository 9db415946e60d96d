//! GetTaskProtection and UpdateTaskProtection.

use std::time::Duration;

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::ecs::protection::protect;
use crate::ecs::shape::TimeFormat;
use crate::ecs::task::Task;
use crate::history::{Caller, TaskKind};
use crate::world::World;

use super::input::EcsInput;
use super::tasks::{arns, find};
use super::{failure, in_part, invalid};

/// Most tasks in one UpdateTaskProtection (API reference, `tasks`: "up to 10 task IDs").
const UPDATED: usize = 10;
/// Most tasks in one GetTaskProtection (API reference, `tasks`: "up to 100 task IDs").
const SHOWN: usize = 100;

/// Minutes for which a protection can last, and its default (API reference, UpdateTaskProtection).
const MINUTES: std::ops::RangeInclusive<i64> = 1..=2880;
const DEFAULT_MINUTES: i64 = 120;

/// Shows the protection of tasks.
pub(super) fn show(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let (mut protected, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(input, &cluster, SHOWN)? {
        match of_service(world, &cluster, &arn) {
            Ok(task) => protected.push(protection(world, task)),
            Err(reason) => failures.push(failure(&arn, reason)),
        }
    }
    Ok(in_part("protectedTasks", protected, failures))
}

/// Protects tasks, or ends their protection. The developer guide (api_failures_messages) has the reason
/// DEPLOYMENT_BLOCKED for tasks whose protection would keep the service from a steady state.
pub(super) fn update(
    world: &mut World,
    caller: &Caller,
    input: &EcsInput,
) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let tasks = arns(input, &cluster, UPDATED)?;
    let enabled = input.boolean("protectionEnabled")?;
    let enabled = enabled.ok_or_else(|| invalid("protectionEnabled cannot be empty."))?;
    let minutes = input.number("expiresInMinutes")?.unwrap_or(DEFAULT_MINUTES);
    if !MINUTES.contains(&minutes) {
        return Err(invalid("expiresInMinutes must be between 1 and 2880."));
    }
    let lasts = enabled.then(|| Duration::from_secs(60 * minutes.unsigned_abs()));
    let (mut protected, mut failures) = (Vec::new(), Vec::new());
    for arn in &tasks {
        match refusal(world, &cluster, arn, enabled, &tasks) {
            Some(reason) => failures.push(failure(arn, reason)),
            None => {
                protect(world, arn, lasts, caller);
                protected.extend(world.ecs.tasks.get(arn).map(|task| protection(world, task)));
            }
        }
    }
    Ok(in_part("protectedTasks", protected, failures))
}

fn refusal(
    world: &World,
    cluster: &str,
    arn: &str,
    enabled: bool,
    all: &[String],
) -> Option<&'static str> {
    let task = match of_service(world, cluster, arn) {
        Ok(task) => task,
        Err(reason) => return Some(reason),
    };
    let service = world.ecs.services.get(task.service.as_ref()?)?;
    let blocked = enabled && world.ecs.would_be_blocked(service, all);
    blocked.then_some("DEPLOYMENT_BLOCKED")
}

/// Returns a task of a service, or the reason of a failure. A standalone task is `TASK_NOT_VALID` (ECS developer guide,
/// api_failures_messages).
fn of_service<'a>(world: &'a World, cluster: &str, arn: &str) -> Result<&'a Task, &'static str> {
    match find(&world.ecs, cluster, arn) {
        None => Err("MISSING"),
        Some(task) if task.kind == TaskKind::Standalone => Err("TASK_NOT_VALID"),
        Some(task) => Ok(task),
    }
}

fn protection(world: &World, task: &Task) -> Value {
    let mut shape = json!({ "taskArn": task.arn, "protectionEnabled": task.is_protected() });
    if let Some(at) = task.protection.expires_at(world.now()) {
        shape["expirationDate"] = TimeFormat::Seconds.show(at);
    }
    shape
}
