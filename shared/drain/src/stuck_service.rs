//! Rule 15. Services that do not move their tasks off a DRAINING instance, and the cause.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use crate::task::{Owner, Service, Task};

/// Answers of ECS about the services of the tasks on one instance, and about the protection of these tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StuckServices {
    /// Latest events of the services, by name of the service.
    pub events: BTreeMap<String, ServiceEvents>,
    /// ARNs of the tasks that are protected from scale-in.
    pub protected: BTreeSet<String>,
}

/// The latest events of a service that explain why its tasks stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceEvents {
    /// Latest event that says that a task could not be placed.
    pub placement_failure: Option<ServiceEvent>,
    /// Cause of a deployment that has failed, or whose tasks fail.
    pub failing_deployment: Option<String>,
}

/// A service event: `createdAt` and `message` of DescribeServices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEvent {
    /// `createdAt`.
    pub at: Timestamp,
    /// `message`, shortened to [`crate::limits::LONGEST_SENTENCE`].
    pub message: String,
}

/// Why a service does not move its tasks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum StuckCause {
    /// `minimumHealthyPercent` and `maximumPercent` let no task stop and none be added.
    Bounds,
    /// A task is protected from scale-in.
    Protection,
    /// No container instance has room for another task. Holds the service event.
    NoRoom(String),
    /// The deployment fails. Holds what ECS says about it.
    FailingDeployment(String),
}

impl StuckCause {
    /// Returns the code for logs, for example `no-room`.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Returns the cause without the words of ECS, which differ from one answer to the next.
    pub fn without_quote(&self) -> Self {
        match self {
            Self::NoRoom(_) => Self::NoRoom(String::new()),
            Self::FailingDeployment(_) => Self::FailingDeployment(String::new()),
            Self::Bounds | Self::Protection => self.clone(),
        }
    }

    /// Returns the cause that keeps a service's task on the instance, or `None` if no cause is known.
    ///
    /// A placement failure from before the drain is no cause.
    pub fn of_task(
        task: &Task,
        draining_since: Option<Timestamp>,
        stuck: Option<&StuckServices>,
    ) -> Option<Self> {
        let Owner::Service { name, service: Some(service) } = &task.owner else { return None };
        if task.stopping || service.daemon {
            return None;
        }
        if service.cannot_drain() {
            return Some(Self::Bounds);
        }
        let stuck = stuck?;
        if stuck.protected.contains(&task.arn) {
            return Some(Self::Protection);
        }
        let events = stuck.events.get(name)?;
        let is_of_the_drain =
            |event: &&ServiceEvent| draining_since.is_none_or(|at| event.at >= at);
        let no_room = events.placement_failure.as_ref().filter(is_of_the_drain);
        let no_room = no_room.map(|event| Self::NoRoom(event.message.clone()));
        no_room.or_else(|| events.failing_deployment.clone().map(Self::FailingDeployment))
    }
}

impl fmt::Display for StuckCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bounds => f.write_str(
                "minimumHealthyPercent and maximumPercent leave no room; raise maximumPercent or lower \
                 minimumHealthyPercent",
            ),
            Self::Protection => f.write_str(
                "a task is protected from scale-in; end its protection with UpdateTaskProtection, or wait",
            ),
            Self::NoRoom(event) => {
                write!(f, "no container instance has room; add capacity. ECS says: {event}")
            }
            Self::FailingDeployment(event) => {
                write!(f, "its deployment fails; roll it back. ECS says: {event}")
            }
        }
    }
}

/// Returns true if more about the service than its settings could say why the task stays.
pub fn may_be_stuck(task: &Task) -> bool {
    let is_open = |service: &Service| !service.daemon && !service.cannot_drain();
    matches!(&task.owner, Owner::Service { service: Some(service), .. } if is_open(service))
        && !task.stopping
}
