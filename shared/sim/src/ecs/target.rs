//! Tasks as targets of a load balancer that carries requests.
//!
//! The load balancer of a service with traffic sends requests to its healthy targets. "It stops sending requests to
//! targets that are deregistering", and waits the deregistration delay for those in flight (ELB user guide for
//! Application Load Balancers, edit-target-group-attributes). ECS deregisters a task when it is DEACTIVATING, before
//! its SIGTERM (ECS developer guide, task-lifecycle-explanation). ECS deregisters the target of a vanished task only
//! after it learns of the task's end. Until then only the health checks of the load balancer can find the loss.
//!
//! The history holds changes of targets, not requests: [`crate::account`] computes the requests from them. Requests
//! never affect a task: the scenario alone determines the time between SIGTERM and the exit of a process.

use std::ops::Range;
use std::time::Duration;

use crate::history::{Fact, TargetChange};
use crate::scenario::TrafficSpec;
use crate::world::{World, WorldEvent};

use super::EcsEvent;
use super::service::{DrainingTarget, TargetChanges};
use super::service_deployment::LifecycleStage;
use super::task::{LastStatus, Task};

/// Index of the container that gets the requests, the first (API reference, LoadBalancer: `containerName`).
pub(super) const CONTAINER: usize = 0;

/// Time after which a target without answers is unhealthy. Two checks in a row fail (`UnhealthyThresholdCount`), 30 s
/// apart (`HealthCheckIntervalSeconds`), the second within 5 s (`HealthCheckTimeoutSeconds`). ELB API reference,
/// CreateTargetGroup: the defaults.
const UNHEALTHY: Range<Duration> = Duration::from_secs(30)..Duration::from_secs(65);

/// Starts the requests of a service, if it has any.
pub(super) fn begin(world: &mut World, service: &str) {
    let Some(traffic) = world.ecs.services.get(service).and_then(|it| it.traffic.clone()) else {
        return;
    };
    let seed = world.random.stream(&format!("traffic/{service}")).u64(..);
    world.note(Fact::Traffic { service: service.to_owned(), traffic, seed });
}

/// Registers a task of a service behind a load balancer as a target, once it runs.
pub(super) fn registers(world: &mut World, arn: &str) {
    if set_in_target_group(world, arn, true) == Some(false) {
        count(world, arn, |changes| changes.registered += 1);
    }
}

/// Deregisters a task from its target group, if it is a target.
pub(super) fn deregisters(world: &mut World, arn: &str) {
    if set_in_target_group(world, arn, false) == Some(true) {
        count(world, arn, |changes| changes.deregistered += 1);
        keep_draining(world, arn);
    }
}

/// Shows a deregistered target as `draining` until the deregistration delay ends.
fn keep_draining(world: &mut World, arn: &str) {
    let now = world.elapsed();
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let service = task.service.as_ref().and_then(|service| world.ecs.services.get_mut(service));
    let (Some(service), Some(port)) = (service, task.host_port) else { return };
    let until = now + service.deregistration_delay.unwrap_or_default();
    let ec2_instance = task.ec2_instance.clone();
    service.draining_targets.retain(|target| now < target.until);
    service.draining_targets.push(DrainingTarget { ec2_instance, port, until });
}

/// Registers a target again that another tool deregistered, if its task still runs.
pub(super) fn registers_again(world: &mut World, arn: &str) {
    let task = world.ecs.tasks.get(arn);
    let Some(task) = task.filter(|task| task.truth == LastStatus::Running && !task.stop_desired)
    else {
        return;
    };
    let is_healthy = task.healthy;
    registers(world, arn);
    if is_healthy {
        healthy(world, arn);
    }
}

/// Makes a task from before the start of the world a target, without a service event.
pub(super) fn settles(world: &mut World, arn: &str) {
    set_in_target_group(world, arn, true);
}

/// Sets `in_target_group`. Returns the previous value; none for a task without a load balancer.
fn set_in_target_group(world: &mut World, arn: &str, is_target: bool) -> Option<bool> {
    let task = world.ecs.tasks.get_mut(arn)?;
    let service = world.ecs.services.get(task.service.as_ref()?)?;
    service.deregistration_delay?;
    Some(std::mem::replace(&mut task.in_target_group, is_target))
}

/// Counts a change of a service's targets. Changes at one moment share a service event.
fn count(world: &mut World, arn: &str, change: impl FnOnce(&mut TargetChanges)) {
    let Some(service) = world.ecs.tasks.get(arn).and_then(|task| task.service.clone()) else {
        return;
    };
    let Some(found) = world.ecs.services.get_mut(&service) else { return };
    let first = found.target_changes == TargetChanges::default();
    change(&mut found.target_changes);
    if first {
        let event = EcsEvent::TargetsChanged { service };
        world.after(Duration::ZERO, WorldEvent::Ecs(event));
    }
}

/// Records that a target passed its health checks.
pub(super) fn healthy(world: &mut World, arn: &str) {
    if traffic(world, arn).is_some() && !waits_for_shift(world, arn) {
        set_registered(world, arn, true);
        note(world, arn, TargetChange::Healthy);
    }
}

/// Returns true if a task is a target of the alternate target group. A blue/green deployment shifts the traffic there
/// later.
fn waits_for_shift(world: &World, arn: &str) -> bool {
    let task = world.ecs.tasks.get(arn);
    let service =
        task.and_then(|task| world.ecs.services.get(task.service.as_ref()?).zip(Some(task)));
    service.is_some_and(|(service, task)| {
        let stage = service.records.first().and_then(|record| record.stage);
        stage == Some(LifecycleStage::ScaleUp) && service.primary.has(task)
    })
}

/// Shifts the traffic of a service to the targets of its PRIMARY deployment.
pub(super) fn shift(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let tasks = found.live.iter().filter_map(|task| world.ecs.tasks.get(task));
    let healthy = tasks.filter(|task| task.is_healthy());
    let (green, blue): (Vec<_>, Vec<_>) = healthy.partition(|task| found.primary.has(task));
    let arns = |tasks: Vec<&Task>| Vec::from_iter(tasks.iter().map(|task| task.arn.clone()));
    let (green, blue) = (arns(green), arns(blue));
    for task in green {
        if !set_registered(world, &task, true) && traffic(world, &task).is_some() {
            note(world, &task, TargetChange::Healthy);
        }
    }
    for task in blue {
        draining(world, &task);
    }
}

/// Deregisters a target, unless ECS did so earlier.
pub(super) fn draining(world: &mut World, arn: &str) {
    let Some((traffic, delay)) = traffic(world, arn).filter(|_| set_registered(world, arn, false))
    else {
        return;
    };
    let range = world.switches.target_draining.clone();
    let no_new_after = world.random.length(&format!("target/{arn}"), &range.0);
    let cut_off_after = traffic.connection_termination.then_some(no_new_after + delay);
    note(world, arn, TargetChange::Draining { no_new_after, cut_off_after });
}

/// Records that the target's process ended, before the load balancer knows of the end.
pub(super) fn gone(world: &mut World, arn: &str) {
    if traffic(world, arn).is_some() {
        let unhealthy_after = world.random.length(&format!("target/{arn}"), &UNHEALTHY);
        note(world, arn, TargetChange::Gone { unhealthy_after });
    }
}

/// Returns the traffic of a task's service, and its deregistration delay.
fn traffic(world: &World, arn: &str) -> Option<(TrafficSpec, Duration)> {
    let service = world.ecs.tasks.get(arn)?.service.as_ref()?;
    let service = world.ecs.services.get(service)?;
    Some((service.traffic.clone()?, service.deregistration_delay.unwrap_or_default()))
}

/// Sets `registered`. Returns the previous value.
fn set_registered(world: &mut World, arn: &str, registered: bool) -> bool {
    let task = world.ecs.tasks.get_mut(arn);
    task.is_some_and(|task| std::mem::replace(&mut task.registered, registered))
}

fn note(world: &mut World, arn: &str, change: TargetChange) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let Some(service) = task.service.clone() else { return };
    let task = task.to_ref();
    world.note(Fact::Target { service, task, change });
}
