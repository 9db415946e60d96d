//! REPLICA services: the scheduler replaces lost tasks, moves tasks off DRAINING instances and to the latest deployment
//! within a service's bounds, and scales in and out.
//!
//! No page documents how fast a scale-in stops tasks. `minimumHealthyPercent` is a bound of a deployment and of a drain.
//! So here one pass stops all surplus tasks, unless [`Switches::scale_in_batch`] says otherwise.
//!
//! [`Switches::scale_in_batch`]: crate::scenario::Switches::scale_in_batch

use crate::world::World;

use super::blue_green::advance;
use super::deployment::RolloutState;
use super::pass::soon;
use super::service::Obstacle;
use super::service_event::{announce_tasks, set_stuck};
use super::service_stop::{stop, stop_unhealthy};
use super::start::start;
use super::steady_state::settle;
use super::survey::{Survey, survey};

/// Bounds of a service in one pass.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    desired: usize,
    at_least: usize,
    at_most: usize,
    /// Most tasks that a scale-in stops in one pass.
    scale_in: usize,
    /// Number of tasks that count towards the upper bound.
    live: usize,
    /// Number of tasks that are replaced only when they are STOPPED.
    awaited: usize,
    /// True if the scheduler starts no tasks: the deployment failed, or ECS delays starts.
    starts_nothing: bool,
    /// True if a deployment is in progress.
    is_deploying: bool,
}

impl Bounds {
    fn new(world: &World, service: &str, survey: &Survey) -> Option<Self> {
        let found = world.ecs.services.get(service)?;
        let uncounted = match world.switches.maximum_percent_counts_stopping {
            true => 0,
            false => survey.stopping,
        };
        Some(Self {
            desired: found.desired,
            at_least: found.at_least(),
            at_most: found.at_most(),
            scale_in: world.switches.scale_in_batch.unwrap_or(usize::MAX),
            live: found.live.len() - uncounted,
            awaited: match world.switches.replacement_waits_for_stopped {
                true => survey.stopped_by_hand,
                false => 0,
            },
            starts_nothing: found.primary.rollout == RolloutState::Failed
                || world.elapsed() < found.starts_from,
            is_deploying: found.primary.rollout == RolloutState::InProgress,
        })
    }

    fn may_start(&self, survey: &Survey) -> usize {
        match self.starts_nothing {
            true => 0,
            false => self.missing(survey).min(self.at_most.saturating_sub(self.live)),
        }
    }

    fn missing(&self, survey: &Survey) -> usize {
        self.desired.saturating_sub(survey.staying + self.awaited)
    }

    /// Returns how many of the tasks that failed their health checks stop now. A deployment replaces them at once. Else
    /// a replacement starts first, "if the maximumPercent parameter allows"; if not, one task is stopped first (ECS
    /// developer guide, ecs_services).
    fn failed_to_stop(&self, survey: &Survey, may_start: usize) -> usize {
        let failed = survey.failed.len();
        let replaced = (survey.healthy_staying() + failed).saturating_sub(self.desired);
        let has_no_room = self.missing(survey) > 0 && may_start == 0 && !self.starts_nothing;
        match self.is_deploying {
            true => failed,
            false => failed.min(replaced.max(usize::from(has_no_room))),
        }
    }

    /// Returns the number of healthy tasks above the lower bound.
    fn spare(&self, survey: &Survey) -> usize {
        survey.healthy.saturating_sub(self.at_least)
    }

    /// Returns the number of tasks above the desired count.
    fn surplus(&self, survey: &Survey) -> usize {
        survey.staying.saturating_sub(self.desired)
    }

    /// Returns true if protected tasks keep a scale-in from the desired count.
    fn is_blocked(&self, survey: &Survey) -> bool {
        survey.protected + survey.held > self.desired
    }
}

pub(super) fn pass(world: &mut World, service: &str) {
    let Some(mut surveyed) = survey(world, service) else { return };
    if !surveyed.not_up.is_empty() {
        stop(world, service, &surveyed.not_up);
        let Some(again) = survey(world, service) else { return };
        surveyed = again;
    }
    let Some(bounds) = Bounds::new(world, service, &surveyed) else { return };

    let may_start = bounds.may_start(&surveyed);
    let started = place(world, service, may_start);
    let failed = &surveyed.failed[..bounds.failed_to_stop(&surveyed, may_start)];
    stop_unhealthy(world, service, failed);
    let stopped = tasks_to_stop(world, &surveyed, &bounds);
    stop(world, service, &stopped);

    let idle = started == 0 && stopped.is_empty() && failed.is_empty() && !surveyed.is_moving();
    let stuck = match () {
        () if started < may_start => Some(Obstacle::NoRoom),
        () if idle && !surveyed.leaving.is_empty() => Some(Obstacle::NoBounds),
        () if bounds.is_blocked(&surveyed) && stopped.is_empty() => Some(Obstacle::Protection),
        () => None,
    };
    set_stuck(world, service, stuck);
    advance(world, service, &surveyed);
    settle(world, service, surveyed.is_steady(bounds.desired));
    if stopped.len() == bounds.scale_in && bounds.surplus(&surveyed) > bounds.scale_in {
        soon(world, service);
    }
}

/// Returns the tasks that may be stopped: those that leave, as far as enough healthy tasks are left, else the surplus.
fn tasks_to_stop(world: &World, survey: &Survey, bounds: &Bounds) -> Vec<String> {
    let spare = bounds.spare(survey);
    if !survey.leaving.is_empty() {
        let count = survey.leaving.len().min(survey.unhealthy_leaving + spare);
        return survey.leaving[..count].to_vec();
    }
    let unhealthy = survey.unhealthy_free.len();
    let count = bounds.surplus(survey).min(unhealthy + spare).min(bounds.scale_in);
    let mut stops = survey.unhealthy_free[..count.min(unhealthy)].to_vec();
    stops.extend(world.ecs.scale_in_order(&survey.healthy_free, count - stops.len()));
    stops
}

/// Starts tasks of a service as far as instances have room. Returns the number of tasks.
fn place(world: &mut World, service: &str, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let mut room = world.ecs.room_for(service);
    let mut started = Vec::new();
    while started.len() < count
        && let Some(instance) = room.next_place()
        && let Some(task) = world.ecs.services.get(service).map(|found| found.task_on(&instance))
    {
        started.extend(start(world, &task));
    }
    announce_tasks(world, service, "has started", "tasks", &started);
    started.len()
}
