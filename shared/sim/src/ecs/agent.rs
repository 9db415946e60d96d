//! Agents: the configuration with which each registers its container instance.

use std::collections::BTreeMap;

/// Configuration of an agent.
#[derive(Debug, Clone)]
pub(crate) struct AgentConfiguration {
    pub cluster: String,
    /// Id of the first container instance (default: drawn).
    pub container_instance: Option<String>,
    /// Number of tasks that the container instance holds.
    pub task_slots: usize,
    /// Custom attributes (`ECS_INSTANCE_ATTRIBUTES`).
    pub attributes: BTreeMap<String, String>,
    /// Name of the capacity provider that the instance belongs to.
    pub capacity_provider: Option<String>,
    pub launch_type: LaunchType,
}

/// `LaunchType` of the tasks on a container instance (API reference, Task).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LaunchType {
    Ec2,
    ManagedInstances,
}

impl LaunchType {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::ManagedInstances => "MANAGED_INSTANCES",
        }
    }
}
