//! The steady state of a service: "healthy and at the desired number of tasks" (ECS developer guide,
//! service-event-messages-list).

use crate::world::World;

use super::service::ServiceStatus;
use super::service_event::add_service_event;
use super::{bus, rollout};

/// Notes if a service is steady after a pass of the scheduler. A service that becomes steady says so once, and its
/// deployment is complete. A deleted service becomes INACTIVE when its tasks are gone (API reference, DeleteService).
pub(super) fn settle(world: &mut World, service: &str, steady: bool) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let was_steady = std::mem::replace(&mut found.steady, steady);
    if found.status == ServiceStatus::Draining && steady {
        found.status = ServiceStatus::Inactive;
    }
    if steady && !was_steady {
        rollout::complete(world, service);
        add_service_event(world, service, "has reached a steady state.");
        bus::service_action(world, service, "INFO", "SERVICE_STEADY_STATE");
    }
}
