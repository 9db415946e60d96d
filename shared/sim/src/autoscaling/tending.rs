//! The next check of a group by Auto Scaling.

use std::time::Duration;

use super::AutoScalingEvent;
use crate::world::{World, WorldEvent};

/// Puts the next check of a group on the agenda.
pub(super) fn tend_soon(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get_mut(group) else { return };
    if found.tending {
        return;
    }
    found.tending = true;
    let delay = reaction(world, group);
    let group = group.to_owned();
    world.after(delay, WorldEvent::AutoScaling(AutoScalingEvent::Tends { group }));
}

pub(super) fn reaction(world: &mut World, group: &str) -> Duration {
    let stream = format!("autoscaling/{group}");
    world.random.length(&stream, &world.switches.autoscaling_reaction.0)
}
