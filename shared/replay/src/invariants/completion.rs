//! What must be true when a lifecycle action is completed.

use std::time::Duration;

use sim::history::{ActionEnd, Entry, Fact, TaskKind};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::TWO_SWEEPS;
use super::{CheckedRun, Violation};

/// The name of the invariant that live tasks are waited for.
pub const OVER_LIVE_TASKS: &str =
    "no lifecycle action is completed over live tasks before its deadline";
const IN_TIME: &str = "an empty instance is let go in time";
const MAY_STILL_JOIN: &str = "no instance is given up that may still join its cluster";

/// How long an instance that was launched may take to join its cluster.
const JOINS_WITHIN: Duration = Duration::from_secs(300);

/// Times of ebb and of the world differ by the length of a call and by the second that an event's time is cut to.
const ABOUT: Duration = Duration::from_secs(3);

pub(super) fn check(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Vec<Violation> {
    let Fact::ActionEnded { hook, ec2_instance, how: ActionEnd::Completed { by, .. }, .. } = fact
    else {
        return Vec::new();
    };
    let Some(instance) = course.of(ec2_instance).filter(|_| by.is_function()) else {
        return Vec::new();
    };
    let Some((_, began)) = instance.action.as_ref().filter(|(ours, _)| ours == hook) else {
        return Vec::new();
    };
    // Where no event told the action's start, that of its activity stands in, which deregistration from ELB comes after.
    let group = instance.group.as_deref().and_then(|group| run.policies.group(group));
    let about = ABOUT + group.map_or(Duration::ZERO, |group| group.elb_deregistration.0);
    let over = instance.deadline(run, hook, *began).is_some_and(|end| *at + about >= end);
    if over || instance.is_going_down() || agent_is_lost(run, instance, *at) {
        return Vec::new();
    }
    let name = run.name(ec2_instance);
    let broken = match waited_for(run, instance, *at) {
        0 if may_still_join(instance, *at) => {
            Some(Violation::new(MAY_STILL_JOIN, *at, format!("{name} was let go")))
        }
        0 => is_late(run, instance, *at, *began).map(|late| {
            Violation::new(IN_TIME, *at, format!("{name} was let go {}s late", late.as_secs()))
        }),
        _ if joined_meanwhile(run, instance, *at, *began) => None,
        live => {
            let what = format!("{name} was let go with {live} live tasks");
            Some(Violation::new(OVER_LIVE_TASKS, *at, what))
        }
    };
    broken.into_iter().collect()
}

/// It was launched lately, and no agent has registered it yet: what it takes on when it joins would go with it.
fn may_still_join(instance: &InstanceState, at: Duration) -> bool {
    launched_lately(instance, at) && instance.joined.is_none()
}

fn launched_lately(instance: &InstanceState, at: Duration) -> bool {
    instance.launched.is_some_and(|launched| at + ABOUT < launched + JOINS_WITHIN)
}

/// It joined its cluster when nobody had to wait for it any more, and so lately that the look before its end need not have
/// seen it: the settle time is what answers may lie behind. What was placed on it since goes with it, whoever looks.
fn joined_meanwhile(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    began: Duration,
) -> bool {
    let settle_time = run.policies.config.policy.settle_time;
    let unseen = |joined| began < joined && at < joined + settle_time;
    !launched_lately(instance, at) && instance.joined.is_some_and(unseen)
}

/// How many live tasks there are that have to be waited for: daemon tasks only until their grace is over.
fn waited_for(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> usize {
    let grace = run.policies.config.policy.daemon_grace;
    let over = instance.daemons_only_since.is_some_and(|since| since + grace <= at + ABOUT);
    let counts = |kind: TaskKind| kind != TaskKind::Daemon || !over;
    instance.tasks.values().filter(|task| counts(task.kind)).count()
}

/// The agent is away beyond the limit, and Auto Scaling calls the instance unhealthy: it may be given up.
fn agent_is_lost(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> bool {
    let limit = run.policies.config.policy.agent_limit;
    let lost = instance.agent_away_since.is_some_and(|since| since + limit <= at + ABOUT);
    lost && instance.unhealthy
}

/// By how much the completion came later than two sweeps after everything that it had to wait for.
fn is_late(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
    began: Duration,
) -> Option<Duration> {
    if !instance.registered {
        return None;
    }
    let ready = ready(run, instance, began).max(run.disturbances.last_before(at));
    Some(at.saturating_sub(ready)).filter(|late| *late > TWO_SWEEPS)
}

/// Since when an instance that is still held has nothing left to wait for.
pub(super) fn ready_since(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    at: Duration,
) -> Option<Duration> {
    let (_, began) = instance.action.as_ref().filter(|_| instance.registered)?;
    (waited_for(run, instance, at) == 0).then(|| ready(run, instance, *began))
}

/// When an instance with nothing left on it could be let go, as far as the world is concerned.
fn ready(run: &CheckedRun<'_>, instance: &InstanceState, began: Duration) -> Duration {
    let policy = &run.policies.config.policy;
    let drained = instance.draining.as_ref().map_or(began, |(since, _)| *since);
    let grace = match instance.daemons_only_since {
        Some(since) if !instance.tasks.is_empty() => since + policy.daemon_grace,
        _ => Duration::ZERO,
    };
    let all = [instance.last_stopped, drained + policy.settle_time, grace, instance.agent_back_at];
    all.into_iter().fold(began, Duration::max)
}
