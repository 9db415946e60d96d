//! Timeouts of lifecycle actions: ebb completes every action of its hooks before AWS ends it.

use std::time::Duration;

use sim::history::{ActionEnd, Entry, Fact};

use super::completion::ready_since;
use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{AHEAD_OF_AWS, SWEEP, TWO_SWEEPS};
use super::{CheckedRun, Violation};

const COMPLETED: &str = "ebb completes every lifecycle action of its hooks";

/// Heartbeat timeout from which a sweep is sure to find an action without an event before its timeout, 65 s.
const OUTLASTS_A_SWEEP: Duration = Duration::from_secs(65);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    let Fact::ActionEnded { group, hook, ec2_instance, how } = fact else { return None };
    let is_global = match how {
        ActionEnd::HeartbeatTimeout => false,
        ActionEnd::GlobalTimeout => true,
        ActionEnd::Completed { .. } | ActionEnd::Skipped => return None,
    };
    let ebb_hook = run.policies.ebb_hook(group, hook)?;
    if is_denied(run, states.get(ec2_instance)?, *at) {
        return None;
    }
    let period = if is_global { Duration::ZERO } else { ebb_hook.heartbeat_timeout.0 };
    let ready = states.get(ec2_instance).and_then(|it| ready_since(run, it, *at));
    let served_since = served_since(run, states, *at, (group, ec2_instance))?;
    let could_act = could_act(run, *at, period, served_since, ready)
        && (is_global
            || period >= OUTLASTS_A_SWEEP
            || run.disturbances.all_delivered(at.saturating_sub(period), *at));
    let what = format!("{hook} of {} timed out", run.name(ec2_instance));
    could_act.then(|| Violation::new(COMPLETED, *at, what))
}

/// Returns true if a denied cluster kept ebb from the instance during the action. The hook's own timeout decides then.
fn is_denied(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> bool {
    let began = instance.action.as_ref().map(|(_, began)| *began).or(instance.launched);
    run.denied.touch(instance, began.unwrap_or(at), at)
}

/// Returns true if the last heartbeat period had a long enough time in which functions ran and AWS answered.
///
/// A heartbeat is due every third of the period, and the next sweep sends it. So a shorter quiet time may have no
/// heartbeat. Two quiet sweeps are enough if ebb has nothing left to wait for.
fn could_act(
    run: &CheckedRun<'_>,
    at: Duration,
    period: Duration,
    served_since: Duration,
    ready: Option<Duration>,
) -> bool {
    let window = period.saturating_sub(AHEAD_OF_AWS).max(TWO_SWEEPS);
    let from = at.saturating_sub(window).max(served_since);
    let until_heartbeat = (period / 3 + SWEEP).max(TWO_SWEEPS);
    run.disturbances.quiet_for(until_heartbeat, from, at)
        || ready.is_some_and(|ready| run.disturbances.quiet_for(TWO_SWEEPS, from.max(ready), at))
}

/// Returns the time since which ebb can know that it serves the group.
///
/// ebb serves only groups whose cluster it knows and serves. ebb learns the cluster from the instance after its
/// registration, or from other instances of the group after a sweep.
fn served_since(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    at: Duration,
    (group, ec2_instance): (&str, &str),
) -> Option<Duration> {
    let cluster = run.policies.group(group).and_then(|group| group.cluster.as_deref())?;
    let known_since = |(id, instance): (&String, &InstanceState)| {
        let joined = instance.joined.filter(|_| !instance.is_going_down())?;
        if id == ec2_instance {
            return Some(joined);
        }
        let seen = joined + TWO_SWEEPS;
        (instance.group.as_deref() == Some(group) && seen < at).then_some(seen)
    };
    let is_served = run.policies.config.clusters.include(cluster);
    states.iter().filter_map(known_since).min().filter(|_| is_served)
}
