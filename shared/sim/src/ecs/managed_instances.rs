//! ECS Managed Instances: container instances that ECS launches itself, in no Auto Scaling group.
//!
//! ECS drains such an instance at a Spot interruption warning. Left out: later launches, and the lifetime of 14 to 21
//! days.

use jiff::SignedDuration;

use crate::ec2::InstanceState;
use crate::region::ZONES;
use crate::scenario::ManagedInstancesSpec;
use crate::world::World;

use super::{AgentConfiguration, LaunchType};

/// Age of the instances when the world begins, a day.
const AGE: SignedDuration = SignedDuration::from_hours(24);

impl World {
    /// Creates the instances of a capacity provider, running and registered.
    pub(crate) fn create_managed_instances(&mut self, cluster: &str, spec: &ManagedInstancesSpec) {
        let agent = AgentConfiguration {
            cluster: cluster.to_owned(),
            container_instance: None,
            task_slots: spec.task_slots,
            attributes: Default::default(),
            capacity_provider: Some(spec.name.clone()),
            launch_type: LaunchType::ManagedInstances,
        };
        let launched = self.start() - AGE;
        for number in 0..spec.instances {
            let name = format!("i-{}-{}", spec.name, number + 1);
            let id = spec.instance_ids.get(number).map(String::as_str);
            let zone = ZONES[number % ZONES.len()];
            let id = self.existing_instance(id, &name, InstanceState::Running, launched, zone);
            self.agent_starts(&id, &agent);
        }
    }

    /// Returns true if the EC2 instance is one of ECS Managed Instances.
    pub(crate) fn is_managed_instance(&self, ec2_instance: &str) -> bool {
        let instance = self.ecs.container_instance_on(ec2_instance);
        instance.is_some_and(|instance| instance.launch_type == LaunchType::ManagedInstances)
    }

    /// Returns the cluster of an EC2 instance's container instance.
    pub(crate) fn cluster_of_ec2_instance(&self, ec2_instance: &str) -> Option<&String> {
        Some(&self.ecs.container_instance_on(ec2_instance)?.cluster)
    }
}
