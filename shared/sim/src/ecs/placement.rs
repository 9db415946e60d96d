//! The choice of a container instance for a task: ACTIVE, with a connected agent and a free place. The fewest tasks
//! of the same service come first (the `spread` strategy over `instanceId`: API reference, PlacementStrategy), then
//! the ARN.

use std::collections::BTreeMap;

use super::Ecs;
use super::container_instance::ContainerInstance;

/// The instances of a cluster that take tasks of one service or family, with their free places.
#[derive(Debug)]
pub(super) struct Room {
    /// Free places by number of the service's tasks on the instance, and by ARN.
    places: BTreeMap<(usize, String), usize>,
}

impl Room {
    /// Takes a place on the best instance, and returns the ARN of the instance.
    pub fn next_place(&mut self) -> Option<String> {
        let ((tasks, arn), free) = self.places.pop_first()?;
        if free > 1 {
            self.places.insert((tasks + 1, arn.clone()), free - 1);
        }
        Some(arn)
    }
}

impl Ecs {
    /// Returns the room in a cluster. `tasks_there` counts the tasks that should be spread.
    pub(super) fn room(
        &self,
        cluster: &str,
        tasks_there: impl Fn(&ContainerInstance) -> usize,
    ) -> Room {
        let places = self.instances_of(cluster).filter(|instance| instance.takes_service_tasks());
        let places = places
            .filter(|instance| instance.free_slots() > 0)
            .map(|instance| ((tasks_there(instance), instance.arn.clone()), instance.free_slots()));
        Room { places: places.collect() }
    }

    /// Returns the room for tasks of a service.
    pub(super) fn room_for(&self, service: &str) -> Room {
        let Some(service) = self.services.get(service) else {
            return Room { places: BTreeMap::new() };
        };
        let mut there: BTreeMap<&str, usize> = BTreeMap::new();
        for task in service.live.iter().filter_map(|task| self.tasks.get(task)) {
            *there.entry(&task.container_instance).or_default() += 1;
        }
        self.room(&service.cluster, |instance| there.get(&*instance.arn).copied().unwrap_or(0))
    }

    /// Returns the container instances of a cluster, by ARN.
    pub(super) fn instances_of(&self, cluster: &str) -> impl Iterator<Item = &ContainerInstance> {
        let arns = self.clusters.get(cluster).map(|cluster| &cluster.container_instances);
        arns.into_iter().flatten().filter_map(|arn| self.container_instances.get(arn))
    }
}
