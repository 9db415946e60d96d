//! The events of ECS on the agenda.

use crate::world::World;

use super::{
    EcsEvent, blue_green, containers, health_check, host, life, protection, scheduler,
    service_event, start_failure, target,
};

pub(crate) fn happen(world: &mut World, event: EcsEvent) {
    let now = world.elapsed();
    world.ecs.forget_expired(now);
    match event {
        EcsEvent::Next { task, to, turn } => life::next(world, &task, to, turn),
        EcsEvent::Ends { task } => life::ends(world, &task),
        EcsEvent::Exits { task, container, exit_code, turn } => {
            containers::exits(world, &task, container, exit_code, turn);
        }
        EcsEvent::StopBegins { task } => life::stop_begins(world, &task),
        EcsEvent::FailsToStart { task, turn } => start_failure::fails(world, &task, turn),
        EcsEvent::Healthy { task } => health_check::healthy(world, &task),
        EcsEvent::Unhealthy { task } => health_check::unhealthy(world, &task),
        EcsEvent::StartsAgain { service } => start_failure::starts_again(world, &service),
        EcsEvent::BakeTimeEnds { service, deployment } => {
            blue_green::clean_up(world, &service, &deployment);
        }
        EcsEvent::Pass { service } => scheduler::pass(world, &service),
        EcsEvent::TargetsChanged { service } => {
            service_event::announce_targets(world, &service);
        }
        EcsEvent::RegistersAgain { task } => target::registers_again(world, &task),
        EcsEvent::PassAgain { service } => scheduler::pass_again(world, &service),
        EcsEvent::ProtectionEnds { task } => protection::ends(world, &task),
        EcsEvent::Registered { container_instance } => host::registered(world, &container_instance),
        EcsEvent::HostMissed { container_instance, connected, loss } => {
            host::missed(world, &container_instance, connected, loss);
        }
    }
}
