//! ECS managed instance draining, as the ECS developer guide describes it (managed-instance-draining) and, where the
//! guide is silent, as field reports do.
//!
//! It acts on the Auto Scaling groups of capacity providers that have it enabled, and only in runs where it is
//! enabled at all. Its hook, the hook's heartbeat timeout of an hour and its default result are known from field
//! reports only. It hears of its lifecycle actions and of Spot interruptions directly: what a lost event means to it
//! is not known.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::history::Caller;
use crate::scenario::{HookSpec, Length, LifecycleResult, Transition};
use crate::world::World;

/// The hook that a capacity provider with managed draining puts on its group.
pub(crate) const HOOK: &str = "ecs-managed-draining-termination-hook";
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(3600);
/// An instance "remains in the DRAINING state until either all tasks are stopped or 48 hours has passed" (ECS
/// developer guide, managed-instance-draining).
const LONGEST: Duration = Duration::from_secs(48 * 3600);
const CALLER: Caller = Caller::Aws("ecs-managed-draining");

/// What managed draining remembers.
#[derive(Debug, Default)]
pub(crate) struct ManagedDraining {
    enabled: bool,
    /// EC2 instances that it has set to DRAINING.
    drained: BTreeSet<String>,
}

/// What managed draining does later.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// It has heard of a lifecycle action and reacts.
    Reacts { group: String, instance: String },
    /// It looks at an instance that it drains.
    Looks { watch: Watch },
    /// It has heard of a Spot interruption and reacts.
    ReactsToSpot { instance: String },
}

/// An instance that managed draining drains for its lifecycle action.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    group: String,
    instance: String,
    began: Duration,
    next_heartbeat: Duration,
    /// The instance was gone before it could be drained: it is never found empty.
    gone: bool,
}

pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::Reacts { group, instance } => react(world, &group, &instance),
        Event::Looks { watch } => look(world, watch),
        Event::ReactsToSpot { instance } => drain(world, &instance),
    }
}

impl World {
    /// From now on managed draining acts on the groups of capacity providers that have it. To be called before or
    /// after [`World::play`], before time passes.
    pub fn enable_managed_draining(&mut self) {
        self.managed.enabled = true;
        let groups: Vec<_> = self.autoscaling.groups.keys().cloned().collect();
        for group in groups {
            self.managed_draining_takes_on(&group);
        }
    }

    /// The hook is put on a group that belongs to managed draining.
    pub(crate) fn managed_draining_takes_on(&mut self, group: &str) {
        if !self.has_managed_draining(group) {
            return;
        }
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return };
        found.hooks.retain(|hook| !hook.instead_of_managed_draining);
        if found.hooks.iter().all(|hook| hook.name != HOOK) {
            found.hooks.push(hook());
        }
    }

    /// A lifecycle action began.
    pub(crate) fn managed_draining_hears(&mut self, group: &str, hook: &str, ec2_instance: &str) {
        if hook == HOOK && self.has_managed_draining(group) {
            let (group, instance) = (group.to_owned(), ec2_instance.to_owned());
            react_later(self, ec2_instance, Event::Reacts { group, instance });
        }
    }

    /// EC2 gave a Spot interruption notice.
    pub(crate) fn managed_draining_sees_spot(&mut self, ec2_instance: &str) {
        let group = self.autoscaling.members.get(ec2_instance).map(|member| member.group.clone());
        if group.is_some_and(|group| self.has_managed_draining(&group)) {
            let instance = ec2_instance.to_owned();
            react_later(self, ec2_instance, Event::ReactsToSpot { instance });
        }
    }

    fn has_managed_draining(&self, group: &str) -> bool {
        let provider = |group: &crate::autoscaling::Group| {
            group.spec.capacity_provider.as_ref().is_some_and(|provider| provider.managed_draining)
        };
        self.managed.enabled && self.autoscaling.groups.get(group).is_some_and(provider)
    }
}

fn hook() -> HookSpec {
    HookSpec {
        name: HOOK.to_owned(),
        transition: Transition::Terminating,
        heartbeat_timeout: Length(HEARTBEAT_TIMEOUT),
        default_result: LifecycleResult::Continue,
        metadata: None,
        notifies: None,
        completed_by_others_after: None,
        instead_of_managed_draining: false,
    }
}

fn react_later(world: &mut World, ec2_instance: &str, event: Event) {
    let delay = reaction(world, ec2_instance);
    world.after(delay, crate::world::Event::Managed(event));
}

fn reaction(world: &mut World, ec2_instance: &str) -> Duration {
    let stream = format!("managed-draining/{ec2_instance}");
    world.random.length(&stream, &world.switches.managed_draining_reaction.0)
}

fn drain(world: &mut World, ec2_instance: &str) {
    if world.ec2.is_up(ec2_instance) {
        // One that is DRAINING already, or has no container instance, is watched all the same.
        let _ = world.set_container_instance_status(ec2_instance, "DRAINING", &CALLER);
        world.managed.drained.insert(ec2_instance.to_owned());
    }
}

fn react(world: &mut World, group: &str, ec2_instance: &str) {
    drain(world, ec2_instance);
    let Some(began) = action_began(world, ec2_instance) else { return };
    let watch = Watch {
        group: group.to_owned(),
        instance: ec2_instance.to_owned(),
        began,
        next_heartbeat: began + HEARTBEAT_TIMEOUT / 2,
        // "ECS can't finish draining a stopped machine": field reports of groups that waited for 27 hours after an
        // instance was stopped or terminated by hand.
        gone: !world.managed.drained.contains(ec2_instance),
    };
    react_later(world, ec2_instance, Event::Looks { watch });
}

/// It waits for every task, standalone ones included, and for no longer than 48 hours.
fn look(world: &mut World, mut watch: Watch) {
    if action_began(world, &watch.instance).is_none() {
        world.managed.drained.remove(&watch.instance);
        return;
    }
    let again = reaction(world, &watch.instance);
    let empty = !watch.gone && world.tasks_left_on(&watch.instance).is_empty();
    let over = world.elapsed() + again >= watch.began + LONGEST;
    if empty || over {
        world.managed.drained.remove(&watch.instance);
        let (group, instance) = (&watch.group, &watch.instance);
        // An action that ended meanwhile needs no completion.
        let _ = world.complete_lifecycle_action(group, HOOK, instance, "CONTINUE", &CALLER);
        return;
    }
    if world.elapsed() >= watch.next_heartbeat {
        watch.next_heartbeat += HEARTBEAT_TIMEOUT / 2;
        let _ = world.record_heartbeat(&watch.group, HOOK, &watch.instance, &CALLER);
    }
    world.after(again, crate::world::Event::Managed(Event::Looks { watch }));
}

fn action_began(world: &World, ec2_instance: &str) -> Option<Duration> {
    let member = world.autoscaling.members.get(ec2_instance)?;
    member.actions.iter().find(|action| action.hook == HOOK).map(|action| action.started)
}
