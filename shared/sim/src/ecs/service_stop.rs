//! Stops of tasks by the service scheduler.

use crate::world::World;

use super::life;
use super::service_event::announce_tasks;
use super::task::StopReason;

/// Stops tasks that failed their health checks (ECS developer guide, stopped-task-error-codes).
pub(super) fn stop_unhealthy(world: &mut World, service: &str, tasks: &[String]) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let reason = match found.target_group() {
        Some(group) => format!("Task failed ELB health checks in (target-group {group})"),
        None => "Task failed container health checks".to_owned(),
    };
    stop_for(world, service, tasks, &reason);
}

/// Stops tasks of a service. The reason is that of the scheduler's stops in field reports. AWS documents none.
pub(super) fn stop(world: &mut World, service: &str, tasks: &[String]) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let reason = format!("Scaling activity initiated by (deployment {})", found.primary.id);
    stop_for(world, service, tasks, &reason);
}

fn stop_for(world: &mut World, service: &str, tasks: &[String], reason: &str) {
    announce_tasks(world, service, "has stopped", "running tasks", tasks);
    for task in tasks {
        let stop = StopReason { code: "ServiceSchedulerInitiated", reason: reason.to_owned() };
        life::want_stopped(world, task, stop);
    }
}
