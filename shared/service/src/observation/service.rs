//! A service, as DescribeServices, DescribeTaskSets and DescribeServiceDeployments answer.

use jiff::Timestamp;

/// A service (DescribeServices). Names of its fields are those of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedService {
    /// `serviceArn`.
    pub arn: String,
    /// `status`: `ACTIVE`, `DRAINING` or `INACTIVE`.
    pub status: String,
    /// `deploymentController.type`. A service without one has the controller ECS.
    pub controller: DeploymentController,
    /// `deploymentConfiguration.strategy`. A service without one rolls.
    pub strategy: DeploymentStrategy,
    /// True if `schedulingStrategy` is DAEMON.
    pub daemon: bool,
    /// True if `resourceManagementType` is ECS: an Express service, which ECS manages.
    pub managed_by_ecs: bool,
    /// `desiredCount`.
    pub desired_count: u32,
    /// `runningCount`.
    pub running_count: u32,
    /// `pendingCount`.
    pub pending_count: u32,
    /// `deployments`. Empty for the other controllers.
    pub deployments: Vec<ObservedDeployment>,
    /// `taskSets`. Empty for the controller ECS.
    pub task_sets: Vec<ObservedTaskSet>,
    /// `events`, latest first.
    pub events: Vec<ObservedEvent>,
    /// `loadBalancers`.
    pub load_balancers: Vec<ObservedLoadBalancer>,
    /// True if the service uses Service Connect.
    pub service_connect: bool,
    /// `deploymentConfiguration.minimumHealthyPercent`.
    pub minimum_healthy_percent: Option<u32>,
    /// `deploymentConfiguration.maximumPercent`.
    pub maximum_percent: Option<u32>,
}

/// `deploymentController.type`.
#[derive(Debug, Clone, PartialEq, Eq, strum::Display)]
pub enum DeploymentController {
    /// `ECS`.
    #[strum(serialize = "ECS")]
    Ecs,
    /// `CODE_DEPLOY`.
    #[strum(serialize = "CODE_DEPLOY")]
    CodeDeploy,
    /// `EXTERNAL`.
    #[strum(serialize = "EXTERNAL")]
    External,
    /// A value that ebb does not know.
    #[strum(to_string = "{0}")]
    Other(String),
}

/// `deploymentConfiguration.strategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeploymentStrategy {
    /// `ROLLING`, and a service without a strategy.
    Rolling,
    /// `BLUE_GREEN`, `LINEAR`, `CANARY`, and any later one: two revisions run at once.
    Shifting,
}

/// An entry of `deployments`.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedDeployment {
    /// `id`: `ecs-svc/…`. Tasks of the deployment have it in `startedBy`.
    pub id: String,
    /// True if `status` is PRIMARY.
    pub primary: bool,
    /// `taskDefinition`.
    pub task_definition: String,
    /// `desiredCount`.
    pub desired_count: u32,
    /// `runningCount`.
    pub running_count: u32,
    /// `pendingCount`.
    pub pending_count: u32,
    /// `failedTasks`: tasks that failed one after another. Zero proves nothing (J#22).
    pub failed_tasks: u32,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `rolloutState`. Missing behind a Classic Load Balancer (J#23).
    pub rollout: Option<RolloutState>,
    /// `rolloutStateReason`.
    pub rollout_reason: Option<String>,
}

/// `rolloutState` of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolloutState {
    /// `IN_PROGRESS`.
    InProgress,
    /// `COMPLETED`.
    Completed,
    /// `FAILED`, only with a circuit breaker or alarms.
    Failed,
    /// A value that ebb does not know.
    Other(String),
}

/// An entry of `taskSets`.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedTaskSet {
    /// `id`: `ecs-svc/…`.
    pub id: String,
    /// True if `status` is PRIMARY.
    pub primary: bool,
    /// True if `stabilityStatus` is STEADY_STATE.
    pub steady: bool,
    /// `computedDesiredCount`.
    pub computed_desired_count: u32,
    /// `runningCount`.
    pub running_count: u32,
    /// `pendingCount`.
    pub pending_count: u32,
    /// `scale.value` in percent, rounded down.
    pub scale_percent: u32,
}

/// An entry of `events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedEvent {
    /// `createdAt`.
    pub at: Timestamp,
    /// `message`.
    pub message: String,
}

/// An entry of `loadBalancers`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObservedLoadBalancer {
    /// `targetGroupArn`, and `advancedConfiguration.alternateTargetGroupArn`. Empty for a Classic Load Balancer.
    ///
    /// A task is in one of them at a time.
    pub target_groups: Vec<String>,
}

/// A service deployment (DescribeServiceDeployments). Changes of the desired count make none (J#35).
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedServiceDeployment {
    /// `serviceDeploymentArn`.
    pub arn: String,
    /// `status`, for example `IN_PROGRESS`.
    pub status: String,
    /// `statusReason`.
    pub status_reason: Option<String>,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `lifecycleStage` of a deployment that shifts traffic. New values may appear (J#39).
    pub lifecycle_stage: Option<String>,
    /// `deploymentCircuitBreaker`.
    pub circuit_breaker: Option<ObservedCircuitBreaker>,
    /// `alarms.triggeredAlarmNames`.
    pub triggered_alarms: Vec<String>,
}

/// `deploymentCircuitBreaker` of a service deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedCircuitBreaker {
    /// `status`: `TRIGGERED`, `MONITORING`, `MONITORING_COMPLETE` or `DISABLED`.
    pub status: String,
    /// `failureCount`.
    pub failure_count: u32,
    /// `threshold`.
    pub threshold: u32,
}

impl ObservedServiceDeployment {
    /// Statuses of a service deployment that has not ended (J#33).
    pub const OPEN: [&str; 5] =
        ["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"];

    /// Returns true if the service deployment has not ended.
    pub fn is_open(&self) -> bool {
        Self::OPEN.contains(&self.status.as_str())
    }

    /// Returns true if ECS returns, or returned, to the earlier revision.
    pub fn is_rollback(&self) -> bool {
        self.status.starts_with("ROLLBACK_")
    }
}

impl ObservedService {
    /// Returns true if the service is behind a load balancer.
    pub fn is_load_balanced(&self) -> bool {
        !self.load_balancers.is_empty()
    }
}
