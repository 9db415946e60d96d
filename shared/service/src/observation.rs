//! An observation: all that one step of an operation needs to know about one service.
//!
//! [`questions`](crate::questions()) names the fields that are still to be asked for. An answer that did not come in full
//! is [`Answered::Unanswered`], so a missing page is never taken for an empty one.

mod answered;
mod scaling;
mod service;
mod task;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

pub use answered::Answered;
pub use scaling::{ObservedScalableTarget, ObservedScheduledAction, SuspendedScaling};
pub use service::{
    DeploymentController, DeploymentStrategy, ObservedCircuitBreaker, ObservedDeployment,
    ObservedEvent, ObservedLoadBalancer, ObservedService, ObservedServiceDeployment,
    ObservedTaskSet, RolloutState,
};
pub use task::{
    ContainerHealth, ObservedContainer, ObservedTarget, ObservedTask, TargetState, TaskStatus,
};

/// One service, as AWS answers about it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceObservation {
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the service.
    pub service_name: String,
    /// Account of the credentials (STS GetCallerIdentity).
    pub account: Answered<String>,
    /// Parameter `…/before`: the record.
    pub record: Answered<StoredParameter>,
    /// Parameter `…/state`.
    pub state: Answered<StoredParameter>,
    /// The service. Absent if ECS calls it or its cluster missing.
    pub service: Answered<ObservedService>,
    /// Tasks of the service, of the RUNNING and the STOPPED list together. Never absent: no task is an empty list.
    pub tasks: Answered<Vec<ObservedTask>>,
    /// Tasks that are protected from scale-in (GetTaskProtection), by ARN, with `expirationDate`.
    pub protection: Answered<BTreeMap<String, Option<Timestamp>>>,
    /// Registrations of the tasks in the service's target groups, by ARN of the task.
    pub targets: Answered<BTreeMap<String, Vec<ObservedTarget>>>,
    /// Scalable target of the service.
    pub scaling: Answered<ObservedScalableTarget>,
    /// Scheduled actions of the scalable target. Never absent: none is an empty list.
    pub scheduled_actions: Answered<Vec<ObservedScheduledAction>>,
    /// Service deployments that have not ended, and all that were created since the record. Never absent.
    pub service_deployments: Answered<Vec<ObservedServiceDeployment>>,
    /// `agentConnected` of container instances with tasks on their way out, by ARN.
    pub agents: Answered<BTreeMap<String, bool>>,
    /// Longest `deregistration_delay.timeout_seconds` of the target groups.
    pub deregistration_delay: Answered<Duration>,
}

/// A parameter of Systems Manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredParameter {
    /// `Value`.
    pub value: String,
    /// `LastModifiedDate`. A record is written once, so this is the start of the operation by the clock of AWS.
    pub modified_at: Timestamp,
}

impl ServiceObservation {
    /// Creates an observation without any answer.
    pub fn new(cluster: impl Into<String>, service_name: impl Into<String>) -> Self {
        Self {
            cluster: cluster.into(),
            service_name: service_name.into(),
            account: Answered::NotAsked,
            record: Answered::NotAsked,
            state: Answered::NotAsked,
            service: Answered::NotAsked,
            tasks: Answered::NotAsked,
            protection: Answered::NotAsked,
            targets: Answered::NotAsked,
            scaling: Answered::NotAsked,
            scheduled_actions: Answered::NotAsked,
            service_deployments: Answered::NotAsked,
            agents: Answered::NotAsked,
            deregistration_delay: Answered::NotAsked,
        }
    }
}
