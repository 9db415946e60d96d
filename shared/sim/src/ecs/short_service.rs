//! Services with fewer tasks than their desired count.

use crate::history::TaskKind;
use crate::world::World;

use super::Ecs;
use super::container_instance::Status;
use super::service::Service;

/// A replica service with fewer tasks than its desired count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortService {
    /// Name of the service.
    pub name: String,
    /// Cluster.
    pub cluster: String,
    /// Number of tasks that are not being stopped.
    pub tasks: usize,
    /// Desired count.
    pub desired: usize,
    /// Number of tasks that are being stopped.
    pub stopping: usize,
    /// Number of ACTIVE container instances in the cluster.
    pub active_instances: usize,
    /// Number of free places for tasks on the ACTIVE container instances.
    pub free_places: usize,
}

impl World {
    /// Returns the replica services that have fewer tasks than their desired count now.
    pub fn short_services(&self) -> Vec<ShortService> {
        let replicas = self.ecs.services.values().filter(|it| it.kind != TaskKind::Daemon);
        let services = replicas.map(|service| self.ecs.state_of(service));
        services.filter(|service| service.tasks < service.desired).collect()
    }
}

impl Ecs {
    fn state_of(&self, service: &Service) -> ShortService {
        let tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
        let (stopping, there): (Vec<_>, Vec<_>) = tasks.partition(|task| task.stop_desired);
        let instances = self.instances_of(&service.cluster);
        let active: Vec<_> = instances.filter(|it| it.status == Status::Active).collect();
        ShortService {
            name: service.name.clone(),
            cluster: service.cluster.clone(),
            tasks: there.len(),
            desired: service.desired,
            stopping: stopping.len(),
            active_instances: active.len(),
            free_places: active.iter().map(|instance| instance.free_slots()).sum(),
        }
    }
}
