//! The events of ECS on the agenda.

use crate::world::World;

use super::{EcsEvent, containers, host, life, scheduler, service_event};

pub(crate) fn happen(world: &mut World, event: EcsEvent) {
    let now = world.elapsed();
    world.ecs.forget_expired(now);
    match event {
        EcsEvent::Next { task, to, turn } => life::next(world, &task, to, turn),
        EcsEvent::Ends { task } => life::ends(world, &task),
        EcsEvent::Exits { task, container, exit_code, turn } => {
            containers::exits(world, &task, container, exit_code, turn);
        }
        EcsEvent::Healthy { task } => life::healthy(world, &task),
        EcsEvent::Pass { service } => scheduler::pass(world, &service),
        EcsEvent::TargetsChanged { service } => {
            service_event::announce_targets(world, &service);
        }
        EcsEvent::PassAgain { service } => scheduler::pass_again(world, &service),
        EcsEvent::Registered { container_instance } => host::registered(world, &container_instance),
        EcsEvent::HostMissed { container_instance, connected, loss } => {
            host::missed(world, &container_instance, connected, loss);
        }
    }
}
