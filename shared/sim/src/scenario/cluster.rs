//! A cluster as data: its tags, its policy, and its ECS Managed Instances.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::group::a_hundred;

/// A cluster.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSpec {
    /// Name of the cluster.
    pub name: String,
    /// Tags of the cluster.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// True if a service control policy denies every action of ECS on the cluster to all roles (default false).
    #[serde(default)]
    pub denied: bool,
    /// Capacity providers of ECS Managed Instances, with their instances.
    #[serde(default)]
    pub managed_instances: Vec<ManagedInstancesSpec>,
}

impl ClusterSpec {
    /// Returns a cluster without tags, and without ECS Managed Instances.
    pub fn named(name: &str) -> Self {
        let tags = BTreeMap::new();
        Self { name: name.to_owned(), tags, denied: false, managed_instances: Vec::new() }
    }
}

/// A capacity provider of ECS Managed Instances. ECS launches its instances, so they are in no Auto Scaling group.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ManagedInstancesSpec {
    /// Name of the capacity provider. Its instances are `i-<name>-1` to `i-<name>-N` in scenario steps.
    pub name: String,
    /// Number of instances at the start.
    pub instances: usize,
    /// EC2 instance ids of the first instances (default: drawn).
    #[serde(default)]
    pub instance_ids: Vec<String>,
    /// Number of tasks that one instance holds (default 100).
    #[serde(default = "a_hundred")]
    pub task_slots: usize,
}
