//! The lifecycle action that nobody told and nothing remembers.

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::decision::Question;
use crate::mutant::Mutant;
use crate::observation::Observation;
use crate::policy::{Policy, StandalonePolicy};

use super::answer::{Answer, Stop, known};
use super::completion;

/// The action of an instance that Auto Scaling holds on a hook of ours, where neither an event nor the attribute told
/// it: the start of its scaling activity stands in for the start of the action, a little early; now, where none is
/// listed.
pub(super) fn without_memory(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Option<RememberedAction>> {
    let member = known(&seen.member, Question::Member)?;
    if !member.is_some_and(|member| completion::is_waiting(&member.lifecycle_state)) {
        return Ok(None);
    }
    if seen.hooks.is_open() {
        return Err(hooks_first(seen, policy));
    }
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    if completion::ours(hooks, policy).next().is_none() {
        return Ok(None);
    }
    let since = leaving_since(seen)?.unwrap_or(now).min(now);
    Ok(Some(RememberedAction::new(since, "")))
}

/// The hooks are asked for; and the group in the same breath where the configuration would have something done that its
/// tags can call off.
pub(super) fn hooks_first(seen: &Observation, policy: &Policy) -> Stop {
    let sharp = policy.drain_timeout.is_some() || policy.standalone != StandalonePolicy::Wait;
    let mut questions = vec![Question::Hooks];
    questions.extend((sharp && seen.group.is_open()).then_some(Question::Group));
    Stop::Ask(questions)
}

pub(super) fn leaving_since(seen: &Observation) -> Answer<Option<Timestamp>> {
    let activities = known(&seen.activities, Question::Activities)?;
    Ok(activities.and_then(|activities| activities.terminating_since))
}

/// Whether an action is another one than the one that is remembered, and begins after it; an older telling that comes
/// late changes nothing. A start that no event told gives way to one that an event tells.
pub(super) fn is_later(action: &RememberedAction, remembered: &RememberedAction) -> bool {
    let exact = remembered.token.is_empty() && !action.token.is_empty();
    let later = action.started > remembered.started || Mutant::BelievesAnOlderEvent.is_on();
    action.differs_from(remembered) && (exact || later)
}
