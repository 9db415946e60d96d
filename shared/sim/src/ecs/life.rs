//! The life of a task after its start: what happens on its host, what its agent reports of it, and its end.

use std::time::Duration;

use crate::history::{Fact, TaskKind};
use crate::world::{Event as Any, World};

use super::container_instance::Status;
use super::task::{LastStatus, Stop};
use super::{Event, bus, container_instance, containers, scheduler, start, target};

/// A task takes its next status, unless its course was changed since.
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
            begin_to_last(world, arn);
            become_healthy_later(world, arn);
        }
        LastStatus::Stopping => containers::stop(world, arn),
        LastStatus::Provisioning
        | LastStatus::Activating
        | LastStatus::Deactivating
        | LastStatus::Deprovisioning
        | LastStatus::Stopped => enter(world, arn, to),
    }
}

/// A status is true on the host from now on. It is reported at once, or when the agent is connected again.
pub(super) fn enter(world: &mut World, arn: &str, status: LastStatus) {
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.truth = status;
    if world.ecs.tasks.get(arn).is_some_and(|task| world.ecs.is_reported(task)) {
        report(world, arn);
    }
}

/// ECS learns what is true of a task.
pub(super) fn report(world: &mut World, arn: &str) {
    let now = world.now();
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    if task.last_status == task.truth {
        return;
    }
    task.last_status = task.truth;
    task.version += 1;
    if task.last_status > LastStatus::Running {
        task.stop_desired = true;
        task.stopping_at.get_or_insert(now);
    }
    if task.last_status == LastStatus::Stopped {
        task.stopped_at = Some(now);
    }
    note(world, arn);
    bus::task_changed(world, arn);
    tell_the_daemons(world, arn);
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    if task.last_status == LastStatus::Stopped {
        stopped(world, arn);
    } else if let Some(service) = task.service.clone().filter(|_| task.is_healthy()) {
        // It took RUNNING, and was healthy, while its agent was away, which reports it now (ECS developer guide, ECS_agent).
        scheduler::soon(world, &service);
    }
}

/// Writes down a task's status.
pub(super) fn note(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let fact = Fact::Task {
        task: task.to_ref(),
        last_status: task.last_status.name(),
        because: task.because(),
    };
    world.note(fact);
}

/// A RUNNING task begins to count its own time.
pub(super) fn begin_to_last(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let (lasts, runs_on) = (task.lasts, task.runs_on);
    let instance = world.ecs.container_instances.get(&task.container_instance);
    let runs_on = runs_on.filter(|_| instance.is_some_and(|instance| instance.leaving));
    for length in [lasts, runs_on].into_iter().flatten() {
        ends_in(world, arn, length);
    }
}

/// A task ends by itself after this long.
pub(super) fn ends_in(world: &mut World, arn: &str, length: Duration) {
    world.after(length, Any::Ecs(Event::Ends { task: arn.to_owned() }));
}

/// The essential container exits by itself; the others are stopped after it (ECS developer guide,
/// task_definition_parameters: "If the essential parameter of a container is marked as true, and that container
/// fails or stops for any reason, all other containers that are part of the task are stopped").
pub(super) fn ends(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    if task.truth != LastStatus::Running {
        return;
    }
    task.turn += 1;
    task.stop.get_or_insert_with(|| Stop {
        code: "EssentialContainerExited",
        reason: "Essential container in task exited".to_owned(),
    });
    containers::finish(world, arn);
}

fn become_healthy_later(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let service = task.service.as_ref().and_then(|service| world.ecs.services.get(service));
    let Some(range) = service.map(|service| service.healthy_after.clone()) else { return };
    let delay = world.random.length(&format!("task/{arn}"), &range.0);
    world.after(delay, Any::Ecs(Event::Healthy { task: arn.to_owned() }));
}

/// A task of a service is healthy.
pub(super) fn healthy(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|t| t.truth == LastStatus::Running) else {
        return;
    };
    task.healthy = true;
    let service = task.service.clone();
    target::healthy(world, arn);
    if let Some(service) = service {
        scheduler::soon(world, &service);
    }
}

/// Sets `desiredStatus` to STOPPED. The rest follows at once, or when the agent is connected again.
pub(super) fn want_stopped(world: &mut World, arn: &str, stop: Stop) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|task| !task.stop_desired) else { return };
    task.stop_desired = true;
    task.stop.get_or_insert(stop);
    task.version += 1;
    bus::task_changed(world, arn);
    tell_the_daemons(world, arn);
    if world.ecs.tasks.get(arn).is_some_and(|task| world.ecs.is_reported(task)) {
        begin_stop(world, arn);
    }
}

/// The agent is told to stop a task. One that is not up yet goes straight to STOPPED; one behind a load balancer is
/// DEACTIVATING for the whole deregistration delay first (ECS developer guide, task-lifecycle-explanation).
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
    let service = service.and_then(|service| world.ecs.services.get(&service));
    match service.and_then(|service| service.deregistration_delay) {
        Some(delay) => {
            enter(world, arn, LastStatus::Deactivating);
            target::draining(world, arn);
            let task = arn.to_owned();
            world.after(delay, Any::Ecs(Event::Next { task, to: LastStatus::Stopping, turn }));
        }
        None => containers::stop(world, arn),
    }
}

/// The scheduler stops a DRAINING instance's daemon tasks after its replica tasks, so it watches these.
fn tell_the_daemons(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let early = world.switches.daemons_stop_early && task.stop_desired;
    if task.kind != TaskKind::Replica || !(early || task.last_status == LastStatus::Stopped) {
        return;
    }
    let instance = task.container_instance.clone();
    let draining = world.ecs.container_instances.get(&instance);
    if draining.is_none_or(|instance| instance.status != Status::Draining) {
        return;
    }
    for service in world.ecs.daemons_on(&instance) {
        scheduler::soon(world, &service);
    }
}

/// What follows from a task's being STOPPED: it takes no place any more, but is remembered for a while.
fn stopped(world: &mut World, arn: &str) {
    let now = world.elapsed();
    target::draining(world, arn);
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let (instance_arn, service) = (task.container_instance.clone(), task.service.clone());
    if let Some(instance) = world.ecs.container_instances.get_mut(&instance_arn) {
        instance.live.remove(arn);
        instance.ended.insert(arn.to_owned());
        instance.last_stopped = Some(now);
    }
    if let Some(service) = service.as_ref().and_then(|service| world.ecs.services.get_mut(service))
    {
        service.live.remove(arn);
        service.ended.insert(arn.to_owned());
    }
    world.ecs.stopped.push_back((now, arn.to_owned()));
    container_instance::changed(world, &instance_arn);
    if let Some(service) = service {
        scheduler::soon(world, &service);
    }
    scheduler::has_room(world, &instance_arn);
}
