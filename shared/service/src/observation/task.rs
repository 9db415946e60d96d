//! A task of a service, as DescribeTasks, GetTaskProtection and DescribeTargetHealth answer.

use std::time::Duration;

use jiff::Timestamp;

/// A task (DescribeTasks). Names of its fields are those of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedTask {
    /// `taskArn`.
    pub arn: String,
    /// `lastStatus`.
    pub last_status: TaskStatus,
    /// True if `desiredStatus` is STOPPED: the task is being stopped, or has ended.
    pub stopping: bool,
    /// `taskDefinitionArn`.
    pub task_definition: String,
    /// `startedBy`: id of the deployment or task set.
    pub started_by: Option<String>,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `startedAt`: time at which the task became RUNNING.
    pub started_at: Option<Timestamp>,
    /// `stoppingAt`.
    pub stopping_at: Option<Timestamp>,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// `stopCode`, for example `EssentialContainerExited`.
    pub stop_code: Option<String>,
    /// `stoppedReason`.
    pub stopped_reason: Option<String>,
    /// `healthStatus`. None if no container of the task definition has a health check: then ECS says UNKNOWN for ever.
    pub health: Option<ContainerHealth>,
    /// `containers`.
    pub containers: Vec<ObservedContainer>,
    /// `containerInstanceArn`. None on Fargate, and before the placement.
    pub container_instance: Option<String>,
    /// Time from the stop signal to SIGKILL: the longest path of `stopTimeout`s through `dependsOn`.
    pub stop_time: Option<Duration>,
}

/// `lastStatus` of a task.
#[derive(Debug, Clone, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskStatus {
    /// `PROVISIONING`.
    Provisioning,
    /// `PENDING`.
    Pending,
    /// `ACTIVATING`.
    Activating,
    /// `RUNNING`.
    Running,
    /// `DEACTIVATING`: targets are being deregistered.
    Deactivating,
    /// `STOPPING`: containers got their stop signal.
    Stopping,
    /// `DEPROVISIONING`.
    Deprovisioning,
    /// `STOPPED`.
    Stopped,
    /// `DELETED`.
    Deleted,
    /// A value that ebb does not know. The task counts as one that is left.
    #[strum(default, to_string = "{0}")]
    Other(String),
}

/// `healthStatus` of a task with a container health check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerHealth {
    /// `HEALTHY`.
    Healthy,
    /// `UNHEALTHY`.
    Unhealthy,
    /// `UNKNOWN`: no check has ended yet.
    Unknown,
}

/// A container of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObservedContainer {
    /// `name`.
    pub name: String,
    /// `exitCode`.
    pub exit_code: Option<i32>,
    /// `reason`, for example `OutOfMemoryError: Container killed due to memory usage`.
    pub reason: Option<String>,
}

/// The registration of a task in a target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedTarget {
    /// ARN of the target group.
    pub target_group: String,
    /// `TargetHealth.State`.
    pub state: TargetState,
    /// `TargetHealth.Reason`, for example `Target.FailedHealthChecks`.
    pub reason: Option<String>,
}

/// `TargetHealth.State` of a target.
#[derive(Debug, Clone, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum TargetState {
    /// `initial`.
    Initial,
    /// `healthy`.
    Healthy,
    /// `unhealthy`.
    Unhealthy,
    /// `unused`.
    Unused,
    /// `draining`.
    Draining,
    /// `unavailable`.
    Unavailable,
    /// A value that ebb does not know.
    #[strum(default, to_string = "{0}")]
    Other(String),
}

impl ObservedTask {
    /// Returns the id: the last part of the ARN.
    pub fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }

    /// Returns true if the task has ended. Until then it is left, whatever its `desiredStatus`.
    pub fn has_ended(&self) -> bool {
        matches!(self.last_status, TaskStatus::Stopped | TaskStatus::Deleted)
    }

    /// Returns true if the task is on its way out, and has not ended.
    pub fn is_leaving(&self) -> bool {
        self.stopping && !self.has_ended()
    }

    /// Returns true if ECS keeps the task: it starts, or runs.
    pub fn is_kept(&self) -> bool {
        !self.stopping && !self.has_ended()
    }
}
