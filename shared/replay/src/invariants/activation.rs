//! Activation: ebb sets only the right instances ACTIVE again, and no instance in service stays DRAINING.

use std::time::Duration;

use aws::Feed;
use aws::limits::CUSTOM_ATTRIBUTES;
use sim::history::{Entry, Fact};
use sim::scenario::GroupSpec;

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{IN_FLIGHT, INVOCATION_TIMEOUT, REACTION, SWEEP, TWO_SWEEPS};
use super::{CheckedRun, Violation};

const FOREIGN_DRAIN: &str = "no instance is set ACTIVE that another tool set DRAINING";
const TAKEN: &str = "no instance is set ACTIVE that a trigger takes";
const STAYS_DRAINING: &str = "no instance in service stays DRAINING";

/// Time for which a Spot warning is hidden after the death of the process that received it, 47 s. This is the
/// visibility timeout of the queue (`infra/template.yaml`), and a second before each of two batches.
const HIDDEN: Duration = Duration::from_secs(47);
/// Age up to which an event sets an instance DRAINING although its lifecycle action has ended, 100 s.
const YOUNG_EVENT: Duration = Duration::from_secs(100);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::ContainerInstance { ec2_instance, status: "ACTIVE", by } if by.is_function() => {
            let instance = states.get(ec2_instance)?;
            let invariant = broken_by_activation(run, instance, ec2_instance, *at)?;
            let what = format!("{} was set ACTIVE", run.name(ec2_instance));
            Some(Violation::new(invariant, *at, what))
        }
        _ => None,
    }
}

/// Returns the invariant that breaks if a function sets the instance ACTIVE at this time.
fn broken_by_activation(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    id: &str,
    at: Duration,
) -> Option<&'static str> {
    // A lifecycle action of ebb's hooks takes over an instance that an operator had set DRAINING before.
    let taken_over = |since: Duration| instance.ended.is_some_and(|(ended, _)| ended >= since);
    let foreign = instance.draining.as_ref().filter(|(_, by)| !by.is_function());
    let is_foreign =
        |since: Duration| !taken_over(since) && !passes_for_own_drain(run, instance, since);
    if foreign.is_some_and(|(since, _)| is_foreign(*since)) {
        return Some(FOREIGN_DRAIN);
    }
    // ebb cannot take back a call that it decided just before the trigger.
    let is_known = |since: Duration| {
        since + IN_FLIGHT < at && run.disturbances.quiet(since, at)
            || since + INVOCATION_TIMEOUT < at
    };
    let spot = known_spot_warning(run, instance, id, at);
    let held = instance.action.as_ref().map(|(_, began)| *began);
    [spot, held].into_iter().flatten().any(is_known).then_some(TAKEN)
}

/// Returns the time since which ebb can know of a Spot warning that has not expired.
///
/// The warning exists only in its event, so ebb cannot know of a lost warning. If the process that received it died
/// before it wrote the warning down, SQS delivers the message again after its visibility timeout.
fn known_spot_warning(
    run: &CheckedRun<'_>,
    instance: &InstanceState,
    id: &str,
    at: Duration,
) -> Option<Duration> {
    let warning = instance.spot_warning.filter(|warning| {
        let delivered = run.disturbances.delivered_about(id, *warning, *warning + REACTION);
        delivered && instance.spot_end().is_some_and(|end| at < end)
    })?;
    let died = run.disturbances.last_death(Feed::SpotInterruption, at).map(|at| at + HIDDEN);
    Some(died.map_or(warning, |died| died.max(warning)))
}

/// Returns true if ebb takes another tool's drain, which began at this time, for its own.
///
/// The attribute of ebb's last drain may still be on the instance. Either ebb had not set the instance ACTIVE, or a fault
/// followed, and no sweep could remove the attribute before the other drain began.
fn passes_for_own_drain(run: &CheckedRun<'_>, instance: &InstanceState, drained: Duration) -> bool {
    let removed = instance.activated_at.map(|at| run.disturbances.quiet(at, drained));
    let left = removed.map_or(instance.ended.is_some(), |removed| !removed);
    left && !run.disturbances.quiet_for(SWEEP + IN_FLIGHT, instance.active_at, drained)
        || own_drain_lasts(run, instance, drained)
}

/// Returns true if ebb's drain for a warning had not ended by this time. The attribute stays until the end of the
/// drain, even if another tool sets the instance ACTIVE.
fn own_drain_lasts(run: &CheckedRun<'_>, instance: &InstanceState, drained: Duration) -> bool {
    let end = |own: Duration| own + run.policies.config.policy.rebalance_drain;
    let is_warned = instance.warning.is_some() && instance.activated_at.is_none();
    is_warned && instance.drained_at.is_some_and(|own| drained < end(own))
}

/// Returns true if no attribute names ebb's drain of the instance after its action has ended.
///
/// If the instance then returns from the warm pool, ebb takes its DRAINING for an operator's.
fn has_no_room_for_a_drain(run: &CheckedRun<'_>, instance: &InstanceState) -> bool {
    let group = instance.group.as_deref().and_then(|group| run.policies.group(group));
    group.is_some_and(has_full_attributes)
}

/// Returns true if the agents of the group register with ten custom attributes, so `ebb.drain` has no room.
pub(super) fn has_full_attributes(group: &GroupSpec) -> bool {
    group.attributes.len() >= CUSTOM_ATTRIBUTES
}

/// Checks at the end of a run that no instance in service is still DRAINING for ebb.
pub(super) fn check_end(run: &CheckedRun<'_>, states: &InstanceStates) -> Vec<Violation> {
    let end = run.end();
    let patience = run.policies.config.policy.rebalance_drain + 2 * TWO_SWEEPS;
    let draining_since = |instance: &InstanceState| {
        let (since, by) = instance.draining.as_ref()?;
        // If AWS ended the action before ebb wrote anything down, no attribute names the drain. But without an action
        // only a young event sets an instance DRAINING.
        let is_unwritten = instance
            .ended
            .is_some_and(|(ended, by_function)| !by_function && *since < ended + YOUNG_EVENT);
        let is_forgotten = has_no_room_for_a_drain(run, instance)
            && instance.ended.is_some_and(|(ended, _)| *since < ended);
        let in_service = instance.in_service_since?.max(*since);
        let denied = run.denied.latest_until(instance, end);
        let since = run.disturbances.latest_until(end).max(denied).max(in_service);
        let is_known = !is_unwritten && !is_forgotten;
        (by.is_function() && is_known && !instance.is_going_down() && since + patience < end)
            .then_some(since)
    };
    let broken = states.iter().filter_map(|(id, instance)| {
        let since = draining_since(instance)?;
        let what = format!("{} is DRAINING to the end", run.name(id));
        Some(Violation::new(STAYS_DRAINING, since, what))
    });
    broken.collect()
}
