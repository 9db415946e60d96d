//! What else is worth telling about an instance.

use std::fmt;

use jiff::Timestamp;

/// Something that a human may want to know beside the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The service's bounds let no task go: minimumHealthyPercent and maximumPercent meet.
    ServiceCannotDrain {
        /// Its name.
        service: String,
    },
    /// A Spot notice leaves a service with a minimumHealthyPercent of 100 no time to replace its task.
    NoTimeToReplace {
        /// Its name.
        service: String,
    },
    /// A daemon task stopped while a standalone task still runs.
    DaemonStoppedEarly {
        /// The service's name.
        service: String,
    },
    /// The agent is away beyond the limit.
    AgentAway {
        /// Since when.
        since: Timestamp,
    },
    /// The group has Capacity Rebalancing off: nothing follows a recommendation.
    CapacityRebalanceOff,
    /// The attribute could not be written: ten others stand there.
    AttributeDoesNotFit,
    /// ECS managed instance draining holds this group's instances as well.
    ManagedDrainingToo,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceCannotDrain { service } => write!(
                f,
                "service {service} cannot move its tasks: its minimumHealthyPercent and maximumPercent leave no room"
            ),
            Self::NoTimeToReplace { service } => {
                write!(f, "service {service} keeps 100 % healthy: two minutes are too short to replace its task first")
            }
            Self::DaemonStoppedEarly { service } => {
                write!(f, "daemon {service} stopped while a standalone task still runs")
            }
            Self::AgentAway { since } => write!(f, "agent disconnected since {since}"),
            Self::CapacityRebalanceOff => f.write_str("the group has Capacity Rebalancing off"),
            Self::AttributeDoesNotFit => f.write_str("ebb.drain does not fit: ten custom attributes stand there already"),
            Self::ManagedDrainingToo => {
                f.write_str("ECS managed instance draining holds this instance too: our CONTINUE does not release it alone")
            }
        }
    }
}
