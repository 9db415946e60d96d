//! The lifecycle action of an instance, found without its event.

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::decision::Question;
use crate::observation::{GroupMember, Observation, terminating_hooks};
use crate::policy::{Policy, StandalonePolicy};
use crate::signal::Purpose;

use super::answer::{Answer, Stop, known};

/// Returns the action of an instance that a configured hook holds, although no event and no attribute names it.
///
/// The start of its scaling activity is used as the start of the action, a little early. If none is listed, the action
/// starts now.
pub(in crate::decide) fn unannounced_action(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Option<RememberedAction>> {
    let member = known(&seen.member, Question::Member)?;
    if !member.is_some_and(GroupMember::is_waiting_to_leave) {
        return Ok(None);
    }
    if seen.hooks.is_open() {
        return Err(ask_hooks(seen, policy));
    }
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    if terminating_hooks(hooks, policy).next().is_none() {
        return Ok(None);
    }
    let since = leaving_since(seen)?.unwrap_or(now).min(now);
    Ok(Some(RememberedAction::new(since, "")))
}

/// Returns the action that an event of this batch names, or the unannounced one.
pub(in crate::decide) fn current_action(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Option<RememberedAction>> {
    match seen.triggers.terminating() {
        Some(event) => Ok(Some(RememberedAction::new(event.at.min(now), &event.token))),
        None => unannounced_action(seen, policy, now),
    }
}

/// Asks for the hooks. Asks for the group as well if its tags can forbid an action that the configuration allows, or if a
/// deadline of the tags may have led to this recheck.
pub(in crate::decide) fn ask_hooks(seen: &Observation, policy: &Policy) -> Stop {
    let is_for_a_deadline = |(purpose, _)| purpose == Purpose::Deadline;
    let tags_matter = policy.drain_timeout.is_some()
        || policy.standalone != StandalonePolicy::Wait
        || seen.triggers.rechecks().any(is_for_a_deadline);
    let mut questions = vec![Question::Hooks];
    questions.extend((tags_matter && seen.group.is_open()).then_some(Question::Group));
    Stop::Ask(questions)
}

/// Returns the start of the latest termination.
pub(in crate::decide) fn leaving_since(seen: &Observation) -> Answer<Option<Timestamp>> {
    let activities = known(&seen.activities, Question::Activities)?;
    Ok(activities.and_then(|activities| activities.terminating_since))
}

/// Returns true if an action is another one than the remembered one, and begins after it.
///
/// An older event that comes late changes nothing. A start without an event gives way to one with an event.
pub(in crate::decide) fn is_later(
    action: &RememberedAction,
    remembered: &RememberedAction,
) -> bool {
    let names_its_token = remembered.token.is_empty() && !action.token.is_empty();
    let later = action.started > remembered.started;
    action.differs_from(remembered) && (names_its_token || later)
}
