//! Lifecycle actions: hooks that hold an instance until they are completed or time out.

use std::time::Duration;

use super::{Event, LifecycleState, arrival, departure, warm_pool};
use crate::agenda::Ticket;
use crate::api::{ApiError, Refusal};
use crate::history::{ActionEnd, Caller, Fact};
use crate::scenario::{HookSpec, LifecycleResult, Transition};
use crate::world::World;

/// A lifecycle action that waits for its end.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub hook: String,
    pub token: String,
    pub started: Duration,
    transition: Transition,
    heartbeat_timeout: Duration,
    /// When the global timeout ends it.
    ends: Duration,
    default_result: LifecycleResult,
    timer: Ticket,
}

/// How an action is named in a call: by its token, or by its instance.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named<'a> {
    Token(&'a str),
    Instance(&'a str),
}

/// "The maximum is 172800 seconds (48 hours) or 100 times HeartbeatTimeout, whichever is smaller" (API reference,
/// LifecycleHook, GlobalTimeout).
pub(super) fn global_timeout(hook: &HookSpec) -> Duration {
    (hook.heartbeat_timeout.0 * 100).min(Duration::from_secs(172_800))
}

pub(super) fn result_name(result: LifecycleResult) -> &'static str {
    match result {
        LifecycleResult::Continue => "CONTINUE",
        LifecycleResult::Abandon => "ABANDON",
    }
}

/// Every hook on a transition begins to hold the instance, all at once and each with its own token (ECS developer
/// guide, managed-instance-draining: hooks "run in parallel").
pub(super) fn begin_all(world: &mut World, ec2_instance: &str, transition: Transition) {
    let hooks = world
        .autoscaling
        .group_of(ec2_instance)
        .map(|group| group.hooks_on(transition))
        .unwrap_or_default();
    for hook in &hooks {
        begin(world, ec2_instance, hook);
    }
}

fn begin(world: &mut World, ec2_instance: &str, hook: &HookSpec) {
    let token = world.random.uuid(&format!("lifecycle-action/{ec2_instance}"));
    let ends = world.elapsed() + global_timeout(hook);
    let timer = timer(world, ec2_instance, &token, hook.heartbeat_timeout.0, ends);
    let action = Action {
        hook: hook.name.clone(),
        token: token.clone(),
        started: world.elapsed(),
        transition: hook.transition,
        heartbeat_timeout: hook.heartbeat_timeout.0,
        ends,
        default_result: hook.default_result,
        timer,
    };
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    member.actions.push(action.clone());
    let group = member.group.clone();
    world.note(Fact::ActionStarted {
        group: group.clone(),
        hook: hook.name.clone(),
        ec2_instance: ec2_instance.to_owned(),
    });
    world.tell_lifecycle_action(ec2_instance, hook, &action);
    world.managed_draining_hears(&group, &hook.name, ec2_instance);
    if let Some(lengths) = &hook.completed_by_others_after {
        let delay = world.random.length(&format!("others/{ec2_instance}"), &lengths.0);
        let event = Event::OthersComplete { instance: ec2_instance.to_owned(), token };
        world.after(delay, crate::world::Event::AutoScaling(event));
    }
}

fn timer(
    world: &mut World,
    ec2_instance: &str,
    token: &str,
    heartbeat: Duration,
    ends: Duration,
) -> Ticket {
    let delay = heartbeat.min(ends.saturating_sub(world.elapsed()));
    let event =
        Event::ActionTimesOut { instance: ec2_instance.to_owned(), token: token.to_owned() };
    world.later(delay, crate::world::Event::AutoScaling(event))
}

/// The time of an action is over: its default result holds.
pub(super) fn times_out(world: &mut World, ec2_instance: &str, token: &str) {
    let Some(action) = take(world, ec2_instance, |action| action.token == token) else { return };
    let how = if world.elapsed() >= action.ends {
        ActionEnd::GlobalTimeout
    } else {
        ActionEnd::HeartbeatTimeout
    };
    end(world, ec2_instance, &action, how, action.default_result);
}

/// The hook of an action is deleted: the action ends as the hook's transition says.
pub(super) fn hook_is_deleted(world: &mut World, ec2_instance: &str, hook: &str) {
    let Some(action) = take(world, ec2_instance, |action| action.hook == hook) else { return };
    let result = match action.transition {
        Transition::Launching => LifecycleResult::Abandon,
        Transition::Terminating => LifecycleResult::Continue,
    };
    end(world, ec2_instance, &action, ActionEnd::Skipped, result);
}

/// The hook's owner, who is nobody that the world knows otherwise, completes its action.
pub(super) fn others_complete(world: &mut World, ec2_instance: &str, token: &str) {
    let Some(action) = take(world, ec2_instance, |action| action.token == token) else { return };
    let by = Caller::Other(format!("owner of {}", action.hook));
    let how = ActionEnd::Completed { result: "CONTINUE", by };
    end(world, ec2_instance, &action, how, LifecycleResult::Continue);
}

/// What the API, the script and managed draining may ask.
impl World {
    /// CompleteLifecycleAction for the action of an instance.
    pub(crate) fn complete_lifecycle_action(
        &mut self,
        group: &str,
        hook: &str,
        ec2_instance: &str,
        result: &'static str,
        by: &Caller,
    ) -> Result<(), Refusal> {
        let result = match result {
            "CONTINUE" => LifecycleResult::Continue,
            _ => LifecycleResult::Abandon,
        };
        complete(self, group, hook, Named::Instance(ec2_instance), result, by)
            .map_err(Refusal::from)
    }

    /// RecordLifecycleActionHeartbeat for the action of an instance.
    pub(crate) fn record_heartbeat(
        &mut self,
        group: &str,
        hook: &str,
        ec2_instance: &str,
        by: &Caller,
    ) -> Result<(), Refusal> {
        heartbeat(self, group, hook, Named::Instance(ec2_instance), by).map_err(Refusal::from)
    }
}

pub(super) fn complete(
    world: &mut World,
    group: &str,
    hook: &str,
    named: Named<'_>,
    result: LifecycleResult,
    by: &Caller,
) -> Result<(), ApiError> {
    let (ec2_instance, token) = find(world, group, hook, named)?;
    if let Some(action) = take(world, &ec2_instance, |action| action.token == token) {
        let how = ActionEnd::Completed { result: result_name(result), by: by.clone() };
        end(world, &ec2_instance, &action, how, result);
    }
    Ok(())
}

/// A heartbeat restarts the timeout: hour-long, recorded after half an hour, it makes ninety minutes (Auto Scaling
/// user guide, completing-lifecycle-hooks). The global timeout stays.
pub(super) fn heartbeat(
    world: &mut World,
    group: &str,
    hook: &str,
    named: Named<'_>,
    by: &Caller,
) -> Result<(), ApiError> {
    let (ec2_instance, token) = find(world, group, hook, named)?;
    let active = |world: &World| {
        let actions = &world.autoscaling.members.get(&ec2_instance)?.actions;
        let at = actions.iter().position(|action| action.token == token)?;
        Some((at, actions[at].clone()))
    };
    if let Some((at, action)) = active(world) {
        world.cancel(action.timer);
        let timer = timer(world, &ec2_instance, &token, action.heartbeat_timeout, action.ends);
        if let Some(member) = world.autoscaling.members.get_mut(&ec2_instance) {
            member.actions[at].timer = timer;
        }
        let (group, hook, by) = (group.to_owned(), hook.to_owned(), by.clone());
        world.note(Fact::Heartbeat { group, hook, ec2_instance, by });
    }
    Ok(())
}

/// The instance and the token of an active action. The wording of the error is AWS's, known from field reports:
/// spacelift-io/terraform-aws-spacelift-workerpool-on-ec2 issue 197.
fn find(
    world: &World,
    group: &str,
    hook: &str,
    named: Named<'_>,
) -> Result<(String, String), ApiError> {
    let of_group = world.autoscaling.members.iter().filter(|(_, member)| member.group == group);
    let found = of_group
        .flat_map(|(id, member)| member.actions.iter().map(move |action| (id, action)))
        .filter(|(_, action)| action.hook == hook)
        .find(|(id, action)| match named {
            Named::Token(token) => action.token == token,
            Named::Instance(instance) => *id == instance,
        });
    let missing = match named {
        Named::Token(token) => format!("with token {token}"),
        Named::Instance(instance) => format!("with instance ID {instance}"),
    };
    found.map(|(id, action)| (id.clone(), action.token.clone())).ok_or_else(|| {
        ApiError::client("ValidationError", format!("No active Lifecycle Action found {missing}"))
    })
}

/// Takes an action away from its instance, and its timer off the agenda.
fn take(world: &mut World, ec2_instance: &str, which: impl Fn(&Action) -> bool) -> Option<Action> {
    let member = world.autoscaling.members.get_mut(ec2_instance)?;
    let at = member.actions.iter().position(which)?;
    let action = member.actions.remove(at);
    world.cancel(action.timer);
    Some(action)
}

/// "Abandon stops any remaining actions, such as other lifecycle hooks, and continue allows any other lifecycle hooks
/// to complete" (Auto Scaling user guide, lifecycle-hooks).
fn end(
    world: &mut World,
    ec2_instance: &str,
    action: &Action,
    how: ActionEnd,
    result: LifecycleResult,
) {
    note_end(world, ec2_instance, &action.hook, how);
    let transition = action.transition;
    if result == LifecycleResult::Abandon {
        if let Some(member) = world.autoscaling.members.get_mut(ec2_instance) {
            member.abandoned = true;
        }
        skip_all(world, ec2_instance);
    }
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    if member.actions.is_empty() {
        all_ended(world, ec2_instance, transition, result);
    }
}

/// The actions of an instance end without anybody's answer.
pub(super) fn skip_all(world: &mut World, ec2_instance: &str) {
    while let Some(action) = take(world, ec2_instance, |_| true) {
        note_end(world, ec2_instance, &action.hook, ActionEnd::Skipped);
    }
}

fn note_end(world: &mut World, ec2_instance: &str, hook: &str, how: ActionEnd) {
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    let (group, hook) = (member.group.clone(), hook.to_owned());
    world.note(Fact::ActionEnded { group, hook, ec2_instance: ec2_instance.to_owned(), how });
}

/// No hook holds the instance any more.
fn all_ended(
    world: &mut World,
    ec2_instance: &str,
    transition: Transition,
    result: LifecycleResult,
) {
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    match (member.state, transition) {
        (LifecycleState::PendingWait, _) if member.abandoned => {
            arrival::give_up(world, ec2_instance);
        }
        (LifecycleState::PendingWait, _) => arrival::proceed(world, ec2_instance),
        (LifecycleState::WarmedPendingWait, Transition::Launching) if member.abandoned => {
            warm_pool::give_up(world, ec2_instance);
        }
        (LifecycleState::WarmedPendingWait, _) => warm_pool::stop(world, ec2_instance),
        (LifecycleState::TerminatingWait, _) if result == LifecycleResult::Abandon => {
            departure::is_abandoned(world, ec2_instance);
        }
        _ => departure::proceed(world, ec2_instance),
    }
}
