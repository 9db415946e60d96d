//! Changes of a target's capacity: the desired count of its service.

use crate::history::{Caller, Fact};
use crate::world::World;

use super::activity::{Activity, KEPT};

/// Moves the capacity of a target between its bounds. "If the specified resource is not active in the target service,
/// this operation does not change the resource's current capacity" (API reference, RegisterScalableTarget).
pub(super) fn adjust(world: &mut World, resource: &str, cause: &str) {
    let Some(target) = world.application_autoscaling.targets.get(resource) else { return };
    let Some(desired) = world.active_desired_count(&target.service) else { return };
    let within = target.within(desired);
    if within != desired {
        set(world, resource, within, cause);
    }
}

/// Sets the capacity of a target.
pub(super) fn set(world: &mut World, resource: &str, capacity: usize, cause: &str) {
    let (id, at) = (world.random.uuid("scaling activities"), world.now());
    let Some(target) = world.application_autoscaling.targets.get_mut(resource) else { return };
    target.activities.insert(0, Activity { id, at, cause: cause.to_owned(), capacity });
    target.activities.truncate(KEPT);
    let service = target.service.clone();
    world.scale_service(&service, capacity, &super::CALLER);
}

/// Writes down the bounds and the suspensions of a target.
pub(super) fn note(world: &mut World, resource: &str, by: &Caller) {
    let Some(target) = world.application_autoscaling.targets.get(resource) else { return };
    let (min, max, suspended) = (target.min, target.max, target.suspended);
    world.note(Fact::ScalableTarget {
        service: target.service.clone(),
        min,
        max,
        suspended: [suspended.scale_in, suspended.scale_out, suspended.scheduled],
        by: by.clone(),
    });
}
