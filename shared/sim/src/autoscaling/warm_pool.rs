//! Warm pools of stopped instances: into the pool, back into it on scale-in, and its upkeep.

use super::activity::Doing;
use super::arrival;
use super::group::Place;
use super::{LifecycleState, action, departure, tend_soon};
use crate::scenario::Transition;
use crate::world::World;

/// Launches into the pool until it is full. The group and its pool together hold what they held at the start, "in
/// the warm pool or in any state except Terminated" (API reference, PutWarmPool, MaxGroupPreparedCapacity).
pub(super) fn fill(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get(group) else { return };
    let Some(pool) = &found.spec.warm_pool else { return };
    if found.lacks_capacity(world.elapsed()) {
        return;
    }
    let prepared = found.spec.instances + pool.instances;
    let held = world.autoscaling.members_of(group).len();
    for _ in held..prepared {
        arrival::launch(world, group, Place::WarmPool, "the warm pool is short of an instance");
    }
}

/// An instance returns to the pool on scale-in. Its terminate hooks are called on the way, in the state
/// `Warmed:Pending:Wait` (Auto Scaling user guide, warm-pool-instance-lifecycle).
pub(super) fn take_back(world: &mut World, ec2_instance: &str, because: &str) {
    if !departure::leave_capacity(world, ec2_instance, Place::WarmPool, because) {
        return;
    }
    world.enter(ec2_instance, LifecycleState::WarmedPending);
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    if group.hooks_on(Transition::Terminating).is_empty() {
        return stop(world, ec2_instance);
    }
    world.enter(ec2_instance, LifecycleState::WarmedPendingWait);
    world.activity_is(ec2_instance, "MidLifecycleAction");
    action::begin_all(world, ec2_instance, Transition::Terminating);
}

/// No hook holds the instance any more: it is stopped.
pub(super) fn stop(world: &mut World, ec2_instance: &str) {
    world.enter(ec2_instance, LifecycleState::WarmedPendingProceed);
    if world.ec2.is_up(ec2_instance) {
        return world.stop_instance(ec2_instance);
    }
    drop_lost(world, ec2_instance, "gone on its way into the warm pool");
}

/// A launch into the pool was abandoned. No hook is called for it.
pub(super) fn give_up(world: &mut World, ec2_instance: &str) {
    world.activity_is(ec2_instance, "Cancelled");
    world.tell_done(ec2_instance, Doing::Launching, false);
    drop_lost(world, ec2_instance, "launch into the warm pool abandoned");
}

/// An instance of the pool is terminated. No hook is called for it.
pub(super) fn drop_lost(world: &mut World, ec2_instance: &str, because: &str) {
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    member.travels(Place::WarmPool, Place::Ec2, because);
    world.start_activity(ec2_instance, Doing::Terminating, because);
    world.enter(ec2_instance, LifecycleState::WarmedTerminating);
    if world.ec2.state(ec2_instance) == Some(crate::ec2::InstanceState::Terminated) {
        return departure::finish(world, ec2_instance);
    }
    world.terminate_instance(ec2_instance);
}

impl World {
    /// EC2 has stopped an instance: if it was to enter the warm pool, it is there now.
    pub(crate) fn ec2_instance_stopped(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        if member.state != LifecycleState::WarmedPendingProceed {
            return;
        }
        let returned = member.origin == Place::Group;
        let group = member.group.clone();
        self.enter(ec2_instance, LifecycleState::WarmedStopped);
        self.activity_is(ec2_instance, "Successful");
        let doing = if returned { Doing::Terminating } else { Doing::Launching };
        self.tell_done(ec2_instance, doing, true);
        tend_soon(self, &group);
    }
}
