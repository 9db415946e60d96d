//! Instances on their way into a group: Pending, the launch hooks, InService.

use std::time::Duration;

use super::activity_kind::ActivityKind;
use super::cause::Cause;
use super::group::{Location, Member};
use super::hook_call::begin_all;
use super::tending::tend_soon;
use super::{AutoScalingEvent, LifecycleState, departure, warm_pool, zones};
use crate::ec2::InstanceState;
use crate::scenario::HookTransition;
use crate::world::{World, WorldEvent};

/// Launches a new EC2 instance for the group, or for its warm pool. Returns its id.
pub(super) fn launch(
    world: &mut World,
    group: &str,
    to: Location,
    cause: &Cause,
) -> Option<String> {
    let zone = zones::of_next(world, group);
    let found = world.autoscaling.groups.get_mut(group)?;
    let (name, order) = found.next_name();
    let joins = found.never_joins == 0;
    found.never_joins = found.never_joins.saturating_sub(1);
    let id = found.launch_ids.pop_front();
    let id = world.launch_instance(id, &name, zone);
    let state = match to {
        Location::WarmPool => LifecycleState::WarmedPending,
        _ => LifecycleState::Pending,
    };
    let mut member = Member::new(group, order, state);
    member.joins = joins;
    member.travels(Location::Ec2, to, cause);
    world.autoscaling.members.insert(id.clone(), member);
    world.start_activity(&id, ActivityKind::Launching, cause);
    world.enter(&id, state);
    // With ECS_WARM_POOLS_CHECK the agent of an instance in a warm pool does not register (ECS agent README).
    if to == Location::Group {
        agent_will_join(world, &id);
    }
    Some(id)
}

/// Moves an instance from the warm pool into the group.
pub(super) fn take_from_warm_pool(world: &mut World, ec2_instance: &str, cause: &Cause) {
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    member.travels(Location::WarmPool, Location::Group, cause);
    world.start_activity(ec2_instance, ActivityKind::Launching, cause);
    world.enter(ec2_instance, LifecycleState::Pending);
    world.start_instance(ec2_instance);
    agent_will_join(world, ec2_instance);
}

/// Starts the agent of an instance that starts, unless the instance never joins its cluster.
pub(super) fn agent_will_join(world: &mut World, ec2_instance: &str) {
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    let lengths = group.spec.joins_after.0.clone();
    let has_cluster = group.spec.cluster.is_some();
    let joins = world.autoscaling.members.get(ec2_instance).is_some_and(|member| member.joins);
    if joins && has_cluster {
        let delay = world.random.length(&format!("agent/{ec2_instance}"), &lengths);
        join_after(world, ec2_instance, delay);
    }
}

fn join_after(world: &mut World, ec2_instance: &str, delay: Duration) {
    let event = AutoScalingEvent::AgentJoins { instance: ec2_instance.to_owned() };
    world.after(delay, WorldEvent::AutoScaling(event));
}

/// Registers the agent when the instance runs, even if Auto Scaling has taken the instance out of service before.
pub(super) fn agent_joins(world: &mut World, ec2_instance: &str) {
    let warm =
        world.autoscaling.members.get(ec2_instance).is_none_or(|member| member.state.is_warm());
    match world.ec2.state(ec2_instance) {
        Some(InstanceState::Pending) => join_after(world, ec2_instance, Duration::from_secs(1)),
        Some(InstanceState::Running) if !warm => register(world, ec2_instance),
        _ => {}
    }
}

fn register(world: &mut World, ec2_instance: &str) {
    if let Some(agent) = world.autoscaling.agent_of(ec2_instance) {
        world.agent_starts(ec2_instance, &agent);
    }
}

impl Member {
    /// Returns the kind of scaling activity of an instance that enters service.
    fn arrival_activity(&self) -> ActivityKind {
        match self.root_volume {
            Some(_) => ActivityKind::ReplacingRootVolume,
            None => ActivityKind::Launching,
        }
    }
}

impl World {
    /// Calls the launch hooks of an instance that runs. Without launch hooks, moves the instance on.
    pub(crate) fn ec2_instance_runs(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        match member.state {
            LifecycleState::Pending => {
                wait_or(self, ec2_instance, LifecycleState::PendingWait, proceed);
            }
            LifecycleState::WarmedPending => {
                wait_or(self, ec2_instance, LifecycleState::WarmedPendingWait, warm_pool::stop);
            }
            _ => {}
        }
    }
}

/// Pauses the instance in the given state if the group has launch hooks (Auto Scaling user guide,
/// warm-pool-instance-lifecycle). The state is `Warmed:Pending:Wait` on the way into the warm pool, `Pending:Wait` on
/// the way into the group.
fn wait_or(
    world: &mut World,
    ec2_instance: &str,
    waiting: LifecycleState,
    otherwise: fn(&mut World, &str),
) {
    let Some(group) = world.autoscaling.group_of(ec2_instance) else { return };
    if group.hooks_on(HookTransition::Launching).is_empty() {
        return otherwise(world, ec2_instance);
    }
    world.enter(ec2_instance, waiting);
    world.activity_is(ec2_instance, "MidLifecycleAction");
    begin_all(world, ec2_instance, HookTransition::Launching);
}

/// Puts an instance into service after its launch hooks.
pub(super) fn proceed(world: &mut World, ec2_instance: &str) {
    let now = world.elapsed();
    let Some(member) = world.autoscaling.members.get_mut(ec2_instance) else { return };
    member.in_service_since = Some(now);
    let doing = member.arrival_activity();
    member.root_volume = None;
    let (group, waited) = (member.group.clone(), member.state == LifecycleState::PendingWait);
    if waited {
        world.enter(ec2_instance, LifecycleState::PendingProceed);
    }
    world.enter(ec2_instance, LifecycleState::InService);
    world.activity_is(ec2_instance, "Successful");
    world.publish_activity_end(ec2_instance, doing, true);
    tend_soon(world, &group);
}

/// Terminates an instance after ABANDON of a launch hook. The group then lacks an instance and launches another (Auto
/// Scaling user guide, lifecycle-hooks).
pub(super) fn give_up(world: &mut World, ec2_instance: &str) {
    let Some(member) = world.autoscaling.members.get(ec2_instance) else { return };
    let doing = member.arrival_activity();
    world.activity_is(ec2_instance, "Cancelled");
    world.publish_activity_end(ec2_instance, doing, false);
    if world.switches.abandoned_launch_calls_terminate_hooks {
        departure::begin(world, ec2_instance, &Cause::LaunchAbandoned);
    } else {
        departure::begin_without_hooks(world, ec2_instance, &Cause::LaunchAbandoned);
    }
}
