//! A launching lifecycle action: it is completed once the instance has registered in its cluster.

use jiff::Timestamp;

use crate::decide::facts::answer::{Answer, Stop, known};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::heartbeat::due_on_hook;
use crate::decide::facts::not_waiting::not_waiting;
use crate::decide::facts::old_event::{is_old, without_old_events};
use crate::decide::facts::warnings::may_be_taken;
use crate::decide::situation::{HeldAction, Row, Situation};
use crate::decision::{Action, Question};
use crate::limits::ONE_BATCH;
use crate::moment::{after, since};
use crate::observation::{
    ContainerInstance, Described, GroupMember, Hook, Observation, Seen, Status,
};
use crate::policy::Policy;
use crate::recheck::{Wait, next_recheck};
use crate::signal::LifecycleAction;
use crate::trigger::{TriggerKind, Triggers};

use super::drain::classify_drain;
use super::early_event::{can_wait_for_the_launch, classify_early_event};

/// Returns true if the instance is launching, by the facts known so far. A Spot warning takes it as any other instance.
pub(super) fn is_launching(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<bool> {
    let triggers = &seen.triggers;
    if triggers.spot_interruptions().any(|(at, _)| !is_old(at, now)) {
        return Ok(false);
    }
    let member = seen.member.present();
    Ok(is_launch_latest(triggers)
        || triggers.are_only(&[TriggerKind::Registered])
        || member.is_some_and(GroupMember::is_waiting_to_launch)
        || member.is_some_and(GroupMember::is_waiting_for_the_warm_pool)
            && enters_the_warm_pool(seen, policy)?)
}

/// Returns true if the launch is the latest lifecycle action. A launch that was abandoned is followed by a termination.
fn is_launch_latest(triggers: &Triggers) -> bool {
    let Some(launch) = triggers.launching() else { return false };
    triggers.terminating().is_none_or(|termination| termination.at < launch.at)
}

/// Returns true if an instance in `Warmed:Pending:Wait` is launched into the warm pool, and does not return to it.
///
/// Only an instance that returns was in a cluster. If it has left that again, its latest activity decides.
fn enters_the_warm_pool(seen: &Observation, policy: &Policy) -> Answer<bool> {
    if seen.container_instance != Seen::Absent
        || seen.triggers.terminating().is_some()
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

/// Classifies a launching instance.
pub(super) fn classify_launch(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Situation> {
    if let Some(event) = recent_launch(seen, now)
        && event.to_warm_pool
    {
        let held = HeldAction { group: event.group.clone(), hook: event.hook.clone() };
        return Ok(Row::LaunchIntoWarmPool { held: vec![held] }.into());
    }
    // The launch ends soon, with events of its own.
    if can_wait_for_the_launch(&seen.triggers, policy) {
        return Ok(classify_early_event(seen, now)?.into());
    }
    if policy.launch_hooks.is_empty() {
        return Ok(Row::ForeignHook.into());
    }
    let Some(member) = known(&seen.member, Question::Member)? else {
        return Ok(not_waiting(None).into());
    };
    if member.is_waiting_to_launch() {
        return registered_or_not(seen, policy, member, now);
    }
    if member.is_waiting_for_the_warm_pool() {
        let hooks = launching_hooks(seen, policy)?;
        return Ok(completing(member, &hooks, |held| Row::LaunchIntoWarmPool { held }).into());
    }
    Ok(not_waiting(Some(member)).into())
}

/// Returns the event of the launch, unless it is so old that it may be of an earlier one.
fn recent_launch(seen: &Observation, now: Timestamp) -> Option<&LifecycleAction> {
    seen.triggers.launching().filter(|launch| !is_old(launch.at, now))
}

fn registered_or_not(
    seen: &Observation,
    policy: &Policy,
    member: &GroupMember,
    now: Timestamp,
) -> Answer<Situation> {
    let hooks = launching_hooks(seen, policy)?;
    if hooks.is_empty() {
        return Ok(Row::ForeignHook.into());
    }
    match known(&seen.container_instance, Question::ContainerInstance)? {
        Some(ContainerInstance { described: None, .. }) => {
            return Err(Stop::Ask(vec![Question::Description]));
        }
        Some(ContainerInstance { described: Some(described), .. }) => {
            let recent = without_old_events(seen, now);
            let state = DrainState::update(&recent, described, policy, now)?;
            if may_be_taken(&state.record, now) {
                return taken_by_ec2(&state, member, &hooks);
            }
            match described.status {
                _ if !described.agent_connected => {}
                Status::Active => {
                    return Ok(completing(member, &hooks, |held| Row::Joined { held }).into());
                }
                Status::Draining if drained_before(described, now) => {
                    return Ok(Row::BackFromWarmPool.into());
                }
                _ => {}
            }
        }
        None => {}
    }
    let started = launch_start(seen, now)?;
    if now >= after(started, policy.launch_timeout) && !returns(seen, started) {
        return Ok(completing(member, &hooks, |held| Row::NeverJoined { held }).into());
    }
    let recheck = next_recheck(Wait::Launch, &seen.triggers, now);
    let heartbeats = launch_heartbeats(seen, member, &hooks, started, now);
    Ok(Situation { heartbeats, ..Row::Launching { recheck }.into() })
}

/// Returns true if the instance drained for ebb after the launch that started then, and is back on its way into service.
///
/// No scaling activity has the time at which a root volume replacement brought the instance back. So the launch timeout
/// never ends, and the timeout of the hook ends the wait.
fn returns(seen: &Observation, started: Timestamp) -> bool {
    let described = seen.container_instance.present().and_then(|it| it.described.as_ref());
    let attribute = described.and_then(|described| described.attribute.as_ref());
    let drained = attribute.and_then(|attribute| attribute.draining_since);
    drained.is_some_and(|drained| drained > started)
}

/// Classifies a launching instance that EC2 takes. It leaves as any other does.
///
/// The launch is kept alive, and is neither completed nor abandoned while the warning may hold.
fn taken_by_ec2(
    state: &DrainState<'_>,
    member: &GroupMember,
    hooks: &[&Hook],
) -> Answer<Situation> {
    let started = launch_start(state.seen, state.now)?;
    let mut situation = classify_drain(state)?;
    let heartbeats = launch_heartbeats(state.seen, member, hooks, started, state.now);
    situation.heartbeats.extend(heartbeats);
    Ok(situation)
}

fn launch_heartbeats(
    seen: &Observation,
    member: &GroupMember,
    hooks: &[&Hook],
    started: Timestamp,
    now: Timestamp,
) -> Vec<Action> {
    let group = Some(member.group.as_str());
    hooks.iter().flat_map(|hook| due_on_hook(hook, group, seen, started, now)).collect()
}

/// Returns true if the instance was set to DRAINING before this launch, when it went to the warm pool.
///
/// An instance that this batch set to DRAINING is leaving. Its launch was abandoned after Auto Scaling had answered that it
/// still waits.
fn drained_before(described: &Described, now: Timestamp) -> bool {
    let just_now = |at| since(at, now) < ONE_BATCH;
    let attribute = described.attribute.as_ref().filter(|attribute| attribute.records_a_drain());
    attribute.is_some_and(|attribute| !attribute.draining_since.is_some_and(just_now))
}

fn launch_start(seen: &Observation, now: Timestamp) -> Answer<Timestamp> {
    if let Some(event) = recent_launch(seen, now) {
        return Ok(event.at.min(now));
    }
    let activities = known(&seen.activities, Question::Activities)?;
    Ok(activities.and_then(|activities| activities.launched_at).unwrap_or(now))
}

/// Returns `row` with the launching actions that it completes, or the row of an instance on no configured hook.
fn completing(
    member: &GroupMember,
    hooks: &[&Hook],
    row: impl FnOnce(Vec<HeldAction>) -> Row,
) -> Row {
    if hooks.is_empty() {
        return Row::ForeignHook;
    }
    let held = |hook: &&Hook| HeldAction { group: member.group.clone(), hook: hook.name.clone() };
    row(hooks.iter().map(held).collect())
}

/// Returns the configured launching hooks of the group.
fn launching_hooks<'a>(seen: &'a Observation, policy: &Policy) -> Answer<Vec<&'a Hook>> {
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    Ok(hooks.iter().filter(|hook| hook.launching && hook.is_owned(policy)).collect())
}
