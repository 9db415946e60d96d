//! The load of other tools on the account's request buckets, as data.

use serde::{Deserialize, Serialize};

/// Share of each request bucket that other tools take, of its refill and of its burst.
///
/// The rows are those of the ECS API reference (request-throttling). A `throttling` step uses these names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct OtherToolsLoad {
    /// Cluster resource modify: UpdateContainerInstancesState, StopTask, PutAttributes.
    pub ecs_modify: BucketShare,
    /// Cluster resource read: ListTasks, DescribeTasks, ListContainerInstances, DescribeContainerInstances.
    pub ecs_read: BucketShare,
    /// Service read: DescribeServices, ListServices.
    pub ecs_service_read: BucketShare,
    /// Cluster read: DescribeClusters, ListClusters.
    pub ecs_cluster_read: BucketShare,
    /// Task protection: GetTaskProtection, UpdateTaskProtection.
    pub ecs_protection: BucketShare,
    /// All actions of EC2 Auto Scaling.
    pub autoscaling: BucketShare,
}

/// Share of a request bucket: from 0 to 1, the bucket's whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "f64")]
pub struct BucketShare(f64);

impl BucketShare {
    /// A quarter of a bucket.
    pub const QUARTER: Self = Self(0.25);

    /// Returns the share that remains for ebb.
    pub(crate) fn rest(self) -> f64 {
        1.0 - self.0
    }
}

impl TryFrom<f64> for BucketShare {
    type Error = String;

    fn try_from(share: f64) -> Result<Self, Self::Error> {
        match (0.0..=1.0).contains(&share) {
            true => Ok(Self(share)),
            false => Err(format!("{share} is not a share of a request bucket: expected 0 to 1")),
        }
    }
}

impl OtherToolsLoad {
    /// Returns the share of a bucket by its name.
    pub(crate) fn of_bucket(&self, name: &str) -> BucketShare {
        match name {
            "ecs-modify" => self.ecs_modify,
            "ecs-read" => self.ecs_read,
            "ecs-service-read" => self.ecs_service_read,
            "ecs-cluster-read" => self.ecs_cluster_read,
            "ecs-protection" => self.ecs_protection,
            "autoscaling" => self.autoscaling,
            _ => BucketShare::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_above_the_whole_bucket_is_a_mistake() {
        let load = |text: &str| toml::from_str::<OtherToolsLoad>(text).map_err(|it| it.to_string());

        assert_eq!(load("ecs-read = 0.25").unwrap().of_bucket("ecs-read"), BucketShare::QUARTER);
        assert!(load("ecs-read = 1.5").unwrap_err().contains("1.5 is not a share"));
        assert!(load("ecs-reads = 0.5").unwrap_err().contains("unknown field"));
    }
}
