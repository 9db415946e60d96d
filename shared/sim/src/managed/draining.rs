//! Managed draining's reactions to lifecycle actions and Spot interruptions.

use std::time::Duration;

use super::{HOOK, ManagedDrain, ManagedDrainingEvent};
use crate::history::Caller;
use crate::scenario::{HookSpec, HookTransition, Length, LifecycleResult};
use crate::world::{World, WorldEvent};

const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(3600);
/// An instance "remains in the DRAINING state until either all tasks are stopped or 48 hours has passed" (ECS
/// developer guide, managed-instance-draining).
const LONGEST: Duration = Duration::from_secs(48 * 3600);
const CALLER: Caller = Caller::Aws("ecs-managed-draining");

pub(crate) fn happen(world: &mut World, event: ManagedDrainingEvent) {
    match event {
        ManagedDrainingEvent::Reacts { group, instance } => react(world, &group, &instance),
        ManagedDrainingEvent::Checks { drain } => check(world, drain),
        ManagedDrainingEvent::ReactsToSpot { instance } => drain(world, &instance),
    }
}

impl World {
    /// Enables managed draining on the groups whose capacity provider has it. Call this before time passes, before or
    /// after [`World::play`].
    pub fn enable_managed_draining(&mut self) {
        self.managed.enabled = true;
        let groups: Vec<_> = self.autoscaling.groups.keys().cloned().collect();
        for group in groups {
            self.add_managed_draining_hook(&group);
        }
    }

    /// Enables managed draining together with the deployed functions. A group with a hook that excludes managed
    /// draining keeps only that hook. Call this before [`World::play`].
    pub fn enable_managed_draining_beside_functions(&mut self) {
        self.managed.beside_functions = true;
        self.enable_managed_draining();
    }

    /// Puts the hook on a group that belongs to managed draining.
    pub(crate) fn add_managed_draining_hook(&mut self, group: &str) {
        if !self.has_managed_draining(group) {
            return;
        }
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return };
        found.hooks.retain(|hook| !hook.instead_of_managed_draining);
        if found.hooks.iter().all(|hook| hook.name != HOOK) {
            found.hooks.push(hook());
        }
    }

    /// Reacts to a lifecycle action that began.
    pub(crate) fn managed_draining_reacts_to_action(
        &mut self,
        group: &str,
        hook: &str,
        ec2_instance: &str,
    ) {
        if hook == HOOK && self.has_managed_draining(group) {
            let (group, instance) = (group.to_owned(), ec2_instance.to_owned());
            react_later(self, ec2_instance, ManagedDrainingEvent::Reacts { group, instance });
        }
    }

    /// Reacts to a Spot interruption warning. ECS drains ECS Managed Instances itself, always (ECS developer guide,
    /// managed-instances-instance-draining).
    pub(crate) fn managed_draining_reacts_to_spot(&mut self, ec2_instance: &str) {
        let group = self.autoscaling.members.get(ec2_instance).map(|member| member.group.clone());
        let managed = self.is_managed_instance(ec2_instance);
        if managed || group.is_some_and(|group| self.has_managed_draining(&group)) {
            let instance = ec2_instance.to_owned();
            react_later(self, ec2_instance, ManagedDrainingEvent::ReactsToSpot { instance });
        }
    }

    fn has_managed_draining(&self, group: &str) -> bool {
        let provider = |group: &crate::autoscaling::Group| {
            let provider = group.spec.capacity_provider.as_ref();
            let is_left_out = self.managed.beside_functions
                && group.spec.hooks.iter().any(|hook| hook.instead_of_managed_draining);
            provider.is_some_and(|provider| provider.managed_draining) && !is_left_out
        };
        self.managed.enabled && self.autoscaling.groups.get(group).is_some_and(provider)
    }
}

fn hook() -> HookSpec {
    HookSpec {
        name: HOOK.to_owned(),
        transition: HookTransition::Terminating,
        heartbeat_timeout: Length(HEARTBEAT_TIMEOUT),
        default_result: LifecycleResult::Continue,
        metadata: None,
        notifies: None,
        completed_by_others_after: None,
        instead_of_managed_draining: false,
    }
}

fn react_later(world: &mut World, ec2_instance: &str, event: ManagedDrainingEvent) {
    let delay = reaction(world, ec2_instance);
    world.after(delay, WorldEvent::Managed(event));
}

fn reaction(world: &mut World, ec2_instance: &str) -> Duration {
    let stream = format!("managed-draining/{ec2_instance}");
    world.random.length(&stream, &world.switches.managed_draining_reaction.0)
}

fn drain(world: &mut World, ec2_instance: &str) {
    if world.ec2.is_up(ec2_instance) {
        // Managed draining also watches an instance that is DRAINING already, or that has no container instance.
        let _ = world.set_container_instance_status(ec2_instance, "DRAINING", &CALLER);
        world.managed.drained.insert(ec2_instance.to_owned());
    }
}

fn react(world: &mut World, group: &str, ec2_instance: &str) {
    drain(world, ec2_instance);
    let Some(began) = action_began(world, ec2_instance) else { return };
    let drain = ManagedDrain {
        group: group.to_owned(),
        instance: ec2_instance.to_owned(),
        began,
        next_heartbeat: began + HEARTBEAT_TIMEOUT / 2,
        // "ECS can't finish draining a stopped machine": field reports, in which a group waited 27 hours after an
        // operator stopped or terminated an instance.
        gone: !world.managed.drained.contains(ec2_instance),
    };
    react_later(world, ec2_instance, ManagedDrainingEvent::Checks { drain });
}

/// Waits for every task, standalone ones included, at most 48 hours.
fn check(world: &mut World, mut drain: ManagedDrain) {
    if action_began(world, &drain.instance).is_none() {
        world.managed.drained.remove(&drain.instance);
        return;
    }
    let again = reaction(world, &drain.instance);
    let empty = !drain.gone && world.tasks_left_on(&drain.instance).is_empty();
    let over = world.elapsed() + again >= drain.began + LONGEST;
    if empty || over {
        world.managed.drained.remove(&drain.instance);
        let (group, instance) = (&drain.group, &drain.instance);
        // An action that has ended needs no completion.
        let _ = world.complete_lifecycle_action(group, HOOK, instance, "CONTINUE", &CALLER);
        return;
    }
    if world.elapsed() >= drain.next_heartbeat {
        drain.next_heartbeat += HEARTBEAT_TIMEOUT / 2;
        let _ = world.record_heartbeat(&drain.group, HOOK, &drain.instance, &CALLER);
    }
    world.after(again, WorldEvent::Managed(ManagedDrainingEvent::Checks { drain }));
}

fn action_began(world: &World, ec2_instance: &str) -> Option<Duration> {
    let member = world.autoscaling.members.get(ec2_instance)?;
    member.actions.iter().find(|action| action.hook == HOOK).map(|action| action.started)
}
