//! The life of a task after its start: its statuses on the host, its stop and its end.

use crate::world::{World, WorldEvent};

use super::run_time::begin_to_last;
use super::task::{LastStatus, StopReason};
use super::task_status::{enter, wake_daemon_services};
use super::{EcsEvent, bus, containers, health_check, start, start_failure, target};

/// `stopCode` of a task that StopTask stopped (API reference, Task).
pub(super) const USER_INITIATED: &str = "UserInitiated";

/// Gives a task its next status, unless a later change made the plan void.
pub(super) fn next(world: &mut World, arn: &str, to: LastStatus, turn: u32) {
    let now = world.now();
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|task| task.turn == turn) else { return };
    match to {
        LastStatus::Pending => {
            enter(world, arn, to);
            start::from_pending(world, arn, turn);
        }
        LastStatus::Running => {
            task.started_at = Some(now);
            enter(world, arn, to);
            target::registers(world, arn);
            begin_to_last(world, arn);
            start_failure::ends(world, arn);
            health_check::begins(world, arn);
        }
        LastStatus::Stopping => containers::stop(world, arn),
        LastStatus::Provisioning
        | LastStatus::Activating
        | LastStatus::Deactivating
        | LastStatus::Deprovisioning
        | LastStatus::Stopped => enter(world, arn, to),
    }
}

/// Ends a task whose essential container exits by itself. If that container "fails or stops for any reason, all other
/// containers that are part of the task are stopped" (ECS developer guide, task_definition_parameters).
pub(super) fn ends(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    if task.truth != LastStatus::Running {
        return;
    }
    task.turn += 1;
    task.stop.get_or_insert_with(|| StopReason {
        code: "EssentialContainerExited",
        reason: "Essential container in task exited".to_owned(),
    });
    containers::finish(world, arn);
}

/// Sets `desiredStatus` to STOPPED. The stop on the host begins at once, or when the agent is connected again.
pub(super) fn want_stopped(world: &mut World, arn: &str, stop: StopReason) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|task| !task.stop_desired) else { return };
    task.stop_desired = true;
    task.stop.get_or_insert(stop);
    task.version += 1;
    bus::task_changed(world, arn);
    wake_daemon_services(world, arn);
    let range = world.switches.stop_begins_after.clone();
    let delay = world.random.length(&format!("stop/{arn}"), &range.0);
    if delay.is_zero() {
        stop_begins(world, arn);
    } else {
        world.after(delay, WorldEvent::Ecs(EcsEvent::StopBegins { task: arn.to_owned() }));
    }
}

/// Begins the stop of a task whose agent is connected. Another agent learns of the stop when it connects again.
pub(super) fn stop_begins(world: &mut World, arn: &str) {
    if world.ecs.tasks.get(arn).is_some_and(|task| world.ecs.is_reported(task)) {
        begin_stop(world, arn);
    }
}

/// Begins the stop of a task on its host. A task that is not up yet goes straight to STOPPED. A task behind a load
/// balancer is DEACTIVATING for the whole deregistration delay first (ECS developer guide,
/// task-lifecycle-explanation).
pub(super) fn begin_stop(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    if task.truth > LastStatus::Running {
        return;
    }
    task.turn += 1;
    let (turn, service) = (task.turn, task.service.clone());
    if task.truth <= LastStatus::Pending {
        return enter(world, arn, LastStatus::Stopped);
    }
    let at_once = task.stop.as_ref().is_some_and(|stop| stop.code == USER_INITIATED)
        && !world.switches.stop_task_waits_for_deregistration;
    let service = service.and_then(|service| world.ecs.services.get(&service));
    match service.and_then(|service| service.deregistration_delay) {
        Some(_) if at_once => {
            target::deregisters(world, arn);
            target::draining(world, arn);
            containers::stop(world, arn);
        }
        Some(delay) => {
            enter(world, arn, LastStatus::Deactivating);
            target::deregisters(world, arn);
            target::draining(world, arn);
            let task = arn.to_owned();
            world.after(
                delay,
                WorldEvent::Ecs(EcsEvent::Next { task, to: LastStatus::Stopping, turn }),
            );
        }
        None => containers::stop(world, arn),
    }
}
