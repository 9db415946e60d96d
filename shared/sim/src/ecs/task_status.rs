//! The status of a task: the true status on the host, and the status that ECS knows.

use crate::history::{Fact, TaskKind};
use crate::world::World;

use super::container_instance::Status;
use super::task::LastStatus;
use super::{bus, pass, status_change, target};

/// Sets a status on the host. The agent reports it at once, or when it is connected again.
pub(super) fn enter(world: &mut World, arn: &str, status: LastStatus) {
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.truth = status;
    if world.ecs.tasks.get(arn).is_some_and(|task| world.ecs.is_reported(task)) {
        report(world, arn);
    }
}

/// Reports the status on the host to ECS.
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
    wake_daemon_services(world, arn);
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    if task.last_status == LastStatus::Stopped {
        stopped(world, arn);
    } else if let Some(service) = task.service.clone().filter(|_| task.is_healthy()) {
        // The task became RUNNING, and healthy, while its agent was disconnected. The agent reports both now (ECS
        // developer guide, ECS_agent).
        pass::soon(world, &service);
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

/// Writes down that a task of a service passed its health checks, or failed them.
pub(super) fn note_health(world: &mut World, arn: &str, healthy: bool) {
    let Some(task) = world.ecs.tasks.get(arn).filter(|task| task.service.is_some()) else { return };
    let task = task.to_ref();
    world.note(Fact::TaskHealth { task, healthy });
}

/// Wakes the daemon services of a DRAINING instance. The scheduler stops daemon tasks after replica tasks.
pub(super) fn wake_daemon_services(world: &mut World, arn: &str) {
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
        pass::soon(world, &service);
    }
}

/// Frees the place of a STOPPED task, and keeps the task describable for a while.
fn stopped(world: &mut World, arn: &str) {
    let now = world.elapsed();
    target::deregisters(world, arn);
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
    status_change::changed(world, &instance_arn);
    if let Some(service) = service {
        pass::soon(world, &service);
    }
    pass::has_room(world, &instance_arn);
}
