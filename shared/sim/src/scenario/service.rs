//! Services as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Length, Lengths, ScalingSpec, TrafficSpec};

/// A service.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    /// Name of the service.
    pub name: String,
    /// Cluster of the service.
    pub cluster: String,
    /// DAEMON scheduling strategy: one task on each container instance.
    #[serde(default)]
    pub daemon: bool,
    /// Desired count of a REPLICA service.
    #[serde(default)]
    pub desired: usize,
    /// `minimumHealthyPercent` (default: 100 for a replica service, 0 for a daemon).
    #[serde(default)]
    pub minimum_healthy_percent: Option<u32>,
    /// `maximumPercent` (default: 200 for a replica service, 100 for a daemon).
    #[serde(default)]
    pub maximum_percent: Option<u32>,
    /// The target group's deregistration delay; none for a service without a load balancer.
    #[serde(default)]
    pub deregistration_delay: Option<Length>,
    /// The family of its tasks, or family and revision, as `api:1` (default: the latest revision of the family with the
    /// service's name).
    #[serde(default)]
    pub task_definition: Option<String>,
    /// Time of a new task from RUNNING to healthy (default 40 s, as in ECS without a health check).
    #[serde(default = "forty_seconds")]
    pub healthy_after: Lengths,
    /// Deployment controller (default ECS).
    #[serde(default, skip_serializing_if = "ServiceController::is_ecs")]
    pub controller: ServiceController,
    /// Deployment circuit breaker (default: disabled).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreakerSpec>,
    /// Bake time of blue/green deployments (default: rolling deployments).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bake_time: Option<Length>,
    /// `healthCheckGracePeriodSeconds` (default 0).
    #[serde(default)]
    pub health_check_grace_period: Length,
    /// Registration as a scalable target (default: none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<ScalingSpec>,
    /// Tags of the service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Number of the service's tasks under task scale-in protection.
    #[serde(default)]
    pub protected: usize,
    /// The requests that the service gets from its load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficSpec>,
}

impl ServiceSpec {
    /// Returns the family of the service's tasks.
    pub fn family(&self) -> &str {
        let named = self.task_definition.as_ref().unwrap_or(&self.name);
        named.split_once(':').map_or(named, |(family, _)| family)
    }

    /// Returns a replica service of no tasks with all defaults.
    pub fn named(name: &str, cluster: &str) -> Self {
        Self {
            name: name.to_owned(),
            cluster: cluster.to_owned(),
            daemon: false,
            desired: 0,
            minimum_healthy_percent: None,
            maximum_percent: None,
            deregistration_delay: None,
            task_definition: None,
            healthy_after: forty_seconds(),
            controller: ServiceController::Ecs,
            circuit_breaker: None,
            bake_time: None,
            health_check_grace_period: Length::secs(0),
            scaling: None,
            tags: BTreeMap::new(),
            protected: 0,
            traffic: None,
        }
    }
}

/// Deployment controller of a service (API reference, DeploymentController).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServiceController {
    /// Deployments of ECS itself.
    #[default]
    Ecs,
    /// Deployments of CodeDeploy, from task set to task set.
    CodeDeploy,
    /// Deployments of another tool, from task set to task set.
    External,
}

impl ServiceController {
    /// Returns the name, as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecs => "ECS",
            Self::CodeDeploy => "CODE_DEPLOY",
            Self::External => "EXTERNAL",
        }
    }

    /// Returns true for the controller ECS.
    pub fn is_ecs(&self) -> bool {
        *self == Self::Ecs
    }
}

/// The deployment circuit breaker of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitBreakerSpec {
    /// `rollback`.
    pub rollback: bool,
    /// `thresholdConfiguration.type`.
    #[serde(default)]
    pub threshold_type: ThresholdType,
    /// `thresholdConfiguration.value`: a percentage of the desired count, or a count.
    #[serde(default = "fifty")]
    pub threshold: usize,
}

/// Kind of a circuit breaker's threshold (API reference, ThresholdConfiguration).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThresholdType {
    /// Percentage of the desired count, 3 at least and 200 at most.
    #[default]
    BoundedPercent,
    /// Percentage of the desired count.
    UnboundedPercent,
    /// Number of failed tasks.
    Count,
}

fn fifty() -> usize {
    50
}

fn forty_seconds() -> Lengths {
    Lengths::secs(40)
}
