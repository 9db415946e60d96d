//! The events of Application Auto Scaling on the agenda.

use crate::world::World;

use super::{ApplicationAutoScalingEvent, capacity, policy, scheduled_action};

pub(crate) fn happen(world: &mut World, event: ApplicationAutoScalingEvent) {
    match event {
        ApplicationAutoScalingEvent::Adjust { resource, cause } => {
            capacity::adjust(world, &resource, &cause);
        }
        ApplicationAutoScalingEvent::Evaluate { resource } => policy::evaluate(world, &resource),
        ApplicationAutoScalingEvent::Scheduled { resource, action } => {
            scheduled_action::carry_out(world, &resource, action);
        }
    }
}
