//! Tasks of a service that never reach RUNNING. ECS starts their replacements after a growing delay.
//!
//! "The time between subsequent restart attempts" grows, up to 27 minutes. Tasks that reached RUNNING do not count (ECS
//! developer guide, service-throttle-logic). The page does not say how the delay grows: here it doubles.

use std::time::Duration;

use crate::world::{World, WorldEvent};

use super::service_event::add_service_event;
use super::task::{LastStatus, StopReason};
use super::task_status::enter;
use super::{EcsEvent, bus, circuit_breaker, pass};

/// Delay after the second failure in a row.
const FIRST_DELAY: Duration = Duration::from_secs(10);
/// Longest delay (ECS developer guide, service-throttle-logic).
const LONGEST_DELAY: Duration = Duration::from_secs(27 * 60);
/// Failures in a row after which the service says that it cannot start tasks. AWS does not document their number.
const IMPAIRED_AFTER: u32 = 3;

/// Stops a task whose image cannot be pulled (ECS developer guide, stopped-task-error-codes).
pub(super) fn fails(world: &mut World, arn: &str, turn: u32) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|task| task.turn == turn) else { return };
    if task.truth != LastStatus::Pending {
        return;
    }
    task.turn += 1;
    task.stop_desired = true;
    task.stop.get_or_insert_with(|| StopReason {
        code: "TaskFailedToStart",
        reason: "CannotPullContainerError: failed to resolve ref: not found".to_owned(),
    });
    let service = task.service.clone();
    if let Some(service) = service {
        delay_the_next(world, &service);
        circuit_breaker::failed_to_start(world, &service, arn);
    }
    enter(world, arn, LastStatus::Stopped);
}

fn delay_the_next(world: &mut World, service: &str) {
    let now = world.elapsed();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    found.start_failures += 1;
    let Some(doublings) = found.start_failures.checked_sub(2) else { return };
    let delay = FIRST_DELAY.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_DELAY);
    found.starts_from = now + delay;
    let impaired = found.start_failures == IMPAIRED_AFTER;
    let event = EcsEvent::StartsAgain { service: service.to_owned() };
    world.after(delay, WorldEvent::Ecs(event));
    if impaired {
        add_service_event(world, service, "is unable to consistently start tasks successfully.");
        bus::service_action(world, service, "WARN", "SERVICE_TASK_START_IMPAIRED");
    }
}

/// Ends the delays of a service, because a task of it is RUNNING.
pub(super) fn ends(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let service = task.service.as_ref().and_then(|service| world.ecs.services.get_mut(service));
    let Some(service) = service else { return };
    (service.start_failures, service.starts_from) = (0, Duration::ZERO);
    if service.primary.has(task) {
        service.primary.has_run = true;
    }
}

/// Runs a pass after the delay.
pub(super) fn starts_again(world: &mut World, service: &str) {
    pass::soon(world, service);
}
