//! Clusters: a name, its container instances and its services.

use std::collections::{BTreeMap, BTreeSet};

use super::Ecs;

/// A cluster; its key is its name.
#[derive(Debug, Default, Clone)]
pub(super) struct Cluster {
    /// The ARNs of the container instances. An INACTIVE one is included as long as it can be described.
    pub container_instances: BTreeSet<String>,
    /// The ARNs of its services.
    pub services: BTreeSet<String>,
    pub tags: BTreeMap<String, String>,
    /// The names of its capacity providers of ECS Managed Instances.
    pub managed_instances: BTreeSet<String>,
}

impl Ecs {
    /// Returns the cluster of a name. Creates a missing one.
    pub(super) fn cluster(&mut self, name: &str) -> &mut Cluster {
        self.clusters.entry(name.to_owned()).or_default()
    }

    /// Returns the ARNs of a cluster's services that satisfy a condition.
    pub(super) fn services_where(
        &self,
        cluster: &str,
        holds: impl Fn(&super::service::Service) -> bool,
    ) -> Vec<String> {
        let Some(cluster) = self.clusters.get(cluster) else { return Vec::new() };
        let services = cluster.services.iter();
        services.filter(|arn| self.services.get(*arn).is_some_and(&holds)).cloned().collect()
    }
}
