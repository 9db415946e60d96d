//! A launching lifecycle action of ours: it goes on once the instance has joined its cluster.

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question};
use crate::observation::{GroupMember, Observation, Seen, Status, Told};
use crate::policy::{CompletionResult, Policy};
use crate::reason::Reason;
use crate::signal::Purpose;

use super::answer::{Answer, known};

/// How soon a launching instance is looked at again before the sweep comes.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(30);

/// Whether the instance is launching, as far as is known.
pub(super) fn concerns(seen: &Observation) -> bool {
    let told = &seen.told;
    let state = seen.member.present().map(|member| member.lifecycle_state.as_str());
    let only_joined = told.joined
        && told.terminate.is_none()
        && told.interruption.is_none()
        && told.sweep.is_none();
    launch_is_latest(told)
        || only_joined
        || state == Some("Pending:Wait")
        || pool_entry(seen, state)
}

/// A launch that was given up is terminated: then the terminating action is the later one.
fn launch_is_latest(told: &Told) -> bool {
    let Some(launch) = &told.launch else { return false };
    told.terminate.as_ref().is_none_or(|terminate| terminate.at < launch.at)
}

/// `Warmed:Pending:Wait` is the state of an instance that is launched into the warm pool, and of one that returns to it.
/// Only the latter was in a cluster.
fn pool_entry(seen: &Observation, state: Option<&str>) -> bool {
    state == Some("Warmed:Pending:Wait")
        && matches!(seen.container_instance, Seen::Absent)
        && seen.told.terminate.is_none()
}

pub(super) fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    if let Some(told) = &seen.told.launch
        && told.to_warm_pool
    {
        let (group, hook) = (told.group.clone(), told.hook.clone());
        return Ok(Decision::one(go_on(group, hook), Reason::LaunchToWarmPool));
    }
    if policy.launch_hooks.is_empty() {
        return Ok(Decision::nothing(Reason::HookNotOurs));
    }
    let Some(member) = known(&seen.member, Question::Member)? else {
        return Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state: None }));
    };
    match member.lifecycle_state.as_str() {
        "Pending:Wait" => joined_or_not(seen, policy, member, now),
        "Warmed:Pending:Wait" => {
            end(seen, policy, member, CompletionResult::Continue, Reason::LaunchToWarmPool)
        }
        other => {
            Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state: Some(other.to_owned()) }))
        }
    }
}

fn joined_or_not(
    seen: &Observation,
    policy: &Policy,
    member: &GroupMember,
    now: Timestamp,
) -> Answer<Decision> {
    if ours(seen, policy)?.is_empty() {
        return Ok(Decision::nothing(Reason::HookNotOurs));
    }
    let described = match known(&seen.container_instance, Question::ContainerInstance)? {
        Some(found) => match &found.described {
            Some(described) => Some(described),
            None => return Err(super::Stop::Ask(vec![Question::Description])),
        },
        None => None,
    };
    if let Some(described) = described {
        match described.status {
            Status::Active if described.agent_connected => {
                return end(seen, policy, member, CompletionResult::Continue, Reason::LaunchJoined);
            }
            // Back from the warm pool: it was set DRAINING when it went there, and its new service begins here.
            Status::Draining if described.agent_connected && described.attribute.is_some() => {
                return Ok(Decision::one(Action::Activate, Reason::BackInService));
            }
            _ => {}
        }
    }
    if now >= launch_began(seen, now)? + policy.launch_timeout {
        return end(seen, policy, member, CompletionResult::Abandon, Reason::LaunchNeverJoined);
    }
    let look = Action::LookAgain { at: now + LOOK_AGAIN, purpose: Purpose::Deadline };
    let actions = if seen.told.launch.is_some() { vec![look] } else { Vec::new() };
    Ok(Decision { actions, ..Decision::nothing(Reason::LaunchWaiting) })
}

fn launch_began(seen: &Observation, now: Timestamp) -> Answer<Timestamp> {
    if let Some(told) = &seen.told.launch {
        return Ok(told.at);
    }
    let activities = known(&seen.activities, Question::Activities)?;
    Ok(activities.and_then(|activities| activities.launched_at).unwrap_or(now))
}

fn end(
    seen: &Observation,
    policy: &Policy,
    member: &GroupMember,
    result: CompletionResult,
    reason: Reason,
) -> Answer<Decision> {
    let complete = |hook| Action::Complete { group: member.group.clone(), hook, result };
    let actions: Vec<Action> = ours(seen, policy)?.into_iter().map(complete).collect();
    if actions.is_empty() {
        return Ok(Decision::nothing(Reason::HookNotOurs));
    }
    Ok(Decision { actions, ..Decision::nothing(reason) })
}

/// The names of the launching hooks of its group that are ours.
fn ours(seen: &Observation, policy: &Policy) -> Answer<Vec<String>> {
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    let ours =
        hooks.iter().filter(|hook| hook.launching && policy.launch_hooks.contains(&hook.name));
    Ok(ours.map(|hook| hook.name.clone()).collect())
}

fn go_on(group: String, hook: String) -> Action {
    Action::Complete { group, hook, result: CompletionResult::Continue }
}
