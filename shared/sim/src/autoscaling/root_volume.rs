//! Root volume replacement: an instance leaves service, gets a new root volume, reboots, and returns.
//!
//! The states are `ReplacingRootVolume`, `ReplacingRootVolume:Wait` with the terminate hooks, `ReplacingRootVolume:Proceed`,
//! `RootVolumeReplaced`, `Pending`, `Pending:Wait` with the launch hooks, and `InService`. Source: Auto Scaling user guide,
//! lifecycle-hooks-overview, "Lifecycle state transitions for instances undergoing root volume replacement".
//!
//! EC2 reboots the instance with its new volume (EC2 user guide, replace-root). The root volume is gone by then, so no
//! process gets SIGTERM. The state of the EC2 instance stays `running`.

use super::activity_kind::ActivityKind;
use super::cause::Cause;
use super::group::{Location, RootVolumeReplacement};
use super::hook_call::begin_all;
use super::tending::reaction;
use super::{AutoScalingEvent, LifecycleState, arrival, departure};
use crate::scenario::HookTransition;
use crate::world::{World, WorldEvent};

/// Takes an instance out of service for a new root volume. Does nothing for an instance that is not in service.
pub(super) fn begin(world: &mut World, ec2_instance: &str, cause: &Cause, fails: bool) {
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    if member.state != LifecycleState::InService {
        return;
    }
    member.travels(Location::Group, Location::Group, cause);
    member.in_service_since = None;
    member.root_volume = Some(RootVolumeReplacement { fails });
    world.start_activity(ec2_instance, ActivityKind::ReplacingRootVolume, cause);
    world.enter(ec2_instance, LifecycleState::ReplacingRootVolume);
    world.host_begins_to_leave(ec2_instance);
    departure::leave_load_balancer(world, ec2_instance, call_hooks);
}

impl World {
    /// Replaces the root volume of one instance, as an instance refresh with the strategy `ReplaceRootVolume` does.
    pub(crate) fn replace_root_volume(&mut self, ec2_instance: &str) {
        begin(self, ec2_instance, &Cause::InstanceRefresh, false);
    }
}

/// Calls the terminate hooks before the replacement.
pub(super) fn call_hooks(world: &mut World, ec2_instance: &str) {
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    if group.hooks_on(HookTransition::Terminating).is_empty() {
        return proceed(world, ec2_instance);
    }
    world.enter(ec2_instance, LifecycleState::ReplacingRootVolumeWait);
    world.activity_is(ec2_instance, "MidLifecycleAction");
    begin_all(world, ec2_instance, HookTransition::Terminating);
}

/// Replaces the root volume after the end of the instance's last lifecycle action. No page documents the effect of
/// ABANDON here, so a switch decides.
pub(super) fn proceed(world: &mut World, ec2_instance: &str) {
    let fails = world.switches.abandon_fails_root_volume_replacement;
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    if std::mem::take(&mut member.abandoned) && fails {
        return fail(world, ec2_instance);
    }
    world.enter(ec2_instance, LifecycleState::ReplacingRootVolumeProceed);
    world.activity_is(ec2_instance, "InProgress");
    let lengths = world.switches.root_volume_replacement.0.clone();
    let delay = world.random.length(&format!("root-volume/{ec2_instance}"), &lengths);
    let event = AutoScalingEvent::Reboots { instance: ec2_instance.to_owned() };
    world.after(delay, WorldEvent::AutoScaling(event));
}

/// Reboots an instance with its new root volume. The agent starts again, as after a launch.
pub(super) fn reboots(world: &mut World, ec2_instance: &str) {
    let Some(replacement) = under_replacement(world, ec2_instance) else { return };
    if replacement.fails {
        return fail(world, ec2_instance);
    }
    world.host_reboots(ec2_instance);
    arrival::agent_will_join(world, ec2_instance);
    let lengths = world.switches.ec2_reboot.0.clone();
    let delay = world.random.length(&format!("root-volume/{ec2_instance}"), &lengths);
    let event = AutoScalingEvent::RootVolumeReplaced { instance: ec2_instance.to_owned() };
    world.after(delay, WorldEvent::AutoScaling(event));
}

/// Ends the replacement of a root volume. The instance becomes Pending at Auto Scaling's next reaction.
pub(super) fn replaced(world: &mut World, ec2_instance: &str) {
    if under_replacement(world, ec2_instance).is_none() {
        return;
    }
    world.enter(ec2_instance, LifecycleState::RootVolumeReplaced);
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    let group = group.spec.name.clone();
    let delay = reaction(world, &group);
    let event = AutoScalingEvent::ReturnsToService { instance: ec2_instance.to_owned() };
    world.after(delay, WorldEvent::AutoScaling(event));
}

/// Moves an instance with a new root volume to Pending, and calls its launch hooks.
pub(super) fn returns(world: &mut World, ec2_instance: &str) {
    if under_replacement(world, ec2_instance).is_some() {
        world.enter(ec2_instance, LifecycleState::Pending);
        world.ec2_instance_runs(ec2_instance);
    }
}

/// Returns the replacement for which an instance waits in `ReplacingRootVolume:Proceed` or `RootVolumeReplaced`. None
/// for an instance that EC2 stopped or terminated meanwhile.
fn under_replacement(world: &World, ec2_instance: &str) -> Option<RootVolumeReplacement> {
    let member = world.autoscaling.members.get(ec2_instance)?;
    let goes_on = matches!(
        member.state,
        LifecycleState::ReplacingRootVolumeProceed | LifecycleState::RootVolumeReplaced
    );
    member.root_volume.filter(|_| goes_on && world.ec2.is_up(ec2_instance))
}

/// Terminates an instance whose root volume was not replaced. "If root volume replacement fails for an instance, Auto
/// Scaling marks that instance for termination and replaces it with a new instance" (Auto Scaling user guide,
/// replace-root-volume). The terminate hooks are called again, with new tokens.
fn fail(world: &mut World, ec2_instance: &str) {
    departure::begin(world, ec2_instance, &Cause::RootVolumeFailed);
}
