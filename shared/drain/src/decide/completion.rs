//! How a lifecycle action is ended.

use crate::attribute::RememberedAction;
use crate::decision::{Action, Decision, Question};
use crate::mutant::Mutant;
use crate::observation::{GroupMember, Hook, Observation, Seen};
use crate::policy::{CompletionResult, Policy};
use crate::reason::{Deadline, Reason};

use super::answer::{Answer, known};

/// Whether Auto Scaling holds an instance of this lifecycle state on its way out, until a hook's action
/// ends. An instance that returns to the warm pool is `Warmed:Pending:Wait` (Auto Scaling user guide, warm
/// pool instance lifecycle).
pub(super) fn is_waiting(lifecycle_state: &str) -> bool {
    matches!(
        lifecycle_state,
        "Terminating:Wait" | "Warmed:Pending:Wait" | "Warmed:Terminating:Wait"
    )
}

/// The terminating hooks that are ours.
pub(super) fn ours<'a>(hooks: &'a [Hook], policy: &Policy) -> impl Iterator<Item = &'a Hook> {
    hooks.iter().filter(|hook| !hook.launching && policy.hooks.contains(&hook.name))
}

/// Nothing is to be ended, since Auto Scaling does not hold it.
pub(super) fn not_waiting(member: Option<&GroupMember>) -> Decision {
    if member.is_some_and(GroupMember::is_retained) {
        return Decision::nothing(Reason::Retained);
    }
    let lifecycle_state = member.map(|member| member.lifecycle_state.clone());
    Decision::nothing(Reason::NotWaiting { lifecycle_state })
}

/// Ends the action at its deadline, with the configured result.
pub(super) fn at_deadline(
    seen: &Observation,
    policy: &Policy,
    action: Option<&RememberedAction>,
    deadline: Deadline,
) -> Answer<Decision> {
    end(seen, policy, action, policy.at_deadline, Reason::DeadlineReached { deadline })
}

/// Ends the action with CONTINUE.
pub(super) fn complete(
    seen: &Observation,
    policy: &Policy,
    action: Option<&RememberedAction>,
    reason: Reason,
) -> Answer<Decision> {
    end(seen, policy, action, CompletionResult::Continue, reason)
}

/// Nothing is sent for an instance that does not wait. An action that was told in this batch waits: Auto Scaling just
/// said so.
fn end(
    seen: &Observation,
    policy: &Policy,
    action: Option<&RememberedAction>,
    result: CompletionResult,
    reason: Reason,
) -> Answer<Decision> {
    let only_swept = matches!((seen.told.sweep, &reason), (Some(_), Reason::Empty));
    if Mutant::ForgetsAFailedCompletion.is_on() && only_swept {
        return Ok(Decision::nothing(reason));
    }
    if let Some(told) = &seen.told.terminate
        && seen.member.is_open()
    {
        let (group, hook) = (told.group.clone(), told.hook.clone());
        return Ok(Decision::one(Action::Complete { group, hook, result }, reason));
    }
    if action.is_none() && seen.member.is_open() {
        return Ok(Decision::nothing(reason));
    }
    let member = known(&seen.member, Question::Member)?;
    let Some(member) = member.filter(|member| is_waiting(&member.lifecycle_state)) else {
        let retained = member.is_some_and(GroupMember::is_retained);
        let ends_nothing = action.is_none() && !retained;
        return Ok(if ends_nothing { Decision::nothing(reason) } else { not_waiting(member) });
    };
    let group = &member.group;
    let actions = hooks(seen, policy, action)?
        .into_iter()
        .map(|hook| Action::Complete { group: group.clone(), hook, result })
        .collect();
    Ok(Decision { actions, ..Decision::nothing(reason) })
}

/// Which hooks' actions are ended. A remembered action is one of ours, so that with a single hook name configured its
/// name needs no call.
fn hooks(
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
    Ok(ours(hooks, policy).map(|hook| hook.name.clone()).collect())
}
