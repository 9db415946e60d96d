//! ListTasks, DescribeTasks and StopTask.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::ecs::identifier::{ResourceType, resource_arn};
use crate::ecs::shape::{self, TimeFormat};
use crate::ecs::task::{LastStatus, StopReason, Task};
use crate::ecs::{Ecs, life, pass};
use crate::history::{Caller, Fact};
use crate::world::World;

use super::container_instances;
use super::input::EcsInput;
use super::{failure, in_part, invalid};

/// Most tasks in one DescribeTasks (API reference).
const DESCRIBED: usize = 100;

/// The parameters of ListTasks.
pub(super) const LIST: &[&str] = &[
    "cluster",
    "containerInstance",
    "family",
    "startedBy",
    "serviceName",
    "desiredStatus",
    "launchType",
    "maxResults",
    "nextToken",
];

/// Returns a page of ARNs. `desiredStatus` is RUNNING by default, and PENDING "doesn't return any results" (API
/// reference). Tasks that are being stopped are listed with the STOPPED tasks.
pub(super) fn list(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let desired = input.text("desiredStatus")?.unwrap_or("RUNNING");
    if !["RUNNING", "PENDING", "STOPPED"].contains(&desired) {
        return Err(invalid("Task desired status should be one of [RUNNING, PENDING, STOPPED]."));
    }
    let (family, started_by) = (input.text("family")?, input.text("startedBy")?);
    check_started_by(input, started_by.is_some())?;
    let launch_type = input.text("launchType")?;
    let listed = |task: &&Task| {
        task.cluster == cluster
            && task.desired_status() == desired
            && task.listed_from <= world.elapsed()
            && launch_type.is_none_or(|name| world.ecs.launch_type(task).name() == name)
            && family.is_none_or(|family| task.revision.family == family)
            && started_by.is_none_or(|who| task.started_by.as_deref() == Some(who))
    };
    let tasks = candidates(world, input, &cluster)?;
    let arns: BTreeSet<&String> = tasks.filter(listed).map(|task| &task.arn).collect();
    let (page, token) = input.page_of(arns.into_iter(), world.switches.page.into())?;
    Ok(json!({ "taskArns": page, "nextToken": token }))
}

/// Checks the filter `startedBy`: "When you specify `startedBy` as the filter, it must be the only filter that you use"
/// (API reference). According to field reports, AWS accepts a desired status together with `startedBy`.
fn check_started_by(input: &EcsInput, given: bool) -> Result<(), Refusal> {
    for other in ["containerInstance", "family", "serviceName"] {
        if given && input.text(other)?.is_some() {
            return Err(invalid(format!("startedBy cannot be combined with {other}.")));
        }
    }
    Ok(())
}

/// Returns the tasks that a filter has to check: those of a container instance, of a service, or all.
fn candidates<'a>(
    world: &'a World,
    input: &EcsInput,
    cluster: &str,
) -> Result<Box<dyn Iterator<Item = &'a Task> + 'a>, Refusal> {
    let ecs = &world.ecs;
    let service = match input.text("serviceName")? {
        Some(name) => Some(find_service(ecs, cluster, name)?),
        None => None,
    };
    let of_service = move |task: &&Task| {
        service.is_none_or(|service| task.service.as_deref() == Some(&*service.arn))
    };
    if let Some(id) = input.text("containerInstance")? {
        let arn = resource_arn(ResourceType::ContainerInstance, cluster, id)?;
        let instance = container_instances::find(ecs, cluster, &arn)
            .ok_or_else(|| invalid("Container instance not found."))?;
        let arns = instance.live.iter().chain(&instance.ended);
        return Ok(Box::new(arns.filter_map(|arn| ecs.tasks.get(arn)).filter(of_service)));
    }
    if let Some(service) = service {
        let arns = service.live.iter().chain(&service.ended);
        return Ok(Box::new(arns.filter_map(|arn| ecs.tasks.get(arn))));
    }
    Ok(Box::new(ecs.tasks.values()))
}

fn find_service<'a>(
    ecs: &'a Ecs,
    cluster: &str,
    name: &str,
) -> Result<&'a crate::ecs::service::Service, Refusal> {
    let found = ecs.services.get(&resource_arn(ResourceType::Service, cluster, name)?);
    let missing = || ApiError::client("ServiceNotFoundException", "Service not found.");
    Ok(found.ok_or_else(missing)?)
}

pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let tags = input.includes_tags(&[])?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(input, &cluster, DESCRIBED)? {
        match find(&world.ecs, &cluster, &arn) {
            Some(task) => found.push(shape::task(&world.ecs, task, TimeFormat::Seconds, tags)),
            None => failures.push(failure(&arn, "MISSING")),
        }
    }
    Ok(in_part("tasks", found, failures))
}

/// Returns the ARNs of the 1 to `limit` tasks that a call names.
pub(super) fn arns(input: &EcsInput, cluster: &str, limit: usize) -> Result<Vec<String>, Refusal> {
    let ids = input.ids("tasks", limit)?.into_iter();
    let arns = ids.map(|id| resource_arn(ResourceType::Task, cluster, id));
    Ok(arns.collect::<Result<_, _>>()?)
}

/// Returns a task of a cluster by its ARN.
pub(super) fn find<'a>(ecs: &'a Ecs, cluster: &str, arn: &str) -> Option<&'a Task> {
    ecs.tasks.get(arn).filter(|task| task.cluster == cluster)
}

/// Stops a task. "Any tags associated with the task will be deleted"; the containers get the signals of `docker stop`
/// (API reference, StopTask). Has no effect on a task that is stopping or STOPPED.
pub(super) fn stop(world: &mut World, caller: &Caller, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let wanted = resource_arn(ResourceType::Task, &cluster, input.required("task")?)?;
    let found = find(&world.ecs, &cluster, &wanted);
    let found = found.ok_or_else(|| invalid("The referenced task was not found."))?;
    let (arn, task) = (found.arn.clone(), found.to_ref());
    if found.is_protected() && world.switches.stop_task_honours_protection {
        return Err(invalid("The referenced task is protected."));
    }
    let accepted = !found.stop_desired && found.last_status != LastStatus::Stopped;
    let reason = input.text("reason")?.unwrap_or("Task stopped by user");
    if let Some(task) = world.ecs.tasks.get_mut(&arn) {
        task.tags.clear();
    }
    if accepted {
        world.note(Fact::StopTask { task, by: caller.clone() });
        let stop = StopReason { code: life::USER_INITIATED, reason: reason.to_owned() };
        life::want_stopped(world, &arn, stop);
        if !world.switches.replacement_waits_for_stopped {
            wake_service(world, &arn);
        }
    }
    let task = world.ecs.tasks.get(&arn);
    let shape = task.map(|task| shape::task(&world.ecs, task, TimeFormat::Seconds, false));
    Ok(json!({ "task": shape }))
}

/// Puts the scheduler's next pass for the service of a task on the agenda.
fn wake_service(world: &mut World, task: &str) {
    if let Some(service) = world.ecs.tasks.get(task).and_then(|task| task.service.clone()) {
        pass::soon(world, &service);
    }
}
