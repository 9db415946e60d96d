//! The end of lifecycle actions: completed, timed out, or ended by the deletion of their hook.

use super::action::{Action, ActionKey, result_name};
use super::hook_call::{note_end, remove_action, skip_all, timer};
use super::{LifecycleState, arrival, departure, root_volume, warm_pool};
use crate::api::{ApiError, Refusal};
use crate::history::{ActionEnd, Caller, Fact};
use crate::scenario::{HookTransition, LifecycleResult};
use crate::world::World;

/// Ends an action at its timeout, with its default result.
pub(super) fn times_out(world: &mut World, ec2_instance: &str, token: &str) {
    let Some(action) = remove_action(world, ec2_instance, |action| action.token == token) else {
        return;
    };
    let how = if world.elapsed() >= action.ends {
        ActionEnd::GlobalTimeout
    } else {
        ActionEnd::HeartbeatTimeout
    };
    end(world, ec2_instance, &action, how, action.default_result);
}

/// Ends the action of a deleted hook, as the hook's transition requires.
pub(super) fn hook_is_deleted(world: &mut World, ec2_instance: &str, hook: &str) {
    let Some(action) = remove_action(world, ec2_instance, |action| action.hook == hook) else {
        return;
    };
    let result = match action.transition {
        HookTransition::Launching => LifecycleResult::Abandon,
        HookTransition::Terminating => LifecycleResult::Continue,
    };
    end(world, ec2_instance, &action, ActionEnd::Skipped, result);
}

/// Completes an action as the hook's owner. The owner does nothing else in the world.
pub(super) fn others_complete(world: &mut World, ec2_instance: &str, token: &str) {
    let Some(action) = remove_action(world, ec2_instance, |action| action.token == token) else {
        return;
    };
    let by = Caller::Other(format!("owner of {}", action.hook));
    let how = ActionEnd::Completed { result: "CONTINUE", by };
    end(world, ec2_instance, &action, how, LifecycleResult::Continue);
}

/// Operations for the API, the script and managed draining.
impl World {
    /// Carries out CompleteLifecycleAction for the action of an instance.
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
        complete(self, group, hook, ActionKey::Instance(ec2_instance), result, by)
            .map_err(Refusal::from)
    }

    /// Carries out RecordLifecycleActionHeartbeat for the action of an instance.
    pub(crate) fn record_heartbeat(
        &mut self,
        group: &str,
        hook: &str,
        ec2_instance: &str,
        by: &Caller,
    ) -> Result<(), Refusal> {
        heartbeat(self, group, hook, ActionKey::Instance(ec2_instance), by).map_err(Refusal::from)
    }

    /// Carries out DeleteLifecycleHook for an operator. The hook's actions end: "ABANDON for launching instances,
    /// CONTINUE for terminating instances" (API reference).
    pub(crate) fn delete_hook(&mut self, group: &str, hook: &str) {
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return };
        found.hooks.retain(|one| one.name != hook);
        let members = self.autoscaling.members_of(group).into_iter();
        for ec2_instance in members.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            hook_is_deleted(self, &ec2_instance, hook);
        }
    }
}

pub(super) fn complete(
    world: &mut World,
    group: &str,
    hook: &str,
    action_key: ActionKey<'_>,
    result: LifecycleResult,
    by: &Caller,
) -> Result<(), ApiError> {
    let (ec2_instance, token) = find(world, group, hook, action_key)?;
    if let Some(action) = remove_action(world, &ec2_instance, |action| action.token == token) {
        let how = ActionEnd::Completed { result: result_name(result), by: by.clone() };
        end(world, &ec2_instance, &action, how, result);
    }
    Ok(())
}

/// Restarts the heartbeat timeout. A timeout of an hour and a heartbeat after half an hour make ninety minutes (Auto
/// Scaling user guide, completing-lifecycle-hooks). The global timeout stays.
pub(super) fn heartbeat(
    world: &mut World,
    group: &str,
    hook: &str,
    action_key: ActionKey<'_>,
    by: &Caller,
) -> Result<(), ApiError> {
    let (ec2_instance, token) = find(world, group, hook, action_key)?;
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

/// Returns the instance and the token of an active action. The wording of the error is AWS's, known from field
/// reports: spacelift-io/terraform-aws-spacelift-workerpool-on-ec2 issue 197.
fn find(
    world: &World,
    group: &str,
    hook: &str,
    action_key: ActionKey<'_>,
) -> Result<(String, String), ApiError> {
    let of_group = world.autoscaling.members.iter().filter(|(_, member)| member.group == group);
    let found = of_group
        .flat_map(|(id, member)| member.actions.iter().map(move |action| (id, action)))
        .filter(|(_, action)| action.hook == hook)
        .find(|(id, action)| match action_key {
            ActionKey::Token(token) => action.token == token,
            ActionKey::Instance(instance) => *id == instance,
        });
    let missing = match action_key {
        ActionKey::Token(token) => format!("with token {token}"),
        ActionKey::Instance(instance) => format!("with instance ID {instance}"),
    };
    found.map(|(id, action)| (id.clone(), action.token.clone())).ok_or_else(|| {
        ApiError::client("ValidationError", format!("No active Lifecycle Action found {missing}"))
    })
}

/// Ends an action: "Abandon stops any remaining actions, such as other lifecycle hooks, and continue allows any other
/// lifecycle hooks to complete" (Auto Scaling user guide, lifecycle-hooks).
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

/// Moves an instance on after the end of its last lifecycle action.
fn all_ended(
    world: &mut World,
    ec2_instance: &str,
    transition: HookTransition,
    result: LifecycleResult,
) {
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    match (member.state, transition) {
        (LifecycleState::PendingWait, _) if member.abandoned => {
            arrival::give_up(world, ec2_instance);
        }
        (LifecycleState::PendingWait, _) => arrival::proceed(world, ec2_instance),
        (LifecycleState::ReplacingRootVolumeWait, _) => root_volume::proceed(world, ec2_instance),
        (LifecycleState::WarmedPendingWait, HookTransition::Launching) if member.abandoned => {
            warm_pool::give_up(world, ec2_instance);
        }
        (LifecycleState::WarmedPendingWait, _) => warm_pool::stop(world, ec2_instance),
        (LifecycleState::TerminatingWait, _) if result == LifecycleResult::Abandon => {
            departure::is_abandoned(world, ec2_instance);
        }
        _ => departure::proceed(world, ec2_instance),
    }
}
