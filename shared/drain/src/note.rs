//! Notes: facts that the operator may want to know beside the reason.

use std::fmt;

use jiff::Timestamp;

use crate::stuck_service::StuckCause;

/// A fact about an instance, its group or a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Note {
    /// A service does not move its tasks off the instance.
    ServiceCannotDrain {
        /// Name of the service.
        service: String,
        /// Cause.
        cause: StuckCause,
    },
    /// Service tasks are left alone at the drain timeout, because another terminating hook holds the instance.
    ForeignHookHolds {
        /// Name of that hook.
        hook: String,
    },
    /// A Spot warning leaves a service with a minimumHealthyPercent of 100 no time to replace its task.
    NoTimeToReplace {
        /// Name of the service.
        service: String,
    },
    /// A daemon task stopped while a standalone task still runs, as ECS documents it.
    DaemonStoppedEarly {
        /// Name of the service.
        service: String,
    },
    /// An agent registered anew and left an older container instance behind.
    LeftBehind {
        /// ARN of the older container instance.
        container_instance: String,
    },
    /// The agent is disconnected beyond the limit.
    AgentAway {
        /// First look that found it disconnected.
        since: Timestamp,
    },
    /// Capacity Rebalancing is off in the group, so nothing follows a recommendation.
    CapacityRebalanceOff,
    /// The attribute `ebb.drain` does not fit: the container instance has ten others.
    AttributeDoesNotFit,
    /// ECS managed instance draining holds this group's instances as well.
    ManagedDrainingToo,
}

impl Note {
    /// Returns the code for logs, for example `service-cannot-drain`.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Returns the name of the service that the note is about.
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::ServiceCannotDrain { service, .. }
            | Self::NoTimeToReplace { service }
            | Self::DaemonStoppedEarly { service } => Some(service),
            Self::AgentAway { .. }
            | Self::CapacityRebalanceOff
            | Self::AttributeDoesNotFit
            | Self::ForeignHookHolds { .. }
            | Self::LeftBehind { .. }
            | Self::ManagedDrainingToo => None,
        }
    }

    /// Returns the code of the cause for logs, for example `no-room`.
    pub fn cause(&self) -> Option<&'static str> {
        match self {
            Self::ServiceCannotDrain { cause, .. } => Some(cause.code()),
            _ => None,
        }
    }

    /// Returns the note without the words of AWS. ebb logs one of two notes that differ in these words only.
    #[must_use]
    pub fn without_quote(&self) -> Self {
        match self {
            Self::ServiceCannotDrain { service, cause } => {
                let (service, cause) = (service.clone(), cause.without_quote());
                Self::ServiceCannotDrain { service, cause }
            }
            other => other.clone(),
        }
    }

    /// Returns true if the note is about the group as a whole, and once is enough.
    pub fn is_about_the_group(&self) -> bool {
        matches!(self, Self::ManagedDrainingToo | Self::CapacityRebalanceOff)
    }

    /// Returns the hook that the note is about.
    pub fn hook(&self) -> Option<&str> {
        match self {
            Self::ForeignHookHolds { hook } => Some(hook),
            _ => None,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceCannotDrain { service, cause } => {
                write!(f, "service {service} cannot move its tasks: {cause}")
            }
            Self::ForeignHookHolds { hook } => write!(
                f,
                "lifecycle hook {hook} holds this instance too: its service tasks are not stopped at the drain timeout"
            ),
            Self::NoTimeToReplace { service } => write!(
                f,
                "service {service} keeps 100 % healthy: two minutes are too short to replace its task first"
            ),
            Self::DaemonStoppedEarly { service } => write!(
                f,
                "ECS stopped a task of daemon service {service} while a standalone task still runs"
            ),
            Self::LeftBehind { container_instance } => write!(
                f,
                "an older container instance of this EC2 instance is left behind, its agent disconnected; deregister {}",
                container_instance.rsplit('/').next().unwrap_or(container_instance)
            ),
            Self::AgentAway { since } => write!(f, "agent disconnected since {since}"),
            Self::CapacityRebalanceOff => f.write_str("Capacity Rebalancing of the group is off"),
            Self::AttributeDoesNotFit => f.write_str(
                "cannot write ebb.drain: the container instance has ten custom attributes already; remove one",
            ),
            Self::ManagedDrainingToo => f.write_str(
                "ECS managed instance draining holds this instance too: CONTINUE on ebb's hook does not end its hook",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_differ_in_the_words_of_ecs_are_one_note() {
        let note = |cause| Note::ServiceCannotDrain { service: "api".to_owned(), cause };
        let no_room = |text: &str| note(StuckCause::NoRoom(text.to_owned())).without_quote();

        assert_eq!(no_room("RESOURCE:MEMORY"), no_room("no container instance"));
        assert_ne!(no_room(""), note(StuckCause::Protection).without_quote());
    }
}
