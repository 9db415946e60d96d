//! Warnings of EC2 and AWS Health, as far as `ebb.drain` records them.

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, whole_seconds};
use crate::limits::{AFTER_SPOT_WARNING, SPOT_WARNING};
use crate::moment::{after, before};
use crate::observation::{Described, Observation, Status};
use crate::policy::{Policy, RebalancePolicy, ScheduledChangePolicy};
use crate::signal::InstanceAction;

/// Returns the time at which EC2 takes a Spot Instance that it warned at this time.
pub(in crate::decide) fn taken_at(warned: Timestamp) -> Timestamp {
    after(warned, SPOT_WARNING)
}

/// Returns true if a warning of this batch takes the instance, and EC2 has not taken it yet.
pub(in crate::decide) fn is_warned(seen: &Observation, now: Timestamp) -> bool {
    seen.triggers.spot_interruptions().any(|(at, _)| now < taken_at(at))
}

/// Returns true if EC2 takes the instance without a lifecycle action, and the warning may still hold.
pub(in crate::decide) fn may_be_taken(record: &DrainAttribute, now: Timestamp) -> bool {
    let lives_on = record.interrupted_at.map(|end| after(end, AFTER_SPOT_WARNING));
    record.action.is_none() && lives_on.is_some_and(|at| now < at)
}

/// Records the warnings of this batch, and forgets those that have expired without effect.
pub(in crate::decide) fn record_warnings(
    record: &mut DrainAttribute,
    seen: &Observation,
    described: &Described,
    policy: &Policy,
    now: Timestamp,
) {
    if described.status == Status::Active {
        forget_expired(record, now);
    }
    for (at, action) in seen.triggers.spot_interruptions() {
        let at = at.min(now);
        match action {
            InstanceAction::Terminate | InstanceAction::Stop => record_interruption(record, at),
            InstanceAction::Hibernate if is_foreign_drain(seen, described) => {}
            InstanceAction::Hibernate => {
                let until = after(at, policy.rebalance_drain);
                record.rebalance_until = Some(whole_seconds(until));
            }
        }
    }
    if let Some(end) = carried_deadline(seen, described, now) {
        record.interrupted_at = Some(record.interrupted_at.map_or(end, |first| first.min(end)));
    }
    if let (Some((_, starts_at)), ScheduledChangePolicy::Replace { ahead }) =
        (seen.triggers.scheduled_change(), policy.scheduled_change)
    {
        let due = whole_seconds(before(starts_at, ahead));
        // The earlier of two announced changes counts.
        record.replace_at = Some(record.replace_at.map_or(due, |earlier| earlier.min(due)));
    }
    if let Some(at) = seen.triggers.recommended_at().filter(|_| waits_for_service(record, policy)) {
        record.recommended_at = Some(whole_seconds(at.min(now)));
    }
    record.gone |= seen.triggers.say_that_ec2_is_gone();
}

/// Returns the Spot deadline that a recheck carries. It has expired for an ACTIVE instance that lives beyond it.
fn carried_deadline(
    seen: &Observation,
    described: &Described,
    now: Timestamp,
) -> Option<Timestamp> {
    let is_over = |end: &Timestamp| described.status == Status::Active && now >= *end;
    seen.triggers.spot_deadline().filter(|end| !is_over(end))
}

/// Returns true if a recommendation must wait. By its record the instance leaves for a lifecycle action, but it may be back in
/// service.
fn waits_for_service(record: &DrainAttribute, policy: &Policy) -> bool {
    policy.rebalance != RebalancePolicy::Auto
        && record.action.is_some()
        && record.interrupted_at.is_none()
}

/// Forgets expired warnings of an ACTIVE instance. A later drain must not use them.
fn forget_expired(record: &mut DrainAttribute, now: Timestamp) {
    for end in [&mut record.interrupted_at, &mut record.rebalance_until] {
        *end = end.filter(|end| now < *end);
    }
}

/// Records a Spot warning. EC2 takes the instance two minutes after the first warning. Later warnings change nothing.
fn record_interruption(record: &mut DrainAttribute, at: Timestamp) {
    let end = whole_seconds(taken_at(at));
    let first = record.interrupted_at.filter(|first| at < *first);
    record.interrupted_at = Some(first.map_or(end, |first| first.min(end)));
}

/// Returns true if another tool or the operator had set the instance to DRAINING. A hibernation changes nothing there.
fn is_foreign_drain(seen: &Observation, described: &Described) -> bool {
    let set_by_ebb = seen.drained_at.is_some() || described.attribute.is_some();
    described.status == Status::Draining && !set_by_ebb
}
