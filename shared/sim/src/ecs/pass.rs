//! The scheduler's next pass for a service.

use crate::history::TaskKind;
use crate::world::{World, WorldEvent};

use super::service::Service;
use super::{Ecs, EcsEvent};

/// Puts the scheduler's next pass for a service on the agenda.
pub(super) fn soon(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get_mut(service).filter(|s| !s.pass_due) else { return };
    found.pass_due = true;
    let range = world.switches.scheduler.clone();
    let delay = world.random.length(&format!("scheduler/{service}"), &range.0);
    world.after(delay, WorldEvent::Ecs(EcsEvent::Pass { service: service.to_owned() }));
}

/// Wakes services after a container instance got room: services that lack room, and daemon services without a task on
/// the instance.
pub(super) fn has_room(world: &mut World, container_instance: &str) {
    let Some(instance) = world.ecs.container_instances.get(container_instance) else { return };
    if !instance.takes_tasks() {
        return;
    }
    let waits = |service: &Service| {
        let daemon = service.kind == TaskKind::Daemon;
        service.short || daemon && world.ecs.has_none_there(service, container_instance)
    };
    for service in world.ecs.services_where(&instance.cluster, waits) {
        soon(world, &service);
    }
}

impl Ecs {
    fn has_none_there(&self, service: &Service, container_instance: &str) -> bool {
        let instance = self.container_instances.get(container_instance);
        instance.is_some_and(|instance| instance.live.is_disjoint(&service.live))
    }
}
