//! The events of Auto Scaling on the agenda.

use super::arrival;
use super::cause::Cause;
use super::{AutoScalingEvent, capacity, completion, departure, health, rebalancing, replacement};
use super::{LifecycleState, root_volume};
use crate::world::World;

pub(crate) fn happen(world: &mut World, event: AutoScalingEvent) {
    match event {
        AutoScalingEvent::Tends { group } => tend(world, &group),
        AutoScalingEvent::AgentJoins { instance } => arrival::agent_joins(world, &instance),
        AutoScalingEvent::Deregistered { instance, state } => {
            deregistered(world, &instance, state);
        }
        AutoScalingEvent::Reboots { instance } => root_volume::reboots(world, &instance),
        AutoScalingEvent::RootVolumeReplaced { instance } => {
            root_volume::replaced(world, &instance);
        }
        AutoScalingEvent::ReturnsToService { instance } => {
            root_volume::returns(world, &instance);
        }
        AutoScalingEvent::ActionTimesOut { instance, token } => {
            completion::times_out(world, &instance, &token)
        }
        AutoScalingEvent::OthersComplete { instance, token } => {
            completion::others_complete(world, &instance, &token);
        }
        AutoScalingEvent::FindsGone { instance } => health::finds_gone(world, &instance),
        AutoScalingEvent::ReplacesUnhealthy { instance } => {
            departure::begin(world, &instance, &Cause::Unhealthy);
        }
        AutoScalingEvent::Expires { instance } => {
            departure::begin(world, &instance, &Cause::MaximumLifetime);
        }
        AutoScalingEvent::FindsTerminated { instance } => departure::finish(world, &instance),
    }
}

/// Calls the terminate hooks of an instance, unless its state has changed since it left service.
fn deregistered(world: &mut World, ec2_instance: &str, state: LifecycleState) {
    let now = world.autoscaling.members.get(ec2_instance).map(|member| member.state);
    if now != Some(state) {
        return;
    }
    match state {
        LifecycleState::ReplacingRootVolume => root_volume::call_hooks(world, ec2_instance),
        _ => departure::call_hooks(world, ec2_instance),
    }
}

/// Does everything that a group needs at this moment. The order is that of the claims on new instances.
fn tend(world: &mut World, group: &str) {
    if let Some(found) = world.autoscaling.groups.get_mut(group) {
        found.tending = false;
    }
    replacement::go_on(world, group);
    rebalancing::go_on(world, group);
    capacity::balance(world, group);
    capacity::fill_warm_pool(world, group);
}
