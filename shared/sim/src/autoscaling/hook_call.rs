//! Calls of lifecycle hooks: each begins an action that holds an instance until it is completed or times out.

use std::time::Duration;

use super::AutoScalingEvent;
use super::action::{Action, global_timeout};
use crate::agenda::Ticket;
use crate::history::{ActionEnd, Fact};
use crate::scenario::{HookSpec, HookTransition};
use crate::world::{World, WorldEvent};

/// Begins an action for every hook on a transition, all at once and each with its own token (ECS developer guide,
/// managed-instance-draining: hooks "run in parallel").
pub(super) fn begin_all(world: &mut World, ec2_instance: &str, transition: HookTransition) {
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
    world.publish_lifecycle_action(ec2_instance, hook, &action);
    world.managed_draining_reacts_to_action(&group, &hook.name, ec2_instance);
    if let Some(lengths) = &hook.completed_by_others_after {
        let delay = world.random.length(&format!("others/{ec2_instance}"), &lengths.0);
        let event = AutoScalingEvent::OthersComplete { instance: ec2_instance.to_owned(), token };
        world.after(delay, WorldEvent::AutoScaling(event));
    }
}

pub(super) fn timer(
    world: &mut World,
    ec2_instance: &str,
    token: &str,
    heartbeat: Duration,
    ends: Duration,
) -> Ticket {
    let delay = heartbeat.min(ends.saturating_sub(world.elapsed()));
    let event = AutoScalingEvent::ActionTimesOut {
        instance: ec2_instance.to_owned(),
        token: token.to_owned(),
    };
    world.later(delay, WorldEvent::AutoScaling(event))
}

/// Removes an action from its instance, and the action's timer from the agenda.
pub(super) fn remove_action(
    world: &mut World,
    ec2_instance: &str,
    which: impl Fn(&Action) -> bool,
) -> Option<Action> {
    let member = world.autoscaling.members.get_mut(ec2_instance)?;
    let at = member.actions.iter().position(which)?;
    let action = member.actions.remove(at);
    world.cancel(action.timer);
    Some(action)
}

/// Ends the actions of an instance without a completion.
pub(super) fn skip_all(world: &mut World, ec2_instance: &str) {
    while let Some(action) = remove_action(world, ec2_instance, |_| true) {
        note_end(world, ec2_instance, &action.hook, ActionEnd::Skipped);
    }
}

pub(super) fn note_end(world: &mut World, ec2_instance: &str, hook: &str, how: ActionEnd) {
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    let (group, hook) = (member.group.clone(), hook.to_owned());
    world.note(Fact::ActionEnded { group, hook, ec2_instance: ec2_instance.to_owned(), how });
}
