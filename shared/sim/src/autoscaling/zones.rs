//! The Availability Zones of a group. Auto Scaling keeps the group balanced over them (Auto Scaling user guide,
//! auto-scaling-benefits, "Instance distribution").

use crate::region::ZONES;
use crate::world::World;

/// Returns the zone of the next launch: the one with the fewest instances of the group.
pub(super) fn of_next(world: &World, group: &str) -> &'static str {
    let members = world.autoscaling.members_of(group).into_iter();
    let staying =
        members.filter(|(_, member)| member.state.is_capacity() || member.state.is_warm());
    let taken: Vec<_> = staying.filter_map(|(id, _)| zone(world, id)).collect();
    let count = |zone: &&str| taken.iter().filter(|one| *one == zone).count();
    ZONES.into_iter().min_by_key(count).unwrap_or(ZONES[0])
}

/// Returns the instances that a scale-in takes out. The default termination policy takes the zone with the most
/// instances first, and the oldest instance in it (Auto Scaling user guide, ec2-auto-scaling-termination-policies).
/// `held` begins with the oldest. Of zones with equally many the one with the oldest instance is taken.
pub(super) fn leaving(world: &World, mut held: Vec<String>, count: usize) -> Vec<String> {
    let mut leaving = Vec::new();
    while leaving.len() < count && !held.is_empty() {
        let size = |of: &str| held.iter().filter(|id| zone(world, id) == zone(world, of)).count();
        let largest = held.iter().map(|id| size(id)).max().unwrap_or_default();
        let at = held.iter().position(|id| size(id) == largest).unwrap_or_default();
        leaving.push(held.remove(at));
    }
    leaving
}

fn zone(world: &World, ec2_instance: &str) -> Option<&'static str> {
    world.ec2.get(ec2_instance).map(|instance| instance.zone)
}
