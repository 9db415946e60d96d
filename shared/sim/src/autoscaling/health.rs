//! Health checks: instances that are unhealthy, or that EC2 stopped or terminated.

use std::time::Duration;

use super::cause::Cause;
use super::tending::reaction;
use super::{AutoScalingEvent, LifecycleState, departure, warm_pool};
use crate::ec2::InstanceState;
use crate::history::Fact;
use crate::world::{World, WorldEvent};

/// Replaces an instance after a health check found that it is stopped or terminated. "EC2 will terminate the instance
/// first. ASG will later find out ... and run lifecycle hook": a field report that quotes AWS Support,
/// getsocial-rnd/ecs-drain-lambda issue 6.
pub(super) fn finds_gone(world: &mut World, ec2_instance: &str) {
    if world.ec2.is_up(ec2_instance) {
        return;
    }
    let stopped = matches!(
        world.ec2.state(ec2_instance),
        Some(InstanceState::Stopping | InstanceState::Stopped)
    );
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    member.healthy = false;
    let found = if stopped { "stopped" } else { "terminated" };
    let cause = Cause::GoneInEc2 { found };
    match member.state {
        LifecycleState::WarmedStopped => warm_pool::drop_lost(world, ec2_instance, &cause),
        _ => departure::begin(world, ec2_instance, &cause),
    }
}

impl World {
    /// Fails a health check of Auto Scaling for an instance in service.
    pub(crate) fn instance_is_unhealthy(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get_mut(ec2_instance) else { return };
        member.healthy = false;
        let group = member.group.clone();
        self.note(Fact::Unhealthy { ec2_instance: ec2_instance.to_owned() });
        let delay = reaction(self, &group);
        let instance = ec2_instance.to_owned();
        let event = AutoScalingEvent::ReplacesUnhealthy { instance };
        self.after(delay, WorldEvent::AutoScaling(event));
    }

    /// Plans the health check that finds a stopped or terminated instance. Plans none if Auto Scaling itself ended the
    /// instance.
    pub(crate) fn ec2_instance_leaves(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        let watched = member.state.is_capacity()
            || matches!(
                member.state,
                LifecycleState::WarmedStopped | LifecycleState::TerminatingRetained
            );
        let Some(group) = self.autoscaling.group_of(ec2_instance) else { return };
        if !watched {
            return;
        }
        let lengths = group.spec.finds_gone_after.0.clone();
        let delay: Duration = self.random.length(&format!("health/{ec2_instance}"), &lengths);
        let event = AutoScalingEvent::FindsGone { instance: ec2_instance.to_owned() };
        self.after(delay, WorldEvent::AutoScaling(event));
    }
}
