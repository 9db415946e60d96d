//! Stops of tasks: ebb stops each task in time, and none too early.

use std::time::Duration;

use drain::policy::{ServiceTaskPolicy, StandalonePolicy};
use sim::history::{Entry, Fact, TaskKind, TaskRef};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{IN_FLIGHT, REACTION, TWO_SWEEPS};
use super::{CheckedRun, Violation};
use crate::deployed::is_service_operation;

const KILLED: &str = "no task is killed that could have been stopped in time";
const TOO_EARLY: &str = "no task is stopped before its deadline requires it";
const WITHOUT_CAUSE: &str = "no task is stopped that nothing lets ebb stop";

/// Time by which a stop may come early, 75 s. A sweep finds a near deadline up to a minute before, and calls take time.
const EARLY: Duration = Duration::from_secs(75);

/// Age of a Spot interruption warning from which a kill counts as EC2's interruption, 110 s.
const SPOT_INTERRUPTION: Duration = Duration::from_secs(110);

/// Time after a completion within which a kill counts as its consequence, 60 s.
const AFTER_COMPLETION: Duration = Duration::from_secs(60);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::StopTask { task, by } if by.is_function() && !is_service_operation(by) => {
            bad_stop(run, states.get(&task.ec2_instance)?, *at, task)
        }
        Fact::TaskKilled { task, .. }
            if is_followed(run, states.get(&task.ec2_instance)?, task) =>
        {
            avoidable_kill(run, states.get(&task.ec2_instance)?, *at, task)
        }
        _ => None,
    }
}

/// Returns true if ebb stops the task in time before a deadline: a standalone task, or a replica task that policy stops.
///
/// At a drain timeout another terminating hook keeps the host, so ebb leaves service tasks to their service.
pub(super) fn is_followed(run: &CheckedRun<'_>, instance: &InstanceState, task: &TaskRef) -> bool {
    let policy = run.policies.of_group(instance.group.as_deref());
    if !run.policies.acts_in(instance.group.as_deref()) {
        return false;
    }
    let is_left = policy.drain_timeout.is_some()
        && instance.group.as_deref().is_some_and(|group| run.policies.has_foreign_hook(group));
    match task.kind {
        TaskKind::Standalone => true,
        TaskKind::Replica => policy.service_tasks == ServiceTaskPolicy::Stop && !is_left,
        TaskKind::Daemon => false,
    }
}

fn bad_stop(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    task: &TaskRef,
) -> Option<Violation> {
    let name = run.name(&task.ec2_instance);
    let own_drain = instance.draining.as_ref().is_some_and(|(_, by)| by.is_function());
    // ebb may take an action for open that AWS has ended, while another tool's hook holds the instance.
    let ended = instance.ended.is_some() && instance.lifecycle_state.starts_with("Terminating");
    let is_taken = instance.action.is_some() || instance.warning.is_some() || ended;
    let is_left = task.kind != TaskKind::Standalone
        && run.policies.of_group(instance.group.as_deref()).service_tasks
            == ServiceTaskPolicy::Leave;
    if is_left || !(own_drain || is_taken) {
        let what = format!("a {:?} task of {} on {name}", task.kind, task.name);
        return Some(Violation::new(WITHOUT_CAUSE, at, what));
    }
    // After the completion a stop may still be in progress, and ebb waits for no task.
    let is_completed = instance.ended.is_some_and(|(ended, _)| at < ended + IN_FLIGHT);
    let policy = run.policies.standalone(&task.name, instance.group.as_deref());
    let waits = task.kind != TaskKind::Standalone || policy == StandalonePolicy::Wait;
    if is_completed || !waits {
        return None;
    }
    let policy = &run.policies.config.policy;
    let needs = run.policies.stop_time(task) + policy.stop_margin + EARLY;
    let is_early = deadline(run, instance).is_none_or(|end| at + needs < end);
    let what = format!("a task of {} on {name} was stopped early", task.name);
    is_early.then(|| Violation::new(TOO_EARLY, at, what))
}

fn deadline(run: &CheckedRun<'_>, instance: &InstanceState) -> Option<Duration> {
    // Another tool's hook keeps an instance in its state after the end of ebb's action. ebb then believes the action open.
    let action = instance.action.as_ref().or(instance.ended_action.as_ref());
    let of_action = action.and_then(|(hook, began)| instance.deadline(run, hook, *began));
    [of_action, instance.spot_end()].into_iter().flatten().min()
}

/// Returns the violation if a task was killed with its host although ebb could have stopped the task.
///
/// ebb knows of the end if it completed the action itself, at a deadline, or if EC2 interrupts the instance after a Spot warning.
fn avoidable_kill(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    task: &TaskRef,
) -> Option<Violation> {
    let live = instance.tasks.get(&task.arn)?;
    let policy = &run.policies.config.policy;
    let needs = run.policies.stop_time(task) + policy.stop_margin;
    // A stop may use up the margin, because the task still had its whole stop time. ebb adds no deregistration delay
    // that it does not know.
    let stop_time = run.policies.exact_stop_time(task);
    let was_stopped_in_time = live.stop_began.is_some_and(|began| began + stop_time <= at);
    let by_ebb = |ended: &(Duration, bool)| ended.1 && !instance.ended_with_its_host;
    let completed = instance.ended.filter(by_ebb).map(|(end, _)| end);
    let (known_since, end) = match (instance.spot_warning, completed) {
        (Some(warning), _) if at >= warning + SPOT_INTERRUPTION => (warning, at),
        (_, Some(end)) if at < end + AFTER_COMPLETION => (live.since, end),
        _ => return None,
    };
    // Before a Spot deadline every second counts. Any other deadline is known long before.
    let quiet_from = match instance.spot_warning {
        Some(_) => known_since,
        None => end.saturating_sub(needs + TWO_SWEEPS),
    };
    let had_time = known_since + needs + REACTION <= end && live.since + needs + REACTION <= end;
    let is_known = instance.spot_warning.is_none()
        || run.disturbances.delivered_about(&task.ec2_instance, known_since, end);
    let is_undisturbed = run.disturbances.quiet(quiet_from, end)
        && !run.denied.touch(instance, quiet_from, end)
        && is_known
        && instance.agent_away_since.is_none();
    let what = format!("a task of {} on {}", task.name, run.name(&task.ec2_instance));
    (had_time && is_undisturbed && !was_stopped_in_time && instance.agent_back_at < quiet_from)
        .then(|| Violation::new(KILLED, at, what))
}
