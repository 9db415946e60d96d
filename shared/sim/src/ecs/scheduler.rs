//! The service scheduler: replaces what was lost, and what DRAINING asks to be replaced, within a service's bounds.
//!
//! On DRAINING (ECS developer guide, container-instance-draining; API reference, UpdateContainerInstancesState):
//! PENDING tasks of services are stopped at once; RUNNING tasks of REPLICA services are stopped and replaced
//! according to `minimumHealthyPercent` and `maximumPercent`, step by step as replacements become healthy. How long
//! the scheduler takes to look is drawn for each look. Tasks that are being stopped count towards the upper bound
//! until they are STOPPED ("replacement tasks can't start until the draining tasks have stopped").

use crate::history::TaskKind;
use crate::world::World;

use super::{daemon, replica};

/// The scheduler looks at a service.
pub(super) fn pass(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    found.pass_due = false;
    match found.kind {
        TaskKind::Daemon => daemon::pass(world, service),
        TaskKind::Replica | TaskKind::Standalone => replica::pass(world, service),
    }
}

/// The scheduler looks again at a service that was stuck, if it is stuck still.
pub(super) fn pass_again(world: &mut World, service: &str) {
    if world.ecs.services.get(service).is_some_and(|found| found.stuck.is_some()) {
        pass(world, service);
    }
}
