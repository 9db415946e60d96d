//! Instances on their way out of a group: Terminating, the terminate hooks, Terminated.

use super::activity_kind::ActivityKind;
use super::cause::Cause;
use super::group::Location;
use super::hook_call::{begin_all, skip_all};
use super::tending::{reaction, tend_soon};
use super::{AutoScalingEvent, LifecycleState};
use crate::ec2::InstanceState;
use crate::scenario::HookTransition;
use crate::world::{World, WorldEvent};

/// Begins to terminate an instance. An instance that already leaves the group is left unchanged, unless the group
/// retained it.
pub(super) fn begin(world: &mut World, ec2_instance: &str, cause: &Cause) {
    let state = world.autoscaling.members.get(ec2_instance).map(|member| member.state);
    if state == Some(LifecycleState::TerminatingRetained) {
        return proceed(world, ec2_instance);
    }
    if !enter_terminating(world, ec2_instance, cause) {
        return;
    }
    leave_load_balancer(world, ec2_instance, call_hooks);
}

/// Deregisters an instance from the group's load balancer, and then continues the termination. Connection draining
/// completes before the terminate hook is called (Auto Scaling user guide, ec2-auto-scaling-lifecycle).
pub(super) fn leave_load_balancer(
    world: &mut World,
    ec2_instance: &str,
    then: fn(&mut World, &str),
) {
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    let (deregistration, state) = (group.spec.elb_deregistration.0, member.state);
    if deregistration.is_zero() {
        return then(world, ec2_instance);
    }
    world.activity_is(ec2_instance, "WaitingForELBConnectionDraining");
    let event = AutoScalingEvent::Deregistered { instance: ec2_instance.to_owned(), state };
    world.after(deregistration, WorldEvent::AutoScaling(event));
}

/// Begins to terminate an instance without calling the terminate hooks.
pub(super) fn begin_without_hooks(world: &mut World, ec2_instance: &str, cause: &Cause) {
    if enter_terminating(world, ec2_instance, cause) {
        proceed(world, ec2_instance);
    }
}

fn enter_terminating(world: &mut World, ec2_instance: &str, cause: &Cause) -> bool {
    if !leave_capacity(world, ec2_instance, Location::Ec2, cause) {
        return false;
    }
    world.enter(ec2_instance, LifecycleState::Terminating);
    true
}

/// Takes an instance out of the group's capacity, before its termination or its return to the warm pool.
pub(super) fn leave_capacity(
    world: &mut World,
    ec2_instance: &str,
    to: Location,
    cause: &Cause,
) -> bool {
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return false };
    if !member.state.is_capacity() {
        return false;
    }
    let (group, launching) = (member.group.clone(), member.state != LifecycleState::InService);
    skip_all(world, ec2_instance);
    if launching {
        world.activity_is(ec2_instance, "Cancelled");
    }
    if let Some(member) = world.autoscaling.members.get_mut(ec2_instance) {
        member.travels(Location::Group, to, cause);
    }
    let unhealthy = matches!(cause, Cause::Unhealthy | Cause::GoneInEc2 { .. });
    if let Some(found) = world.autoscaling.groups.get_mut(&group).filter(|_| unhealthy) {
        found.unhealthy_missing += 1;
    }
    world.start_activity(ec2_instance, ActivityKind::Terminating, cause);
    if world.ec2.is_up(ec2_instance) {
        world.host_begins_to_leave(ec2_instance);
    }
    tend_soon(world, &group);
    true
}

/// Calls the terminate hooks, even if EC2 has terminated the instance meanwhile.
pub(super) fn call_hooks(world: &mut World, ec2_instance: &str) {
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    if group.hooks_on(HookTransition::Terminating).is_empty() {
        return proceed(world, ec2_instance);
    }
    world.enter(ec2_instance, LifecycleState::TerminatingWait);
    world.activity_is(ec2_instance, "MidLifecycleAction");
    begin_all(world, ec2_instance, HookTransition::Terminating);
}

/// Terminates an instance after the end of its last lifecycle action. Both results lead here: "both abandon and
/// continue allow the instance to terminate" (Auto Scaling user guide, lifecycle-hooks).
pub(super) fn proceed(world: &mut World, ec2_instance: &str) {
    world.enter(ec2_instance, LifecycleState::TerminatingProceed);
    world.activity_is(ec2_instance, "InProgress");
    if world.ec2.state(ec2_instance) != Some(InstanceState::Terminated) {
        return world.terminate_instance(ec2_instance);
    }
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    let group = member.group.clone();
    let delay = reaction(world, &group);
    let event = AutoScalingEvent::FindsTerminated { instance: ec2_instance.to_owned() };
    world.after(delay, WorldEvent::AutoScaling(event));
}

/// Handles ABANDON of a terminate hook. The instance lifecycle policy of the group may retain the instance (Auto
/// Scaling user guide, instance-lifecycle-policy). The group replaces a retained instance, which runs on until
/// TerminateInstanceInAutoScalingGroup.
pub(super) fn is_abandoned(world: &mut World, ec2_instance: &str) {
    let group = world.autoscaling.group_of(ec2_instance);
    if group.is_some_and(|group| group.spec.retains_abandoned) && world.ec2.is_up(ec2_instance) {
        return world.enter(ec2_instance, LifecycleState::TerminatingRetained);
    }
    proceed(world, ec2_instance);
}

/// Removes a terminated instance from the group.
pub(super) fn finish(world: &mut World, ec2_instance: &str) {
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    let (group, warm) = (member.group.clone(), member.state.is_warm());
    world.activity_is(ec2_instance, "Successful");
    let last = if warm { LifecycleState::WarmedTerminated } else { LifecycleState::Terminated };
    world.enter(ec2_instance, last);
    world.publish_activity_end(ec2_instance, ActivityKind::Terminating, true);
    world.autoscaling.members.remove(ec2_instance);
    tend_soon(world, &group);
}

impl World {
    /// Carries out TerminateInstanceInAutoScalingGroup without decrement for an operator.
    pub(crate) fn terminate_in_group(&mut self, ec2_instance: &str) {
        let by = "an operator".to_owned();
        begin(self, ec2_instance, &Cause::Requested { by, shrinks: None });
    }

    /// Removes an instance from its group after EC2 has terminated it.
    pub(crate) fn ec2_instance_terminated(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        if member.state.goes_by_itself() {
            finish(self, ec2_instance);
        }
    }
}
