//! Completion of a lifecycle action: which hooks hold the instance.

use crate::attribute::RememberedAction;
use crate::decide::situation::{HeldAction, Row};
use crate::decision::Question;
use crate::observation::{GroupMember, Observation, Seen, terminating_hooks};
use crate::policy::Policy;

use super::answer::{Answer, known};
use super::not_waiting::not_waiting;

/// Returns `row` with the lifecycle actions that it completes, or the row of an instance that is not held.
///
/// A lifecycle action whose event is in this batch still waits, because Auto Scaling has just sent the event. Without an
/// action there is nothing to complete, and `row` gets none.
pub(in crate::decide) fn completing(
    seen: &Observation,
    policy: &Policy,
    action: Option<&RememberedAction>,
    row: impl FnOnce(Vec<HeldAction>) -> Row,
) -> Answer<Row> {
    if let Some(event) = seen.triggers.terminating()
        && seen.member.is_open()
    {
        let held = HeldAction { group: event.group.clone(), hook: event.hook.clone() };
        return Ok(row(vec![held]));
    }
    if action.is_none() && seen.member.is_open() {
        return Ok(row(Vec::new()));
    }
    let member = known(&seen.member, Question::Member)?;
    let Some(waiting) = member.filter(|member| member.is_waiting_to_leave()) else {
        let retained = member.is_some_and(GroupMember::is_retained);
        let completes_nothing = action.is_none() && !retained;
        return Ok(if completes_nothing { row(Vec::new()) } else { not_waiting(member) });
    };
    let held = |hook| HeldAction { group: waiting.group.clone(), hook };
    Ok(row(hook_names(seen, policy, action)?.into_iter().map(held).collect()))
}

/// Returns the names of the hooks to complete. A remembered action is on a configured hook, so a single configured name
/// needs no call.
fn hook_names(
    seen: &Observation,
    policy: &Policy,
    action: Option<&RememberedAction>,
) -> Answer<Vec<String>> {
    if action.is_some()
        && matches!(seen.hooks, Seen::NotAsked | Seen::Unanswered(_))
        && let (Some(only), 1) = (policy.hooks.first(), policy.hooks.len())
    {
        return Ok(vec![only.clone()]);
    }
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    Ok(terminating_hooks(hooks, policy).map(|hook| hook.name.clone()).collect())
}
