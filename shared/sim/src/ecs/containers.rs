//! The stop of a task's containers: SIGTERM, and SIGKILL for a container that still runs at its stop timeout.
//!
//! `dependsOn` is reversed on shutdown (API reference, ContainerDependency). A container gets its signal when all
//! containers that depend on it have exited, and independent ones get it at once. So a task takes at worst the longest
//! sum of stop timeouts along its dependencies, not the longest single timeout.

use std::time::Duration;

use crate::scenario::{ContainerSpec, TaskFailure};
use crate::world::{World, WorldEvent};

use super::task::{LastStatus, Task};
use super::task_definition::TaskDefinition;
use super::task_status::enter;
use super::{EcsEvent, target};

/// The stop timeout of a container whose definition names none (ECS agent, `ECS_CONTAINER_STOP_TIMEOUT`).
const AGENT_STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The exit code of a process that SIGKILL ended: 128 + 9.
const KILLED: i32 = 137;
/// The exit code of a process that SIGTERM ended because it has no handler for it: 128 + 15.
const TERMINATED: i32 = 143;

/// Stops all containers of a task. If the agent is disconnected, the stop goes on after it connects again.
pub(super) fn stop(world: &mut World, arn: &str) {
    let connected = world.ecs.tasks.get(arn).is_some_and(|task| world.ecs.is_reported(task));
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.held = !connected;
    if connected {
        enter(world, arn, LastStatus::Stopping);
        signal(world, arn);
    }
}

/// Stops the other containers after the containers without dependents exited by themselves.
pub(super) fn finish(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    let Some(definition) = world.ecs.task_definitions.get(&task.revision) else { return };
    let exit_code = if task.failure == Some(TaskFailure::Exit) { 1 } else { 0 };
    for (index, container) in task.containers.iter_mut().enumerate() {
        if definition.dependents(index).next().is_none() {
            (container.exited, container.exit_code) = (true, Some(exit_code));
        }
    }
    if task.containers.iter().any(|container| !container.exited) {
        enter(world, arn, LastStatus::Stopping);
    }
    signal(world, arn);
}

/// Ends a container after its stop signal.
pub(super) fn exits(world: &mut World, arn: &str, index: usize, exit_code: i32, turn: u32) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|task| task.turn == turn) else { return };
    let Some(container) = task.containers.get_mut(index) else { return };
    (container.exited, container.exit_code) = (true, Some(exit_code));
    if index == target::CONTAINER {
        target::gone(world, arn);
    }
    signal(world, arn);
}

/// Sends the stop signal to every container that no running container depends on. Deprovisions the task after the last
/// exit.
fn signal(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let turn = task.turn;
    if task.containers.iter().all(|container| container.exited) {
        return deprovision(world, arn, turn);
    }
    let Some(definition) = world.ecs.task_definitions.get(&task.revision) else { return };
    let ready = Vec::from_iter(may_stop(task, definition).map(|index| {
        let container = &definition.containers[index];
        (index, container.clone())
    }));
    for (index, spec) in ready {
        let (delay, exit_code) = response(world, &spec, arn);
        let event = EcsEvent::Exits { task: arn.to_owned(), container: index, exit_code, turn };
        world.after(delay, WorldEvent::Ecs(event));
        if let Some(task) = world.ecs.tasks.get_mut(arn) {
            task.containers[index].signalled = true;
        }
    }
}

/// Returns the containers without a stop signal that no running container depends on.
fn may_stop<'a>(
    task: &'a Task,
    definition: &'a TaskDefinition,
) -> impl Iterator<Item = usize> + 'a {
    let waiting = |index: &usize| {
        let container = &task.containers[*index];
        !container.signalled && !container.exited
    };
    let free = |index: &usize| {
        let mut dependents = definition.dependents(*index);
        dependents.all(|dependent| task.containers[dependent].exited)
    };
    (0..task.containers.len()).filter(waiting).filter(free)
}

/// Returns the time from a container's stop signal to its exit, and the exit code.
fn response(world: &mut World, container: &ContainerSpec, arn: &str) -> (Duration, i32) {
    let stream = format!("task/{arn}/{}", container.name);
    let exits_in = world.random.length(&stream, &container.exits_in.0);
    let handles_sigterm = world.random.happens(&stream, 0.5);
    let timeout = container.stop_timeout.map_or(AGENT_STOP_TIMEOUT, |timeout| timeout.0);
    if container.ignores_sigterm || exits_in > timeout {
        (timeout, KILLED)
    } else if handles_sigterm {
        (exits_in, 0)
    } else {
        (exits_in, TERMINATED)
    }
}

fn deprovision(world: &mut World, arn: &str, turn: u32) {
    let now = world.now();
    if let Some(task) = world.ecs.tasks.get_mut(arn) {
        task.execution_stopped_at = Some(now);
    }
    enter(world, arn, LastStatus::Deprovisioning);
    let range = world.switches.deprovisioning.clone();
    let delay = world.random.length(&format!("task/{arn}"), &range.0);
    let task = arn.to_owned();
    world.after(delay, WorldEvent::Ecs(EcsEvent::Next { task, to: LastStatus::Stopped, turn }));
}
