//! Reasons of decisions: a variant for every outcome.
//!
//! Rule 14. Every decision has a typed reason. Logs and metrics use its code, and only people read its sentence.

mod tasks_left;

use std::fmt;

use jiff::Timestamp;

use crate::deadline::Deadline;
use crate::observation::Unanswered;
pub use tasks_left::TasksLeft;

/// Why a decision was made. Logs and metrics use [`Reason::code`], people read the sentence of `Display`.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    /// A lifecycle action takes an instance that is not DRAINING yet.
    LifecycleAction,
    /// A Spot interruption warning takes an instance that is not DRAINING yet.
    SpotInterruption,
    /// The status does not allow DRAINING.
    CannotDrain {
        /// The status, for example `REGISTERING`.
        status: String,
    },
    /// Tasks hold the instance.
    TasksLeft(TasksLeft),
    /// The instance looks empty, and a second look after the settle time must prove it.
    Settling,
    /// Only daemon tasks are left.
    DaemonsLeft {
        /// End of their grace.
        until: Timestamp,
    },
    /// Only tasks are left that policy ignores, and ebb stops them.
    IgnoredLeft {
        /// Number of these tasks.
        tasks: usize,
    },
    /// Policy stops standalone tasks.
    PolicyStops {
        /// Number of tasks.
        tasks: usize,
    },
    /// Tasks must stop in time before a deadline.
    DeadlineNear {
        /// The deadline.
        deadline: Deadline,
        /// Number of tasks.
        tasks: usize,
    },
    /// No task is left.
    Empty,
    /// Only daemon tasks are left, and their grace has ended.
    DaemonGraceExpired,
    /// The deadline has come.
    DeadlineReached {
        /// The deadline.
        deadline: Deadline,
    },
    /// The instance is in no cluster, and may still register.
    NotRegisteredYet,
    /// An event came before its instance could register. The message is sent again.
    EarlyEvent,
    /// The instance is in no cluster, although other instances of its group are in one.
    NotRegistered,
    /// The instance is registered in no cluster, and neither is any other instance of its group. The hook's own timeout
    /// decides.
    GroupNotInEcs,
    /// EC2 reports that the instance is gone, or ECS has deregistered it.
    Gone,
    /// The agent is disconnected beyond the limit, and Auto Scaling calls the instance unhealthy.
    AgentLost,
    /// Auto Scaling does not hold the instance on a lifecycle hook.
    NotWaiting {
        /// Lifecycle state; none for an instance in no group.
        lifecycle_state: Option<String>,
    },
    /// An old event that nothing confirms.
    OldEvent,
    /// A lifecycle hook that is not configured.
    ForeignHook,
    /// An ABANDON retains the instance, and the operator must terminate it.
    Retained,
    /// The instance is DRAINING, and neither `ebb.drain` nor a trigger says that it drains for ebb.
    ForeignDrain,
    /// Auto Scaling answers for the first time that the instance is InService.
    InServiceAgain,
    /// The group still says so a minute later.
    BackInService,
    /// The Spot warning or rebalance recommendation expired, and the instance was kept.
    WarningExpired,
    /// A rebalance recommendation is noted.
    RebalanceNoted {
        /// True if Capacity Rebalancing replaces the instance.
        capacity_rebalance: bool,
    },
    /// A rebalance recommendation sets the instance DRAINING for a while.
    RebalanceDrains,
    /// The instance drains for a rebalance recommendation, or for a hibernation by EC2.
    RebalanceDraining {
        /// Time at which it becomes ACTIVE again.
        until: Timestamp,
    },
    /// A rebalance recommendation replaces the instance.
    RebalanceReplaces,
    /// Too large a share of the group is leaving already.
    BudgetSpent,
    /// Too large a share of the group is leaving already. Only the message says that this instance must leave, so ebb sends the
    /// message again.
    BudgetAwaited,
    /// A scheduled change is noted.
    ChangeNoted {
        /// `eventTypeCode`.
        code: String,
        /// Start of the change.
        at: Timestamp,
    },
    /// A scheduled change lies further ahead than the time to replace.
    ChangeAhead {
        /// Time of the replacement.
        replace_at: Timestamp,
    },
    /// A scheduled change is near.
    ChangeReplaces,
    /// A launching instance has not registered yet.
    Launching,
    /// A launching instance has registered: ACTIVE, agent connected.
    Joined,
    /// A launching instance goes to the warm pool, where agents do not register.
    LaunchToWarmPool,
    /// A launching instance did not register in time.
    NeverJoined,
    /// AWS did not answer in full.
    Unanswered(Unanswered),
    /// A cluster denies the read, and ebb has never seen the instance in it.
    ClusterDenied {
        /// The call, with the answer of AWS.
        call: String,
    },
    /// A heartbeat of the lifecycle action is due.
    HeartbeatDue,
    /// Nothing about the instance asks for an action.
    NothingToDo,
}

impl Reason {
    /// Codes of all reasons.
    pub const CODES: &[&str] = <Self as strum::VariantNames>::VARIANTS;

    /// Returns true if the operator should read of it: ebb gave the instance up, or leaves it to them.
    pub fn needs_attention(&self) -> bool {
        matches!(
            self,
            Self::GroupNotInEcs
                | Self::Retained
                | Self::AgentLost
                | Self::NeverJoined
                | Self::ClusterDenied { .. }
        )
    }

    /// Returns the code for logs and metrics: the variant's name in kebab-case, for example `tasks-left`.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}

impl Reason {
    /// Returns the sentence of a reason without facts of its own.
    fn fixed_sentence(&self) -> Option<&'static str> {
        Some(match self {
            Self::LifecycleAction => "lifecycle action",
            Self::SpotInterruption => "Spot interruption warning",
            Self::Settling => "looks empty; a second check must prove it",
            Self::DaemonsLeft { .. } => "only daemon tasks left",
            Self::Empty => "empty",
            Self::DaemonGraceExpired => "only daemon tasks left, and their grace has ended",
            Self::NotRegisteredYet => "not registered in a cluster yet",
            Self::EarlyEvent => "not registered in its cluster yet; the message is sent again",
            Self::NotRegistered => "not registered in any cluster",
            Self::GroupNotInEcs => {
                "no instance of its group is registered in a cluster; left to its hook"
            }
            Self::Gone => "already gone",
            Self::AgentLost => "agent disconnected and instance unhealthy",
            Self::OldEvent => "ignored: an old event that nothing confirms",
            Self::ForeignHook => "ignored: the lifecycle hook is not configured",
            Self::Retained => "retained by its group; terminate it by hand",
            Self::ForeignDrain => "it is DRAINING, and ebb.drain does not say that ebb set it",
            Self::InServiceAgain => "in service again; a second check must prove it",
            Self::BackInService => "back in service",
            Self::WarningExpired => "Spot or rebalance warning expired; the instance was kept",
            Self::RebalanceNoted { capacity_rebalance: true } => {
                "rebalance recommendation: Capacity Rebalancing replaces it"
            }
            Self::RebalanceNoted { capacity_rebalance: false } => {
                "rebalance recommendation: Capacity Rebalancing is off, so nothing follows"
            }
            Self::RebalanceDrains | Self::RebalanceReplaces => "rebalance recommendation",
            Self::BudgetSpent => "enough instances of its group are leaving already",
            Self::BudgetAwaited => {
                "enough instances of its group are leaving already; the message is sent again"
            }
            Self::ChangeReplaces => "scheduled change is near",
            Self::Launching => "launching; not registered in its cluster yet",
            Self::Joined => "registered in its cluster",
            Self::LaunchToWarmPool => "launched into the warm pool",
            Self::NeverJoined => "never registered in its cluster",
            Self::HeartbeatDue => "a heartbeat is due",
            Self::NothingToDo => "nothing to do",
            _ => return None,
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CannotDrain { status } => {
                write!(f, "cannot be set to DRAINING: status {status}; will retry")
            }
            Self::TasksLeft(left) => write!(f, "{left}"),
            Self::IgnoredLeft { tasks } => {
                write!(f, "only {} left that policy ignores", count(*tasks, "task"))
            }
            Self::PolicyStops { tasks } => {
                write!(f, "policy stops {}", count(*tasks, "standalone task"))
            }
            Self::DeadlineNear { deadline, tasks } => {
                write!(f, "{} must stop before {deadline}", count(*tasks, "task"))
            }
            Self::DeadlineReached { deadline } => write!(f, "{} reached", deadline.kind),
            Self::NotWaiting { lifecycle_state } => {
                let state = lifecycle_state.as_deref().unwrap_or("in no group");
                write!(f, "Auto Scaling does not hold it: {state}")
            }
            Self::RebalanceDraining { until } => {
                write!(f, "draining until {until}, unless EC2 takes it before")
            }
            Self::ChangeNoted { code, at } => write!(f, "scheduled change {code} at {at}"),
            Self::ChangeAhead { replace_at } => {
                write!(f, "scheduled change; replacement at {replace_at}")
            }
            Self::Unanswered(Unanswered::Busy(call)) => write!(f, "no answer yet: {call}"),
            Self::Unanswered(Unanswered::Denied(call) | Unanswered::ClusterDenied(call)) => {
                write!(f, "not allowed: {call}")
            }
            Self::ClusterDenied { call } => {
                write!(f, "in no cluster that ebb may read; left to its hook's timeout: {call}")
            }
            other => f.write_str(other.fixed_sentence().unwrap_or(other.code())),
        }
    }
}

fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests;
