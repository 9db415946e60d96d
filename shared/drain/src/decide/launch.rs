//! A launching lifecycle action of ours: it goes on once the instance has joined its cluster.

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question};
use crate::mutant::Mutant;
use crate::observation::{
    ContainerInstance, Described, GroupMember, Hook, Observation, Seen, Status, Told,
};
use crate::policy::{CompletionResult, Policy};
use crate::reason::Reason;
use crate::signal::{LifecycleAction, Purpose};

use super::answer::{Answer, Stop, known};
use super::case::Case;
use super::moment::{after, since};
use super::old_event::{self, is_old};
use super::{completion, early, heartbeat};

/// How soon a launching instance is looked at again before the sweep comes.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(30);

/// The answers of one look lie no further apart, and no instance goes to the warm pool and comes back within it.
const JUST_NOW: std::time::Duration = std::time::Duration::from_secs(60);

/// Whether the instance is launching, as far as is known. A Spot notice takes one that launches as any other.
pub(super) fn concerns(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<bool> {
    let told = &seen.told;
    if told.interruptions.iter().any(|(at, _)| !is_old(*at, now)) {
        return Ok(false);
    }
    let only_joined = Told { joined: true, ..Told::default() };
    let state = seen.member.present().map(|member| member.lifecycle_state.as_str());
    Ok(launch_is_latest(told)
        || *told == only_joined
        || state == Some("Pending:Wait")
        || state == Some("Warmed:Pending:Wait") && enters_the_pool(seen, policy)?)
}

/// A launch that was given up is terminated: then the terminating action is the later one.
fn launch_is_latest(told: &Told) -> bool {
    let Some(launch) = &told.launch else { return false };
    told.terminate.as_ref().is_none_or(|terminate| terminate.at < launch.at)
}

/// `Warmed:Pending:Wait` is the state of an instance that is launched into the warm pool, and of one that returns to
/// it. Only the latter was in a cluster; where it has left that again, its latest activity tells.
fn enters_the_pool(seen: &Observation, policy: &Policy) -> Answer<bool> {
    if seen.container_instance != Seen::Absent
        || seen.told.terminate.is_some()
        || policy.launch_hooks.is_empty()
    {
        return Ok(false);
    }
    if seen.activities.is_open() {
        return Err(Stop::Ask(vec![Question::Activities]));
    }
    let activities = seen.activities.present().copied().unwrap_or_default();
    Ok(activities.terminating_since.is_none_or(|left| activities.launched_at > Some(left)))
}

pub(super) fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    if let Some(told) = told_lately(seen, now)
        && told.to_warm_pool
    {
        let (group, hook) = (told.group.clone(), told.hook.clone());
        return Ok(Decision::one(go_on(group, hook), Reason::LaunchToWarmPool));
    }
    // Its launch is over soon, by events of its own.
    if early::is_all_that_was_told(&seen.told, policy) {
        return early::judge(seen, now);
    }
    if policy.launch_hooks.is_empty() {
        return Ok(Decision::nothing(Reason::HookNotOurs));
    }
    let Some(member) = known(&seen.member, Question::Member)? else {
        return Ok(completion::not_waiting(None));
    };
    match member.lifecycle_state.as_str() {
        "Pending:Wait" => joined_or_not(seen, policy, member, now),
        "Warmed:Pending:Wait" => {
            end(seen, policy, member, CompletionResult::Continue, Reason::LaunchToWarmPool)
        }
        _ => Ok(completion::not_waiting(Some(member))),
    }
}

/// The event of the launch, unless it is so old that it may be of an earlier one.
fn told_lately(seen: &Observation, now: Timestamp) -> Option<&LifecycleAction> {
    seen.told.launch.as_ref().filter(|launch| !is_old(launch.at, now))
}

fn joined_or_not(
    seen: &Observation,
    policy: &Policy,
    member: &GroupMember,
    now: Timestamp,
) -> Answer<Decision> {
    let hooks = ours(seen, policy)?;
    if hooks.is_empty() {
        return Ok(Decision::nothing(Reason::HookNotOurs));
    }
    match known(&seen.container_instance, Question::ContainerInstance)? {
        Some(ContainerInstance { described: None, .. }) => {
            return Err(Stop::Ask(vec![Question::Description]));
        }
        Some(ContainerInstance { described: Some(described), .. }) => {
            let believed = old_event::believed(seen, now);
            let case = Case::open(&believed, described, policy, now)?;
            if case.is_taken_back() {
                return taken_back(&case, member, &hooks);
            }
            match described.status {
                _ if !described.agent_connected => {}
                Status::Active => {
                    let result = CompletionResult::Continue;
                    return end(seen, policy, member, result, Reason::LaunchJoined);
                }
                Status::Draining
                    if is_of_before(described, now)
                        && !Mutant::LeavesTheWarmPoolDraining.is_on() =>
                {
                    return Ok(Decision::one(Action::Activate, Reason::BackInService));
                }
                _ => {}
            }
        }
        None => {}
    }
    let began = launch_began(seen, now)?;
    if now >= after(began, policy.launch_timeout) {
        return end(seen, policy, member, CompletionResult::Abandon, Reason::LaunchNeverJoined);
    }
    let mut actions = Vec::new();
    if seen.told.launch.is_some() {
        let look_again =
            Action::LookAgain { at: after(now, LOOK_AGAIN), purpose: Purpose::Deadline };
        actions.push(look_again);
    }
    actions.extend(heartbeats(seen, member, &hooks, began, now));
    Ok(Decision { actions, ..Decision::nothing(Reason::LaunchWaiting) })
}

/// EC2 takes it before it was in service: it leaves as any other does. Its launch is kept alive, and neither goes on nor is given up
/// while nothing says that the notice came to nothing.
fn taken_back(case: &Case<'_>, member: &GroupMember, hooks: &[&Hook]) -> Answer<Decision> {
    let began = launch_began(case.seen, case.now)?;
    let mut decision = super::judge_case(case)?;
    decision.actions.extend(heartbeats(case.seen, member, hooks, began, case.now));
    Ok(decision)
}

fn heartbeats(
    seen: &Observation,
    member: &GroupMember,
    hooks: &[&Hook],
    began: Timestamp,
    now: Timestamp,
) -> Vec<Action> {
    let group = Some(member.group.as_str());
    hooks.iter().flat_map(|hook| heartbeat::due_on(hook, group, seen, began, now)).collect()
}

/// Back from the warm pool: it was set DRAINING when it went there, and its new service begins here. What was set DRAINING just
/// now is going: its launch was given up after Auto Scaling answered that it still waits.
fn is_of_before(described: &Described, now: Timestamp) -> bool {
    let just_now = |at| since(at, now) < JUST_NOW;
    let ours = described.attribute.as_ref().filter(|attribute| attribute.tells_of_a_drain());
    ours.is_some_and(|attribute| !attribute.draining_since.is_some_and(just_now))
}

fn launch_began(seen: &Observation, now: Timestamp) -> Answer<Timestamp> {
    if let Some(told) = told_lately(seen, now) {
        return Ok(told.at.min(now));
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
    let complete = |hook: &Hook| Action::Complete {
        group: member.group.clone(),
        hook: hook.name.clone(),
        result,
    };
    let actions: Vec<Action> = ours(seen, policy)?.into_iter().map(complete).collect();
    if actions.is_empty() {
        return Ok(Decision::nothing(Reason::HookNotOurs));
    }
    Ok(Decision { actions, ..Decision::nothing(reason) })
}

/// The launching hooks of its group that are ours.
fn ours<'a>(seen: &'a Observation, policy: &Policy) -> Answer<Vec<&'a Hook>> {
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    let ours = |hook: &&Hook| hook.launching && policy.launch_hooks.contains(&hook.name);
    Ok(hooks.iter().filter(ours).collect())
}

fn go_on(group: String, hook: String) -> Action {
    Action::Complete { group, hook, result: CompletionResult::Continue }
}
