//! Standalone tasks: stopped in time, and not before their time; and replica tasks that need not have died.

use std::time::Duration;

use drain::policy::StandalonePolicy;
use sim::history::{Entry, Fact, TaskKind, TaskRef};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{ON_ITS_WAY, REACTION, TWO_SWEEPS};
use super::{CheckedRun, Violation};

const KILLED: &str = "no standalone task is killed that could have been stopped in time";
const TOO_EARLY: &str = "no standalone task is stopped that had until its deadline";
const NOT_OURS: &str = "nothing is stopped that is not ours";

/// The sweep finds that a deadline is near up to a minute before it is, and calls take their time.
const EARLY: Duration = Duration::from_secs(75);

pub(super) fn check(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::StopTask { task, by } if by.is_function() => {
            stopped(run, course.of(&task.ec2_instance)?, *at, task)
        }
        Fact::TaskKilled { task, .. } if task.kind == TaskKind::Standalone => {
            killed(run, course.of(&task.ec2_instance)?, *at, task)
        }
        _ => None,
    }
}

fn stopped(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    task: &TaskRef,
) -> Option<Violation> {
    let name = run.name(&task.ec2_instance);
    let ours = instance.draining.as_ref().is_some_and(|(_, by)| by.is_function());
    // AWS may have ended an action of ours that ebb takes for open, while a hook of somebody else holds the instance.
    let ended = instance.ended.is_some() && instance.lifecycle_state.starts_with("Terminating");
    let taken = instance.action.is_some() || instance.notice.is_some() || ended;
    if task.kind != TaskKind::Standalone || !(ours || taken) {
        let what = format!("a {:?} task of {} on {name}", task.kind, task.name);
        return Some(Violation::new(NOT_OURS, at, what));
    }
    // Once the instance is let go there is nothing left to wait for, and a stop may be on its way.
    let let_go = instance.ended.is_some_and(|(ended, _)| at < ended + ON_ITS_WAY);
    let policy = run.policies.standalone(&task.name, instance.group.as_deref());
    if let_go || policy != StandalonePolicy::Wait {
        return None;
    }
    let policy = &run.policies.config.policy;
    let needs = run.policies.stop_time(&task.name) + policy.stop_margin + EARLY;
    let early = deadline(run, instance).is_none_or(|end| at + needs < end);
    let what = format!("a task of {} on {name} was stopped early", task.name);
    early.then(|| Violation::new(TOO_EARLY, at, what))
}

fn deadline(run: &CheckedRun<'_>, instance: &InstanceState) -> Option<Duration> {
    let of_action = instance.action.as_ref();
    let of_action = of_action.and_then(|(hook, began)| instance.deadline(run, hook, *began));
    [of_action, instance.spot_end()].into_iter().flatten().min()
}

/// Killed with its host: because ebb let the instance go at a deadline, or because EC2 took it after its Spot notice. What
/// else ends a host is no deadline of ours.
fn killed(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    task: &TaskRef,
) -> Option<Violation> {
    let live = instance.tasks.get(&task.arn)?;
    let policy = &run.policies.config.policy;
    let needs = run.policies.stop_time(&task.name) + policy.stop_margin;
    let stopped_in_time = live.stop_asked.is_some_and(|asked| asked + needs <= at);
    let let_go = instance.ended.filter(|(_, by_function)| *by_function).map(|(end, _)| end);
    let (known_since, end) = match (instance.spot_notice, let_go) {
        (Some(notice), _) if at >= notice + Duration::from_secs(110) => (notice, at),
        (_, Some(end)) if at < end + Duration::from_secs(60) => (live.since, end),
        _ => return None,
    };
    // Before a Spot deadline every second counts; any other is known long before.
    let watched = if instance.spot_notice.is_some() {
        known_since
    } else {
        end.saturating_sub(needs + TWO_SWEEPS)
    };
    let time_enough = known_since + needs + REACTION <= end && live.since + needs + REACTION <= end;
    let told = instance.spot_notice.is_none()
        || run.disturbances.told_of(&task.ec2_instance, known_since, end);
    let undisturbed =
        run.disturbances.quiet(watched, end) && told && instance.agent_away_since.is_none();
    let what = format!("a task of {} on {}", task.name, run.name(&task.ec2_instance));
    (time_enough && undisturbed && !stopped_in_time && instance.agent_back_at < watched)
        .then(|| Violation::new(KILLED, at, what))
}
