//! Desired capacity: missing instances are launched, excess ones terminated.

use super::AutoScalingEvent;
use super::group::{Group, Location};
use super::tending::tend_soon;
use super::{LifecycleState, arrival, departure, warm_pool};
use crate::world::{World, WorldEvent};

/// Brings the group to its desired capacity. While instances are replaced for Capacity Rebalancing it may hold one
/// more for each of them.
pub(super) fn balance(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get(group) else { return };
    let wanted = found.desired + found.rebalancing.len();
    let held = world.autoscaling.in_state(group, LifecycleState::is_capacity);
    let because = match &found.rolling {
        Some(rolling) => rolling.name().to_owned(),
        None => format!("to reach the desired capacity of {}", found.desired),
    };
    let lacks = found.lacks_capacity(world.elapsed());
    let missing = wanted.saturating_sub(held.len());
    if missing > 0 && lacks {
        world.struck("no-capacity", format!("{missing} instances of {group} cannot be launched"));
    }
    for _ in 0..if lacks { 0 } else { missing } {
        launch(world, group, &because);
    }
    for ec2_instance in held.iter().take(held.len().saturating_sub(wanted)) {
        scale_in(world, group, ec2_instance);
    }
}

/// Takes an instance from the warm pool, or launches a new one: "the Auto Scaling group can draw on the warm pool to
/// meet its new desired capacity" (Auto Scaling user guide, ec2-auto-scaling-warm-pools).
fn launch(world: &mut World, group: &str, because: &str) {
    let replaces = world.autoscaling.groups.get(group).and_then(Group::unreplaced);
    let because = match &replaces {
        Some(_) => "capacity rebalancing".to_owned(),
        None => because.to_owned(),
    };
    let pool = world.autoscaling.in_state(group, |state| state == LifecycleState::WarmedStopped);
    let launched = match pool.into_iter().find(|id| world.ec2.is_startable(id)) {
        Some(id) => {
            arrival::take_from_warm_pool(world, &id, &because);
            Some(id)
        }
        None => arrival::launch(world, group, Location::Group, &because),
    };
    if let (Some(old), Some(found)) = (replaces, world.autoscaling.groups.get_mut(group)) {
        found.rebalancing.insert(old, launched);
    }
}

/// Takes an instance out for scale-in. The oldest go first: the default termination policy where launch templates and
/// zones do not differ (Auto Scaling user guide, ec2-auto-scaling-termination-policies).
fn scale_in(world: &mut World, group: &str, ec2_instance: &str) {
    let pool = world.autoscaling.groups.get(group).and_then(|found| found.spec.warm_pool.as_ref());
    if pool.is_some_and(|pool| pool.reuse_on_scale_in) {
        warm_pool::take_back(world, ec2_instance, "scale-in");
    } else {
        departure::begin(world, ec2_instance, "scale-in");
    }
}

/// Launches into the pool until it is full. The group and its pool together keep their number of the start, "in the
/// warm pool or in any state except Terminated" (API reference, PutWarmPool, MaxGroupPreparedCapacity).
pub(super) fn fill_warm_pool(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get(group) else { return };
    let Some(pool) = &found.spec.warm_pool else { return };
    if found.lacks_capacity(world.elapsed()) {
        return;
    }
    let prepared = found.spec.instances + pool.instances;
    let held = world.autoscaling.members_of(group).len();
    for _ in held..prepared {
        arrival::launch(world, group, Location::WarmPool, "the warm pool is short of an instance");
    }
}

impl World {
    /// Carries out SetDesiredCapacity for an operator.
    pub(crate) fn set_desired_capacity(&mut self, group: &str, to: usize) {
        if let Some(found) = self.autoscaling.groups.get_mut(group) {
            found.desired = to;
        }
        tend_soon(self, group);
    }

    /// Leaves a group without EC2 capacity for a while. Auto Scaling tries again at the end.
    pub(crate) fn lack_capacity(&mut self, group: &str, for_: std::time::Duration) {
        let until = self.elapsed() + for_;
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return };
        found.no_capacity_until = found.no_capacity_until.max(Some(until));
        let group = group.to_owned();
        self.after(for_, WorldEvent::AutoScaling(AutoScalingEvent::Tends { group }));
    }
}
