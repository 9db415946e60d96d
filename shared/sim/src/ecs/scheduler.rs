//! The service scheduler: replaces lost tasks, and moves tasks for DRAINING, within a service's bounds.
//!
//! On DRAINING (ECS developer guide, container-instance-draining; API reference, UpdateContainerInstancesState):
//! PENDING tasks of services are stopped at once. The scheduler stops and replaces RUNNING tasks of REPLICA services as
//! far as `minimumHealthyPercent` and `maximumPercent` allow. Each healthy replacement allows another step. The delay
//! of each pass is drawn. Tasks that are being stopped count towards the upper bound until they are STOPPED
//! ("replacement tasks can't start until the draining tasks have stopped").

use crate::history::TaskKind;
use crate::world::World;

use super::{daemon, replica};

/// Runs a pass of the scheduler for a service.
pub(super) fn pass(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    found.pass_due = false;
    match found.kind {
        TaskKind::Daemon => daemon::pass(world, service),
        TaskKind::Replica | TaskKind::Standalone => replica::pass(world, service),
    }
}

/// Runs a pass for a service that is still stuck.
pub(super) fn pass_again(world: &mut World, service: &str) {
    if world.ecs.services.get(service).is_some_and(|found| found.stuck.is_some()) {
        pass(world, service);
    }
}
