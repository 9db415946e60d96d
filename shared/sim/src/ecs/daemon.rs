//! DAEMON services: one task on each ACTIVE container instance. On a DRAINING instance, these tasks stop last.
//!
//! The service scheduler "doesn't place any tasks on instances that have a DRAINING status" (ECS developer guide,
//! ecs_services). It stops daemon tasks last, "after all replica tasks have stopped" (managed-instance-draining). It
//! does not wait for standalone tasks. The scheduler here ignores the lower bound for the daemon task of a draining
//! instance: no page says that the bound applies.

use std::collections::BTreeSet;

use crate::history::TaskKind;
use crate::world::World;

use super::container_instance::{ContainerInstance, Status};
use super::service::{Service, ServiceStatus};
use super::service_event::{announce_tasks, set_short};
use super::service_stop::stop;
use super::steady_state::settle;
use super::task::Task;
use super::{Ecs, start};

/// Runs a pass of the scheduler for a daemon service.
pub(super) fn pass(world: &mut World, service: &str) {
    let early = world.switches.daemons_stop_early;
    let Some(found) = world.ecs.services.get(service) else { return };
    let mut stops = world.ecs.daemons_to_stop(found, early);
    stops.extend(world.ecs.daemons_to_replace(found));
    let (starts, without_room) = world.ecs.daemons_to_start(found);
    let is_delayed = world.elapsed() < found.starts_from;
    let now = starts.iter().filter(|_| !is_delayed);
    let tasks: Vec<_> = now.map(|instance| found.task_on(instance)).collect();

    let started = Vec::from_iter(tasks.iter().filter_map(|task| start::start(world, task)));
    announce_tasks(world, service, "has started", "tasks", &started);
    stop(world, service, &stops);

    set_short(world, service, without_room > 0);
    let still = starts.is_empty() && stops.is_empty() && without_room == 0;
    let steady = still && world.ecs.services.get(service).is_some_and(|s| world.ecs.all_healthy(s));
    settle(world, service, steady);
}

impl Ecs {
    /// Returns the instances that need a task of a daemon service, and the number of those without room. A task that is
    /// being stopped still takes the place: `maximumPercent` is 100 for daemon services.
    fn daemons_to_start(&self, service: &Service) -> (Vec<String>, usize) {
        if service.status != ServiceStatus::Active {
            return (Vec::new(), 0);
        }
        let tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
        let with_a_task: BTreeSet<&str> = tasks.map(|task| &*task.container_instance).collect();
        let lacks = |instance: &&ContainerInstance| {
            instance.takes_service_tasks() && !with_a_task.contains(&*instance.arn)
        };
        let (with_room, without): (Vec<_>, Vec<_>) = self
            .instances_of(&service.cluster)
            .filter(lacks)
            .partition(|instance| instance.free_slots() > 0);
        (with_room.iter().map(|instance| instance.arn.clone()).collect(), without.len())
    }

    /// Returns the tasks on DRAINING instances that may be stopped now, or all tasks of a deleted service.
    fn daemons_to_stop(&self, service: &Service, early: bool) -> Vec<String> {
        let tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
        let is_deleted = service.status != ServiceStatus::Active;
        let stops = tasks.filter(|task| !task.stop_desired).filter(|task| {
            let instance = self.container_instances.get(&task.container_instance);
            let leaves = instance.is_some_and(|instance| {
                instance.status == Status::Draining && !self.has_replicas(instance, early)
            });
            leaves || is_deleted
        });
        stops.map(|task| task.arn.clone()).collect()
    }

    /// Returns the tasks of an earlier deployment that may be stopped now. Unhealthy ones come first. The lower bound
    /// of a daemon service is a share of the container instances that can have its task.
    fn daemons_to_replace(&self, service: &Service) -> Vec<String> {
        let tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
        let instances = self.instances_of(&service.cluster).filter(|it| it.takes_service_tasks());
        let healthy = tasks.clone().filter(|task| task.is_healthy()).count();
        let spare = healthy.saturating_sub(service.at_least_of(instances.count()));
        let is_old =
            |task: &&Task| !service.primary.has(task) && !task.stop_desired && !task.is_protected();
        let mut old: Vec<_> = tasks.filter(is_old).collect();
        old.sort_by_key(|task| task.is_healthy());
        let unhealthy = old.iter().filter(|task| !task.is_healthy()).count();
        old.iter().take(unhealthy + spare).map(|task| task.arn.clone()).collect()
    }

    /// Returns true if a replica task still keeps the daemon tasks of an instance running. Any replica task that is not
    /// STOPPED does; with `early`, any that is not being stopped.
    fn has_replicas(&self, instance: &ContainerInstance, early: bool) -> bool {
        let mut tasks = instance.live.iter().filter_map(|task| self.tasks.get(task));
        tasks.any(|task| task.kind == TaskKind::Replica && !(early && task.stop_desired))
    }

    fn all_healthy(&self, service: &Service) -> bool {
        let mut tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
        tasks.all(|task| task.is_healthy())
    }
}
