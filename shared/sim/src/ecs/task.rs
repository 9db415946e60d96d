//! A task: its status in ECS, and its true status on the host.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::history::{TaskKind, TaskRef};
use crate::scenario::TaskFailure;

use super::Ecs;
use super::task_definition::Revision;

/// The steps of a task's life, in their order (ECS developer guide, task-lifecycle-explanation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LastStatus {
    Provisioning,
    Pending,
    Activating,
    Running,
    Deactivating,
    Stopping,
    Deprovisioning,
    Stopped,
}

impl LastStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// Reason for which a task stops: `stopCode` (API reference, Task) and `stoppedReason`.
#[derive(Debug, Clone)]
pub(super) struct StopReason {
    pub code: &'static str,
    pub reason: String,
}

/// Protection of a task from scale-in and from deployments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Protection {
    #[default]
    Off,
    /// Protection of two hours that the task itself renews for ever.
    Renewed,
    /// Protection until a time.
    Until(Timestamp),
}

impl Protection {
    /// Returns `expirationDate` at a time.
    pub fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Off => None,
            Self::Renewed => Some(now + jiff::SignedDuration::from_hours(2)),
            Self::Until(at) => Some(at),
        }
    }
}

/// A container of a task.
#[derive(Debug, Clone)]
pub(super) struct Container {
    pub name: String,
    pub id: String,
    pub signalled: bool,
    pub exited: bool,
    /// Exit code; none for a container whose host lost power before the exit.
    pub exit_code: Option<i32>,
}

/// A task; its key is its ARN.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub arn: String,
    pub cluster: String,
    pub container_instance: String,
    pub ec2_instance: String,
    /// Revision of its task definition.
    pub revision: Revision,
    pub kind: TaskKind,
    /// The ARN of its service.
    pub service: Option<String>,
    /// The name of its service, or its family.
    pub name: String,
    pub group: String,
    pub started_by: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub protection: Protection,
    /// Status on the host.
    pub truth: LastStatus,
    /// Status that the agent has reported: the status on the host, unless the agent is disconnected.
    pub last_status: LastStatus,
    /// True if `desiredStatus` is STOPPED.
    pub stop_desired: bool,
    pub stop: Option<StopReason>,
    pub healthy: bool,
    /// Failure that the task has ahead of it.
    pub failure: Option<TaskFailure>,
    /// True after the task failed its health checks.
    pub failed: bool,
    /// Port on the host of the container that gets requests; none without a load balancer.
    pub host_port: Option<u16>,
    /// True while the load balancer holds the task for a target. Used only for services that get requests.
    pub registered: bool,
    /// True while the task is a target of its service's load balancer.
    pub in_target_group: bool,
    /// True while the task waits in DEACTIVATING for its agent to connect.
    pub held: bool,
    /// Number of changes of the task's plan. A change makes every earlier event on the agenda void.
    pub turn: u32,
    pub version: u64,
    pub containers: Vec<Container>,
    /// Run time from RUNNING on.
    pub lasts: Option<Duration>,
    /// Run time after the host began to leave.
    pub runs_on: Option<Duration>,
    /// Time from which ListTasks shows the task.
    pub listed_from: Duration,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub stopping_at: Option<Timestamp>,
    /// Time at which the last container stopped.
    pub execution_stopped_at: Option<Timestamp>,
    pub stopped_at: Option<Timestamp>,
}

impl Task {
    pub fn to_ref(&self) -> TaskRef {
        TaskRef {
            arn: self.arn.clone(),
            kind: self.kind,
            name: self.name.clone(),
            ec2_instance: self.ec2_instance.clone(),
        }
    }

    pub fn desired_status(&self) -> &'static str {
        if self.stop_desired { "STOPPED" } else { "RUNNING" }
    }

    pub fn is_protected(&self) -> bool {
        self.protection != Protection::Off
    }

    /// Returns true if the task counts towards `minimumHealthyPercent`.
    pub fn is_healthy(&self) -> bool {
        self.healthy
            && !self.failed
            && !self.stop_desired
            && self.last_status == LastStatus::Running
    }

    /// Returns true if `runningTasksCount` counts the task: "the number of tasks on the container instance that have
    /// a desired status of RUNNING" (API reference, ContainerInstance). So a task that is being stopped is not
    /// counted.
    pub fn counts_as_running(&self) -> bool {
        !self.stop_desired && self.last_status >= LastStatus::Activating
    }

    /// Returns true if `pendingTasksCount` counts the task. A task in PROVISIONING is about to be PENDING.
    pub fn counts_as_pending(&self) -> bool {
        self.last_status <= LastStatus::Pending
    }

    /// Returns the reason of the present status, for the timeline.
    pub fn because(&self) -> String {
        let Some(stop) = self.stop.as_ref().filter(|_| self.last_status > LastStatus::Running)
        else {
            return String::new();
        };
        let killed = self.last_status == LastStatus::Stopped
            && self.containers.iter().any(|container| container.exit_code == Some(137));
        if killed { format!("{} (exit code 137)", stop.reason) } else { stop.reason.clone() }
    }
}

impl Ecs {
    /// Returns true if the agent of a task's container instance is connected.
    pub(super) fn is_reported(&self, task: &Task) -> bool {
        let instance = self.container_instances.get(&task.container_instance);
        instance.is_some_and(|instance| instance.connected)
    }
}
