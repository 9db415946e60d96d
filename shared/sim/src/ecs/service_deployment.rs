//! Service deployments: the records of deployments, which ECS keeps for 90 days (ECS developer guide,
//! service-deployment).

use jiff::Timestamp;

use super::arn;

/// Status of a service deployment (API reference, ServiceDeployment).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ServiceDeploymentStatus {
    InProgress,
    Successful,
    Stopped,
    RollbackInProgress,
    RollbackSuccessful,
}

impl ServiceDeploymentStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Stopped => "STOPPED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
        }
    }
}

/// Stage of a blue/green deployment that takes time here (API reference, ServiceDeployment, `lifecycleStage`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LifecycleStage {
    ScaleUp,
    BakeTime,
    CleanUp,
}

impl LifecycleStage {
    pub fn name(self) -> &'static str {
        match self {
            Self::ScaleUp => "SCALE_UP",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
        }
    }
}

/// The record of a deployment.
#[derive(Debug, Clone)]
pub(super) struct ServiceDeployment {
    /// ARN of the service deployment.
    pub arn: String,
    /// ARN of the service revision that the deployment rolls out.
    pub target_revision: String,
    /// ARNs of the service revisions before it.
    pub source_revisions: Vec<String>,
    /// Id of the deployment, `ecs-svc/...`.
    pub deployment: String,
    /// ARN of the task definition.
    pub task_definition: String,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub status: ServiceDeploymentStatus,
    pub reason: String,
    /// Stage of a blue/green deployment.
    pub stage: Option<LifecycleStage>,
    /// True if the circuit breaker failed the deployment.
    pub tripped: bool,
    /// Failed tasks that the circuit breaker counted in an ended deployment.
    pub failures: usize,
    /// Reason and time of a rollback, with the service revision that it leads to.
    pub rollback: Option<(String, Timestamp, String)>,
}

impl ServiceDeployment {
    /// Returns the ARN of a service deployment or a service revision. `what` is the type of the resource.
    pub fn arn_of(what: &str, cluster: &str, service: &str, id: &str) -> String {
        arn::within(what, cluster, &format!("{service}/{id}"))
    }

    /// Ends the deployment.
    pub fn finish(&mut self, status: ServiceDeploymentStatus, at: Timestamp) {
        (self.status, self.updated_at, self.finished_at) = (status, at, Some(at));
    }

    pub fn is_open(&self) -> bool {
        self.finished_at.is_none()
    }
}
