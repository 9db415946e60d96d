//! Stops of tasks by the service scheduler.

use crate::world::World;

use super::life;
use super::service_event::announce_tasks;
use super::task::StopReason;

/// Stops tasks of a service. The reason is that of the scheduler's stops in field reports. AWS documents none.
pub(super) fn stop(world: &mut World, service: &str, tasks: &[String]) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let reason = format!("Scaling activity initiated by (deployment {})", found.deployment);
    announce_tasks(world, service, "has stopped", "running tasks", tasks);
    for task in tasks {
        let stop = StopReason { code: "ServiceSchedulerInitiated", reason: reason.clone() };
        life::want_stopped(world, task, stop);
    }
}
