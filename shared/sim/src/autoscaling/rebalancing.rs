//! Capacity Rebalancing: Auto Scaling launches the replacement first, then terminates the instance with the rebalance
//! recommendation.

use super::cause::Cause;
use super::tending::tend_soon;
use super::{LifecycleState, departure};
use crate::autoscaling::group::Group;
use crate::world::World;

impl Group {
    /// Returns an instance that has a rebalance recommendation and no replacement yet.
    pub(super) fn unreplaced(&self) -> Option<String> {
        let open = |(old, new): (&String, &Option<String>)| new.is_none().then(|| old.clone());
        self.rebalancing.iter().find_map(open)
    }
}

impl World {
    /// Handles a rebalance recommendation. Without Capacity Rebalancing nothing follows.
    pub(crate) fn rebalance_recommended(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        let (group, in_service) = (member.group.clone(), member.state == LifecycleState::InService);
        let Some(found) = self.autoscaling.groups.get_mut(&group) else { return };
        if found.spec.capacity_rebalance && in_service {
            found.rebalancing.entry(ec2_instance.to_owned()).or_insert(None);
            tend_soon(self, &group);
        }
    }

    /// Handles the Spot interruption warning. With Capacity Rebalancing, Auto Scaling "calls the termination
    /// lifecycle hook and attempts to launch a replacement immediately" (Auto Scaling user guide,
    /// ec2-auto-scaling-capacity-rebalancing). Without it, a health check finds the instance gone afterwards.
    pub(crate) fn spot_interruption_begins(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        let group = member.group.clone();
        let Some(found) = self.autoscaling.groups.get_mut(&group) else { return };
        if found.spec.capacity_rebalance {
            found.rebalancing.remove(ec2_instance);
            departure::begin(self, ec2_instance, &Cause::SpotInterruption);
        }
    }
}

/// Terminates an instance after its replacement is in service.
pub(super) fn go_on(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get(group) else { return };
    for (old, new) in found.rebalancing.clone() {
        let state = |id: &str| world.autoscaling.members.get(id).map(|member| member.state);
        let old_in_service = state(&old) == Some(LifecycleState::InService);
        let new_state = new.as_deref().and_then(state);
        let done = !old_in_service || new_state == Some(LifecycleState::InService);
        let Some(found) = world.autoscaling.groups.get_mut(group) else { return };
        if done {
            found.rebalancing.remove(&old);
        } else if !new_state.is_some_and(LifecycleState::is_capacity) {
            found.rebalancing.insert(old.clone(), None);
        }
        if done && old_in_service {
            departure::begin(world, &old, &Cause::Rebalancing);
        }
    }
}
