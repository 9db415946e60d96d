//! Warm pools of stopped instances: entry at launch, return on scale-in, and loss of instances.

use super::activity_kind::ActivityKind;
use super::cause::Cause;
use super::group::Location;
use super::hook_call::begin_all;
use super::tending::tend_soon;
use super::{LifecycleState, departure};
use crate::ec2::InstanceState;
use crate::scenario::HookTransition;
use crate::world::World;

/// Returns an instance to the pool on scale-in. Auto Scaling calls the terminate hooks in the state
/// `Warmed:Pending:Wait` (Auto Scaling user guide, warm-pool-instance-lifecycle).
pub(super) fn take_back(world: &mut World, ec2_instance: &str, cause: &Cause) {
    if !departure::leave_capacity(world, ec2_instance, Location::WarmPool, cause) {
        return;
    }
    world.enter(ec2_instance, LifecycleState::WarmedPending);
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    if group.hooks_on(HookTransition::Terminating).is_empty() {
        return stop(world, ec2_instance);
    }
    world.enter(ec2_instance, LifecycleState::WarmedPendingWait);
    world.activity_is(ec2_instance, "MidLifecycleAction");
    begin_all(world, ec2_instance, HookTransition::Terminating);
}

/// Stops an instance after the end of its last lifecycle action.
pub(super) fn stop(world: &mut World, ec2_instance: &str) {
    world.enter(ec2_instance, LifecycleState::WarmedPendingProceed);
    if world.ec2.is_up(ec2_instance) {
        return world.stop_instance(ec2_instance);
    }
    drop_lost(world, ec2_instance, &Cause::LostBeforeWarmPool);
}

/// Terminates an instance after ABANDON of its launch into the pool, without calling a hook.
pub(super) fn give_up(world: &mut World, ec2_instance: &str) {
    world.activity_is(ec2_instance, "Cancelled");
    world.publish_activity_end(ec2_instance, ActivityKind::Launching, false);
    drop_lost(world, ec2_instance, &Cause::WarmPoolAbandoned);
}

/// Terminates an instance of the pool, without calling a hook.
pub(super) fn drop_lost(world: &mut World, ec2_instance: &str, cause: &Cause) {
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    member.travels(Location::WarmPool, Location::Ec2, cause);
    world.start_activity(ec2_instance, ActivityKind::Terminating, cause);
    world.enter(ec2_instance, LifecycleState::WarmedTerminating);
    if world.ec2.state(ec2_instance) == Some(InstanceState::Terminated) {
        return departure::finish(world, ec2_instance);
    }
    world.terminate_instance(ec2_instance);
}

impl World {
    /// Puts a stopped instance into the warm pool, if Auto Scaling stopped it for the pool.
    pub(crate) fn ec2_instance_stopped(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        if member.state != LifecycleState::WarmedPendingProceed {
            return;
        }
        let returned = member.origin == Location::Group;
        let group = member.group.clone();
        self.enter(ec2_instance, LifecycleState::WarmedStopped);
        self.activity_is(ec2_instance, "Successful");
        let doing = if returned { ActivityKind::Terminating } else { ActivityKind::Launching };
        self.publish_activity_end(ec2_instance, doing, true);
        tend_soon(self, &group);
    }
}
