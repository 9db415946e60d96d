//! Events that were on their way for so long that they are not believed by themselves.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;

use crate::decision::Question;
use crate::mutant::Mutant;
use crate::observation::{Observation, Status, Told};

use super::answer::{Answer, known};
use super::completion;
use super::moment::since;

/// An event older than this leads to a look only if Auto Scaling holds the instance now: it may have
/// been on its way for hours.
const EVENT_AGE: Duration = Duration::from_secs(300);

/// An event older than this sets nothing DRAINING any more that Auto Scaling does not hold: it may have come again, long after its
/// instance went to the warm pool and came back. A younger one drains at once. If its process dies before anything is written down,
/// the message comes again after three minutes (infra/template.yaml), while the event is still believed, so that the drain has a
/// taker; nobody else could tell whose it is. A test of the suite holds the three times together.
const DRAINS_AT_ONCE: Duration = Duration::from_secs(100);

/// Whether an event of this moment needs something else to confirm it.
pub(super) fn is_old(at: Timestamp, now: Timestamp) -> bool {
    since(at, now) > EVENT_AGE && !Mutant::BelievesAnOlderEvent.is_on()
}

/// What was seen, without the old events; nothing, where no other was told and Auto Scaling does not hold the instance.
/// Where it does, the old event was a reason to look, and no more: the action that holds the instance may be a later
/// one, so that its start is not the event's.
pub(super) fn set_aside(
    seen: &Observation,
    now: Timestamp,
) -> Answer<Option<Cow<'_, Observation>>> {
    let believed = believed(seen, now);
    if believed.told == seen.told {
        return Ok(Some(believed));
    }
    let is_a_reason_to_look = is_held(seen)? || believed.told != Told::default();
    Ok(is_a_reason_to_look.then_some(believed))
}

/// Whether Auto Scaling is asked first before the instance is set DRAINING: nothing takes it but an event that may be over.
pub(super) fn is_asked_about(told: &Told, now: Timestamp) -> bool {
    let late =
        |at: Timestamp| since(at, now) > DRAINS_AT_ONCE && !Mutant::BelievesAnOlderEvent.is_on();
    told.interruptions.is_empty() && told.terminate.as_ref().is_some_and(|action| late(action.at))
}

/// Whether an event that is not young any more would set an instance DRAINING that Auto Scaling does not hold.
pub(super) fn is_over(seen: &Observation, status: &Status, now: Timestamp) -> Answer<bool> {
    Ok(is_asked_about(&seen.told, now) && *status == Status::Active && !is_held(seen)?)
}

/// What was seen, without the event that is over; nothing, where no other was told.
pub(super) fn all_else(seen: &Observation) -> Option<Observation> {
    let told = Told { terminate: None, ..seen.told.clone() };
    (told != Told::default()).then(|| Observation { told, ..seen.clone() })
}

/// What was seen, without the old events.
pub(super) fn believed(seen: &Observation, now: Timestamp) -> Cow<'_, Observation> {
    let told = without_old(&seen.told, now);
    if told == seen.told {
        return Cow::Borrowed(seen);
    }
    Cow::Owned(Observation { told, ..seen.clone() })
}

fn without_old(told: &Told, now: Timestamp) -> Told {
    let terminate = told.terminate.clone().filter(|action| !is_old(action.at, now));
    let mut interruptions = told.interruptions.clone();
    interruptions.retain(|(at, _)| !is_old(*at, now));
    Told { terminate, interruptions, ..told.clone() }
}

fn is_held(seen: &Observation) -> Answer<bool> {
    let member = known(&seen.member, Question::Member)?;
    Ok(member.is_some_and(|member| completion::is_waiting(&member.lifecycle_state)))
}
