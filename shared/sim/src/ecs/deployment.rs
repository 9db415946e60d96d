//! Deployments of a service: the revision that its tasks run, and the state of the rollout.
//!
//! A service of the ECS deployment controller has one PRIMARY deployment. An earlier one is ACTIVE as long as it has
//! tasks (API reference, Deployment). The rollout is COMPLETED "when the service reaches a steady state".

use jiff::Timestamp;

use super::task::Task;
use super::task_definition::Revision;

/// State of a rollout (API reference, Deployment, `rolloutState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RolloutState {
    InProgress,
    Completed,
    Failed,
}

impl RolloutState {
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }

    /// Returns the event of "ECS Deployment State Change", and its type (ECS developer guide,
    /// ecs_service_deployment_events).
    pub fn event(self) -> (&'static str, &'static str) {
        match self {
            Self::InProgress => ("INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS"),
            Self::Completed => ("INFO", "SERVICE_DEPLOYMENT_COMPLETED"),
            Self::Failed => ("ERROR", "SERVICE_DEPLOYMENT_FAILED"),
        }
    }
}

/// A deployment of a service.
#[derive(Debug, Clone)]
pub(super) struct EcsDeployment {
    /// Id of the form `ecs-svc/...`, which is `startedBy` of its tasks.
    pub id: String,
    pub revision: Revision,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub rollout: RolloutState,
    /// `rolloutStateReason`.
    pub reason: String,
    /// Number of tasks that failed in a row.
    pub failed_tasks: usize,
    /// True if a task of the deployment has been RUNNING.
    pub has_run: bool,
    /// True while the tasks of earlier deployments stay, because a blue/green deployment has not ended its bake time.
    pub keeps_earlier: bool,
}

impl EcsDeployment {
    /// Returns a deployment that began at this time.
    pub fn begun(id: String, revision: Revision, at: Timestamp) -> Self {
        let reason = format!("ECS deployment {id} in progress.");
        let rollout = RolloutState::InProgress;
        Self {
            id,
            revision,
            created_at: at,
            updated_at: at,
            rollout,
            reason,
            failed_tasks: 0,
            has_run: false,
            keeps_earlier: false,
        }
    }

    /// Returns a deployment from before the start of the world.
    pub fn completed(id: String, revision: Revision, at: Timestamp) -> Self {
        let reason = completion(&id);
        Self { reason, rollout: RolloutState::Completed, ..Self::begun(id, revision, at) }
    }

    /// Ends the rollout, because the service is steady.
    pub fn complete(&mut self, at: Timestamp) {
        (self.rollout, self.updated_at) = (RolloutState::Completed, at);
        self.reason = completion(&self.id);
    }

    /// Fails the rollout.
    pub fn fail(&mut self, at: Timestamp, reason: &str) {
        (self.rollout, self.updated_at) = (RolloutState::Failed, at);
        reason.clone_into(&mut self.reason);
    }

    /// Begins the rollout of an earlier deployment again, because a later one failed.
    pub fn roll_back(&mut self, at: Timestamp) {
        (self.rollout, self.updated_at) = (RolloutState::InProgress, at);
        self.reason =
            format!("ECS deployment circuit breaker: rolling back to deploymentId {}.", self.id);
        (self.failed_tasks, self.keeps_earlier) = (0, false);
    }

    /// Returns true if a task belongs to the deployment.
    pub fn has(&self, task: &Task) -> bool {
        task.started_by.as_deref() == Some(&self.id)
    }
}

fn completion(id: &str) -> String {
    format!("ECS deployment {id} completed.")
}
