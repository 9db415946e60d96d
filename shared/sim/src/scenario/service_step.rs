//! Steps that change services and their tasks, as data.

use serde::{Deserialize, Serialize};

use super::{Length, TaskFailure};

/// UpdateService by an operator or another tool.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceUpdateSpec {
    /// Cluster of the service.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// `desiredCount`.
    #[serde(default)]
    pub desired: Option<usize>,
    /// `taskDefinition`: a family, or family and revision.
    #[serde(default)]
    pub task_definition: Option<String>,
    /// `forceNewDeployment`.
    #[serde(default)]
    pub force_new_deployment: bool,
    /// The caller, as `terraform` (default: an operator).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// RegisterScalableTarget by an operator. A member that is not set stays as it is.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScalableTargetSpec {
    /// Cluster of the service.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// `MinCapacity`.
    #[serde(default)]
    pub min: Option<usize>,
    /// `MaxCapacity`.
    #[serde(default)]
    pub max: Option<usize>,
    /// All members of `SuspendedState`.
    #[serde(default)]
    pub suspended: Option<bool>,
}

/// UpdateTaskProtection by the tasks of a service.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TaskProtectionSpec {
    /// Cluster of the service.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// Number of tasks, the first in the order of their ARNs (default: all).
    #[serde(default)]
    pub tasks: Option<usize>,
    /// Time for which the tasks are protected, in whole minutes. Without one the protection ends.
    #[serde(default, rename = "for")]
    pub for_: Option<Length>,
}

/// Change of the load on a service with a target tracking policy.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DemandSpec {
    /// Cluster of the service.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// Number of tasks that the load needs from now on.
    pub tasks: usize,
}

/// DeleteService with `force`, by an operator.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceDeletionSpec {
    /// Cluster of the service.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
}

/// Change of a family: its tasks fail from now on, or no longer. An image behind the same tag may be another one.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FailingTasksSpec {
    /// Family of the task definition.
    pub family: String,
    /// Failure of each task that starts from now on; none: tasks succeed.
    #[serde(default)]
    pub fails: Option<TaskFailure>,
}
