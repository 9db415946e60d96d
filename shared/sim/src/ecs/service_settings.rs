//! The settings of a service that an operation changes and puts back.

use crate::world::World;

use super::task::Protection;

/// Settings of a service at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSettings {
    /// Cluster.
    pub cluster: String,
    /// Name of the service.
    pub name: String,
    /// Desired count.
    pub desired_count: usize,
    /// ARNs of the tasks under scale-in protection that are not being stopped.
    pub protected_tasks: Vec<String>,
    /// Bounds and suspensions of the scalable target; none for a service without one.
    pub scaling: Option<ScalingSettings>,
}

/// Settings of a scalable target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScalingSettings {
    /// `MinCapacity`.
    pub min: usize,
    /// `MaxCapacity`.
    pub max: usize,
    /// `DynamicScalingInSuspended`.
    pub scale_in_suspended: bool,
    /// `DynamicScalingOutSuspended`.
    pub scale_out_suspended: bool,
    /// `ScheduledScalingSuspended`.
    pub scheduled_suspended: bool,
}

impl World {
    /// Returns the settings of all services, by ARN.
    pub fn service_settings(&self) -> Vec<ServiceSettings> {
        let settings = |service: &super::service::Service| {
            let live = service.live.iter().filter_map(|task| self.ecs.tasks.get(task));
            let protected =
                live.filter(|task| task.protection != Protection::Off && !task.stop_desired);
            ServiceSettings {
                cluster: service.cluster.clone(),
                name: service.name.clone(),
                desired_count: service.desired,
                protected_tasks: protected.map(|task| task.arn.clone()).collect(),
                scaling: self.scaling_settings(&service.cluster, &service.name),
            }
        };
        self.ecs.services.values().map(settings).collect()
    }
}
