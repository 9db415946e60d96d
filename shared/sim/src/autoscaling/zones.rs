//! The Availability Zones of a group. Auto Scaling keeps the group balanced over them (Auto Scaling user guide,
//! auto-scaling-benefits, "Instance distribution").

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use crate::region::ZONES;
use crate::world::World;

/// Returns the zone of the next launch: the one with the fewest instances of the group.
pub(super) fn of_next(world: &World, group: &str) -> &'static str {
    let members = world.autoscaling.members.iter();
    let staying = members.filter(|(_, member)| {
        member.group == group && (member.state.is_capacity() || member.state.is_warm())
    });
    let mut taken = ZONES.map(|_| 0_usize);
    for at in staying.filter_map(|(id, _)| ZONES.iter().position(|it| Some(*it) == zone(world, id)))
    {
        taken[at] += 1;
    }
    let least = (0..ZONES.len()).min_by_key(|zone| taken[*zone]);
    ZONES[least.unwrap_or_default()]
}

/// Returns the Availability Zone of the Nth instance of a group, from 1, if all earlier instances stay.
pub(super) fn of_nth(number: usize) -> &'static str {
    ZONES[number.saturating_sub(1) % ZONES.len()]
}

/// Returns the instances that a scale-in takes out. The default termination policy takes the zone with the most
/// instances first, and the oldest instance in it (Auto Scaling user guide, ec2-auto-scaling-termination-policies).
/// `held` begins with the oldest. If several zones have the most instances, the zone with the oldest instance comes
/// first.
pub(super) fn leaving(world: &World, held: Vec<String>, count: usize) -> Vec<String> {
    let mut by_zone: BTreeMap<Option<&str>, VecDeque<(usize, String)>> = BTreeMap::new();
    for (place, id) in held.into_iter().enumerate() {
        by_zone.entry(zone(world, &id)).or_default().push_back((place, id));
    }
    let next = || {
        let size = |of_zone: &&mut VecDeque<(usize, String)>| {
            (of_zone.len(), Reverse(of_zone.front().map(|(place, _)| *place)))
        };
        Some(by_zone.values_mut().max_by_key(size)?.pop_front()?.1)
    };
    std::iter::from_fn(next).take(count).collect()
}

fn zone(world: &World, ec2_instance: &str) -> Option<&'static str> {
    world.ec2.get(ec2_instance).map(|instance| instance.zone)
}
