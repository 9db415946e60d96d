//! Notes: facts for the operator beside the reason of a decision.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::moment::whole_seconds;

/// A fact that the operator may want to know.
#[derive(Debug, Clone, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum OperationNote {
    /// Another owner protects tasks from scale-in. ebb leaves their protection, and replaces them last.
    ProtectedByOthers {
        /// Ids of the tasks.
        tasks: Vec<String>,
        /// Latest end of their protection.
        until: Option<Timestamp>,
    },
    /// Another tool changed the desired count. ebb leaves it.
    DesiredCountChanged {
        /// Desired count of the record.
        recorded: u32,
        /// Desired count now.
        found: u32,
    },
    /// Another tool changed bounds or flags of the scalable target. ebb leaves these.
    ScalingChanged {
        /// Names of the fields, with recorded and found value.
        fields: Vec<String>,
    },
    /// The scalable target of the record is gone. ebb does not create one.
    ScalableTargetGone,
    /// Scheduled actions were added, changed or deleted during the operation.
    ScheduledActionsChanged,
    /// Scheduled actions that came due while scaling was suspended are not made up (K#7).
    ScheduledActionsSuspended {
        /// Names of the scheduled actions, each with its schedule.
        actions: Vec<String>,
    },
    /// The bounds of the deployment allow neither a stop nor a start of a task.
    DeploymentBounds,
    /// Another deployment began during the operation.
    OtherDeployment {
        /// Id of the deployment.
        id: String,
    },
    /// ECS cannot place a task. Holds the service event.
    PlacementFailure {
        /// Message of the event.
        event: String,
    },
    /// Tasks of the deployment ended before they were healthy.
    FailedTasks {
        /// One sentence for each.
        tasks: Vec<String>,
    },
    /// The restart was given up, and its deployment goes on.
    DeploymentGoesOn,
    /// ECS deregisters the tasks first, and the timeout of a shutdown includes this time.
    DeregistrationDelay {
        /// Longest deregistration delay of the target groups.
        delay: Duration,
        /// Timeout with the delay.
        timeout: Duration,
    },
    /// The service was deleted during the operation. Nothing is left to restore.
    ServiceGone,
}

impl OperationNote {
    /// Returns the code for logs, for example `protected-by-others`.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for OperationNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProtectedByOthers { tasks, until } => {
                write!(f, "protected from scale-in by another owner: {}", tasks.join(", "))?;
                until.map_or(Ok(()), |until| write!(f, ", until {}", whole_seconds(until)))
            }
            Self::DesiredCountChanged { recorded, found } => {
                write!(f, "the desired count was {recorded}, and another tool set {found}; left unchanged")
            }
            Self::ScalingChanged { fields } => {
                write!(f, "another tool changed the scalable target ({}); left unchanged", fields.join(", "))
            }
            Self::ScalableTargetGone => f.write_str("the scalable target was deleted meanwhile"),
            Self::ScheduledActionsChanged => f.write_str("scheduled actions changed meanwhile"),
            Self::ScheduledActionsSuspended { actions } => write!(
                f,
                "scheduled actions did not run while scaling was suspended, and are not made up: {}",
                actions.join(", ")
            ),
            Self::DeploymentBounds => f.write_str(
                "minimumHealthyPercent and maximumPercent leave no room for a deployment; raise maximumPercent",
            ),
            Self::OtherDeployment { id } => write!(f, "another tool began deployment {id}"),
            Self::PlacementFailure { event } => write!(f, "ECS cannot place a task: {event}"),
            Self::FailedTasks { tasks } => write!(f, "failed tasks: {}", tasks.join("; ")),
            Self::DeploymentGoesOn => f.write_str("the new deployment goes on without ebb"),
            Self::DeregistrationDelay { delay, timeout } => write!(
                f,
                "the deregistration delay is {} s, so the timeout is {} s",
                delay.as_secs(),
                timeout.as_secs()
            ),
            Self::ServiceGone => f.write_str("the service was deleted meanwhile"),
        }
    }
}
