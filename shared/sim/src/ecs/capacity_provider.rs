//! Capacity providers: those of Auto Scaling groups, those of ECS Managed Instances, and the two of Fargate.

use serde_json::{Value, json};

use crate::scenario::GroupSpec;
use crate::world::World;

use super::arn;

/// A capacity provider of the account.
#[derive(Debug, Clone, Copy)]
pub(super) enum CapacityProvider<'a> {
    AutoScaling { name: &'a str, group: &'a GroupSpec, group_arn: &'a str },
    ManagedInstances { name: &'a str, cluster: &'a str },
    Fargate { name: &'static str },
}

impl<'a> CapacityProvider<'a> {
    /// Returns every capacity provider. "FARGATE" and "FARGATE_SPOT" are "available to all accounts" (ECS developer
    /// guide, fargate-capacity-providers).
    pub fn all(world: &'a World) -> Vec<Self> {
        let of_groups = world.autoscaling.groups.values().filter_map(|group| {
            let name = &group.spec.capacity_provider.as_ref()?.name;
            Some(Self::AutoScaling { name, group: &group.spec, group_arn: &group.arn })
        });
        let of_clusters = world.ecs.clusters.iter().flat_map(|(cluster, found)| {
            let names = found.managed_instances.iter();
            names.map(move |name| Self::ManagedInstances { name, cluster })
        });
        let fargate = ["FARGATE", "FARGATE_SPOT"].map(|name| Self::Fargate { name });
        of_groups.chain(of_clusters).chain(fargate).collect()
    }

    pub fn name(&self) -> &'a str {
        match self {
            Self::AutoScaling { name, .. } | Self::ManagedInstances { name, .. } => name,
            Self::Fargate { name } => name,
        }
    }

    pub fn arn(&self) -> String {
        arn::ecs_arn("capacity-provider", self.name())
    }

    /// Returns a text that no other capacity provider has: the ARN, and the cluster if the provider exists only there.
    pub fn key(&self) -> String {
        match self {
            Self::ManagedInstances { cluster, .. } => format!("{} {cluster}", self.arn()),
            Self::AutoScaling { .. } | Self::Fargate { .. } => self.arn(),
        }
    }

    /// Returns true if the capacity provider is associated with a cluster. A group's provider is associated with the
    /// cluster of the group.
    pub fn is_in(&self, cluster: &str) -> bool {
        match self {
            Self::AutoScaling { group, .. } => group.cluster.as_deref() == Some(cluster),
            Self::ManagedInstances { cluster: of, .. } => *of == cluster,
            Self::Fargate { .. } => false,
        }
    }

    /// Returns the capacity provider in AWS's JSON (API reference, CapacityProvider).
    pub fn shape(&self) -> Value {
        let mut shape = json!({
            "capacityProviderArn": self.arn(),
            "name": self.name(),
            "status": "ACTIVE",
            "tags": [],
        });
        match self {
            Self::AutoScaling { group, group_arn, .. } => {
                shape["type"] = json!("EC2_AUTOSCALING");
                shape["autoScalingGroupProvider"] = auto_scaling_group_provider(group, group_arn);
            }
            Self::ManagedInstances { cluster, .. } => {
                shape["type"] = json!("MANAGED_INSTANCES");
                shape["cluster"] = json!(cluster);
                shape["managedInstancesProvider"] = json!({ "propagateTags": "NONE" });
            }
            Self::Fargate { name } => shape["type"] = json!(name),
        }
        shape
    }
}

/// Returns the settings of a group's capacity provider (API reference, AutoScalingGroupProvider). Managed scaling is
/// left out of the simulator, so it is DISABLED.
fn auto_scaling_group_provider(group: &GroupSpec, arn: &str) -> Value {
    let drains = group.capacity_provider.as_ref().is_some_and(|it| it.managed_draining);
    json!({
        "autoScalingGroupArn": arn,
        "managedScaling": { "status": "DISABLED" },
        "managedTerminationProtection": "DISABLED",
        "managedDraining": if drains { "ENABLED" } else { "DISABLED" },
    })
}
