//! Completion of lifecycle actions: never while a task runs, and in time.

use std::time::Duration;

use sim::history::{ActionEnd, Entry, Fact, TaskKind};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{REGISTERS_WITHIN, TWO_SWEEPS};
use super::{CheckedRun, Violation};

/// Invariant that ebb waits for live tasks.
pub const OVER_LIVE_TASKS: &str =
    "no lifecycle action is completed over live tasks before its deadline";
const IN_TIME: &str = "the lifecycle action of an empty instance is completed in time";
const MAY_STILL_JOIN: &str =
    "no lifecycle action is completed for an instance that may still join its cluster";

/// Largest difference between ebb's times and the world's, 3 s: the time of a call, and the rounding of event times to
/// seconds.
const TOLERANCE: Duration = Duration::from_secs(3);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    let Fact::ActionEnded { hook, ec2_instance, how: ActionEnd::Completed { by, .. }, .. } = fact
    else {
        return None;
    };
    let at = *at;
    let instance = states.get(ec2_instance).filter(|_| by.is_function())?;
    let (_, began) = instance.action.as_ref().filter(|(ebb_hook, _)| ebb_hook == hook)?;
    // Without the action's event ebb counts from the scaling activity. Deregistration from ELB comes after the start of
    // the activity.
    let group = instance.group.as_deref().and_then(|group| run.policies.group(group));
    let tolerance = TOLERANCE + group.map_or(Duration::ZERO, |group| group.elb_deregistration.0);
    let deadline = instance.deadline(run, hook, *began);
    let deadline_passed = deadline.is_some_and(|deadline| at + tolerance >= deadline);
    if deadline_passed || instance.is_going_down() || agent_is_lost(run, instance, at) {
        return None;
    }
    let name = run.name(ec2_instance);
    match tasks_to_wait_for(run, instance, at) {
        0 if may_still_join(instance, at) => {
            let what = format!("the action of {name} was completed");
            Some(Violation::new(MAY_STILL_JOIN, at, what))
        }
        0 => late_by(run, instance, at, *began).map(|late| {
            let what = format!("the action of {name} was completed {} s late", late.as_secs());
            Violation::new(IN_TIME, at, what)
        }),
        _ if joined_since(run, instance, at, *began) => None,
        live => {
            let what = format!("the action of {name} was completed with {live} live tasks");
            Some(Violation::new(OVER_LIVE_TASKS, at, what))
        }
    }
}

/// Returns true if the instance was launched lately and no agent has registered it yet. ECS may place tasks on the
/// instance after it joins.
fn may_still_join(instance: &InstanceState, at: Duration) -> bool {
    launched_lately(instance, at) && instance.joined.is_none()
}

fn launched_lately(instance: &InstanceState, at: Duration) -> bool {
    instance.launched.is_some_and(|launched| at + TOLERANCE < launched + REGISTERS_WITHIN)
}

/// Returns true if the instance joined its cluster after the end of ebb's wait, and within the settle time before the
/// completion. Reads may lag behind by the settle time, so the last check may have missed the instance.
fn joined_since(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    began: Duration,
) -> bool {
    let settle_time = run.policies.config.policy.settle_time;
    let unseen = |joined| began < joined && at < joined + settle_time;
    !launched_lately(instance, at) && instance.joined.is_some_and(unseen)
}

/// Returns the number of live tasks for which ebb waits. Daemon tasks count until the end of their grace.
fn tasks_to_wait_for(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> usize {
    let grace = run.policies.config.policy.daemon_grace;
    let grace_ended =
        instance.daemons_only_since.is_some_and(|since| since + grace <= at + TOLERANCE);
    let counts = |kind: TaskKind| kind != TaskKind::Daemon || !grace_ended;
    instance.tasks.values().filter(|task| counts(task.kind)).count()
}

/// Returns true if the agent is disconnected beyond the limit and Auto Scaling calls the instance unhealthy.
fn agent_is_lost(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> bool {
    let limit = run.policies.config.policy.agent_limit;
    let is_away = instance.agent_away_since.is_some_and(|since| since + limit <= at + TOLERANCE);
    is_away && instance.unhealthy
}

/// Returns the delay of a completion: the time beyond two sweeps after the end of everything that ebb had to wait for.
fn late_by(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    began: Duration,
) -> Option<Duration> {
    if !instance.registered {
        return None;
    }
    let denied = run.denied.latest_until(instance, at);
    let ready = ready_at(run, instance, began).max(run.disturbances.latest_until(at)).max(denied);
    Some(at.saturating_sub(ready)).filter(|late| *late > TWO_SWEEPS)
}

/// Returns the time since which ebb has nothing left to wait for on a held instance.
pub(super) fn ready_since(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
) -> Option<Duration> {
    let (_, began) = instance.action.as_ref().filter(|_| instance.registered)?;
    (tasks_to_wait_for(run, instance, at) == 0).then(|| ready_at(run, instance, *began))
}

/// Returns the time at which the state of the world allowed the completion for an empty instance.
fn ready_at(run: &CheckedRun<'_>, instance: &InstanceState, began: Duration) -> Duration {
    let policy = &run.policies.config.policy;
    let drained = instance.draining.as_ref().map_or(began, |(since, _)| *since);
    let grace = match instance.daemons_only_since {
        Some(since) if !instance.tasks.is_empty() => since + policy.daemon_grace,
        _ => Duration::ZERO,
    };
    let all = [instance.last_stopped, drained + policy.settle_time, grace, instance.agent_back_at];
    all.into_iter().fold(began, Duration::max)
}
