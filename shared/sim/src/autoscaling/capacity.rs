//! Desired capacity: missing instances are launched, excess ones terminated.

use super::AutoScalingEvent;
use super::cause::{CapacityDifference, CapacityRequest, Cause};
use super::group::{Group, Location};
use super::tending::tend_soon;
use super::{LifecycleState, arrival, departure, warm_pool, zones};
use crate::world::{World, WorldEvent};

/// Brings the group to its desired capacity. While Capacity Rebalancing replaces instances, the group may hold one more
/// instance for each.
pub(super) fn balance(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get(group) else { return };
    let wanted = found.desired + found.rebalancing.len();
    let held = world.autoscaling.in_state(group, LifecycleState::is_capacity);
    let lacks = found.lacks_capacity(world.elapsed());
    let missing = wanted.saturating_sub(held.len());
    if missing > 0 && lacks {
        world.struck("no-capacity", format!("{missing} instances of {group} cannot be launched"));
        return;
    }
    let excess = held.len().saturating_sub(wanted);
    let difference = difference(world, group, held.len(), wanted);
    for _ in 0..missing {
        launch(world, group, &difference);
    }
    if let Some(found) = world.autoscaling.groups.get_mut(group) {
        found.unhealthy_missing = 0;
    }
    for ec2_instance in zones::leaving(world, held, excess) {
        scale_in(world, group, &ec2_instance, &difference);
    }
}

/// Returns the difference between desired and actual capacity, with the request that caused it.
fn difference(world: &mut World, group: &str, actual: usize, wanted: usize) -> CapacityDifference {
    let found = world.autoscaling.groups.get_mut(group);
    let (desired, request) = found.map_or((wanted, None), |found| {
        let acts = actual != wanted;
        (found.desired, if acts { found.request.take() } else { None })
    });
    CapacityDifference { desired, actual, wanted, request }
}

/// Takes an instance from the warm pool, or launches a new one. "The Auto Scaling group can draw on the warm pool to
/// meet its new desired capacity" (Auto Scaling user guide, ec2-auto-scaling-warm-pools).
fn launch(world: &mut World, group: &str, difference: &CapacityDifference) {
    let replaces = world.autoscaling.groups.get(group).and_then(Group::unreplaced);
    let Some(found) = world.autoscaling.groups.get_mut(group) else { return };
    let cause = found.cause_of_launch(replaces.is_some(), difference);
    let pool = world.autoscaling.in_state(group, |state| state == LifecycleState::WarmedStopped);
    let launched = match pool.into_iter().find(|id| world.ec2.is_startable(id)) {
        Some(id) => {
            arrival::take_from_warm_pool(world, &id, &cause);
            Some(id)
        }
        None => arrival::launch(world, group, Location::Group, &cause),
    };
    if let (Some(old), Some(found)) = (replaces, world.autoscaling.groups.get_mut(group)) {
        found.rebalancing.insert(old, launched);
    }
}

impl Group {
    /// Returns the cause of the next launch. Counts down the gaps that unhealthy instances left.
    fn cause_of_launch(&mut self, rebalances: bool, difference: &CapacityDifference) -> Cause {
        if rebalances {
            return Cause::Rebalancing;
        }
        if let Some(rolling) = &self.rolling {
            return rolling.cause();
        }
        let unhealthy = self.unhealthy_missing > 0;
        self.unhealthy_missing = self.unhealthy_missing.saturating_sub(1);
        match unhealthy {
            true => Cause::UnhealthyMissing(difference.clone()),
            false => Cause::Missing(difference.clone()),
        }
    }
}

/// Takes an instance out for scale-in.
fn scale_in(world: &mut World, group: &str, ec2_instance: &str, difference: &CapacityDifference) {
    let cause = Cause::ScaleIn(difference.clone());
    let pool = world.autoscaling.groups.get(group).and_then(|found| found.spec.warm_pool.as_ref());
    if pool.is_some_and(|pool| pool.reuse_on_scale_in) {
        warm_pool::take_back(world, ec2_instance, &cause);
    } else {
        departure::begin(world, ec2_instance, &cause);
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
        arrival::launch(world, group, Location::WarmPool, &Cause::WarmPoolShort);
    }
}

impl World {
    /// Carries out SetDesiredCapacity for an operator.
    pub(crate) fn set_desired_capacity(&mut self, group: &str, to: usize) {
        let at = self.now();
        if let Some(found) = self.autoscaling.groups.get_mut(group) {
            found.request = Some(CapacityRequest { at, from: found.desired, to });
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
