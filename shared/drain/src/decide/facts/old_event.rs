//! Old events. An old event is a reason for a check, and no more.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::decide::situation::Row;
use crate::decision::Question;
use crate::limits::{DRAINS_AT_ONCE, OLD_EVENT};
use crate::moment::since;
use crate::observation::{GroupMember, Observation, Status};
use crate::trigger::{Trigger, TriggerKind, Triggers};

use super::answer::{Answer, known};

/// Returns true if an event of this time needs another fact that confirms it. The event may have been on its way for hours.
pub(in crate::decide) fn is_old(at: Timestamp, now: Timestamp) -> bool {
    since(at, now) > OLD_EVENT
}

/// Returns the observation without old events. Returns the row instead if the batch has old events only, and Auto Scaling does
/// not hold the instance.
///
/// The lifecycle action that holds the instance may be a later one, so the time of an old event is not its start.
pub(in crate::decide) fn confirmed(
    seen: &Observation,
    now: Timestamp,
) -> Answer<Result<Cow<'_, Observation>, Row>> {
    let recent = without_old_events(seen, now);
    if recent.triggers == seen.triggers {
        return Ok(Ok(recent));
    }
    let is_reason_to_check = is_held(seen)? || recent.triggers != Triggers::default();
    Ok(if is_reason_to_check { Ok(recent) } else { Err(Row::OldEvent) })
}

/// Returns the observation without old events.
pub(in crate::decide) fn without_old_events(
    seen: &Observation,
    now: Timestamp,
) -> Cow<'_, Observation> {
    let triggers = seen.triggers.retained(|trigger| match trigger {
        Trigger::Terminating(action) => !is_old(action.at, now),
        Trigger::SpotInterruption { at, .. } => !is_old(*at, now),
        _ => true,
    });
    if triggers == seen.triggers {
        return Cow::Borrowed(seen);
    }
    Cow::Owned(Observation { triggers, ..seen.clone() })
}

/// Returns true if Auto Scaling must confirm the lifecycle event before the instance is set to DRAINING.
pub(in crate::decide) fn needs_confirmation(triggers: &Triggers, now: Timestamp) -> bool {
    let is_late = |at: Timestamp| since(at, now) > DRAINS_AT_ONCE;
    !triggers.include(&[TriggerKind::SpotInterruption])
        && triggers.terminating().is_some_and(|action| is_late(action.at))
}

/// Returns the observation without its lifecycle event if the event is late, and would drain an ACTIVE instance that Auto
/// Scaling does not hold. Returns the row instead if the batch has no other trigger.
pub(in crate::decide) fn without_expired_termination(
    seen: &Observation,
    status: &Status,
    now: Timestamp,
) -> Answer<Result<Option<Observation>, Row>> {
    if !needs_confirmation(&seen.triggers, now) || *status != Status::Active || is_held(seen)? {
        return Ok(Ok(None));
    }
    let triggers = seen.triggers.without(&[TriggerKind::Terminating]);
    if triggers == Triggers::default() {
        return Ok(Err(Row::OldEvent));
    }
    Ok(Ok(Some(Observation { triggers, ..seen.clone() })))
}

fn is_held(seen: &Observation) -> Answer<bool> {
    Ok(known(&seen.member, Question::Member)?.is_some_and(GroupMember::is_waiting_to_leave))
}
