//! Why something was decided: a variant for every outcome.

use std::fmt;

use jiff::Timestamp;

use crate::observation::Unanswered;

/// Why a decision was made. Its name in logs and metrics is its variant's, with dashes: `tasks-left`.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    /// A lifecycle action, or a Spot notice, takes an instance that is not DRAINING yet.
    StillActive,
    /// It cannot be set DRAINING in this status.
    CannotDrain {
        /// The status, e.g. `REGISTERING`.
        status: String,
    },
    /// Tasks that are waited for are on it.
    TasksLeft(TasksLeft),
    /// It looks empty and is looked at once more after the settle time.
    Settling,
    /// Only daemon tasks are left.
    DaemonsLeft {
        /// When their grace is over.
        until: Timestamp,
    },
    /// Only tasks are left that policy ignores; they are being stopped.
    IgnoredLeft {
        /// How many.
        tasks: usize,
    },
    /// Standalone tasks are stopped because policy says so.
    PolicyStops {
        /// How many.
        tasks: usize,
    },
    /// Standalone tasks are stopped in time before a deadline.
    DeadlineNear {
        /// The deadline.
        deadline: Deadline,
        /// How many tasks.
        tasks: usize,
    },
    /// No task is left.
    Empty,
    /// Only daemon tasks are left, and their grace is over.
    DaemonGraceOver,
    /// The deadline has come.
    DeadlineReached {
        /// The deadline.
        deadline: Deadline,
    },
    /// No cluster knows it, and it may still join.
    NotInClusterYet,
    /// It may still join its cluster, or waits on a launch hook; what was told of it stands in its message alone, which is to come
    /// again.
    ToldTooEarly,
    /// No cluster knows it, and others of its group are in one.
    NotInCluster,
    /// No cluster knows it, nor any other instance of its group.
    NotOursToJudge,
    /// EC2 said that it is gone, or ECS has deregistered it.
    Gone,
    /// Its agent is away beyond the limit, and Auto Scaling calls it unhealthy.
    AgentLost,
    /// Auto Scaling does not hold it (any more).
    NotWaiting {
        /// Its lifecycle state, or none where it is in no group.
        lifecycle_state: Option<String>,
    },
    /// An event of the past that nothing confirms.
    OldEvent,
    /// A lifecycle action without our hook.
    HookNotOurs,
    /// An ABANDON keeps it; a human must terminate it.
    Retained,
    /// It is DRAINING, and nothing says that it is for us.
    SomebodyElsesDrain,
    /// Its group says that it is InService, for the first time.
    InServiceAgain,
    /// Its group says so a minute later still.
    BackInService,
    /// Nothing came after the rebalance recommendation, or the Spot notice, that it drained for.
    DrainOver,
    /// A rebalance recommendation, noted.
    RebalanceNoted {
        /// Whether Capacity Rebalancing replaces the instance.
        capacity_rebalance: bool,
    },
    /// A rebalance recommendation sets it DRAINING for a while.
    RebalanceDrains,
    /// It drains because of a rebalance recommendation, or because EC2 hibernates it.
    RebalanceDraining {
        /// When it is ACTIVE again.
        until: Timestamp,
    },
    /// A rebalance recommendation has it replaced.
    RebalanceReplaces,
    /// Too large a share of its group is on its way out already.
    BudgetSpent,
    /// A scheduled change, noted.
    ChangeNoted {
        /// Its code.
        code: String,
        /// When it begins.
        at: Timestamp,
    },
    /// A scheduled change lies further ahead than the time to replace.
    ChangeAhead {
        /// When the instance is replaced.
        replace_at: Timestamp,
    },
    /// A scheduled change is near.
    ChangeReplaces,
    /// A launching instance has not joined yet.
    LaunchWaiting,
    /// A launching instance has joined: ACTIVE, agent connected.
    LaunchJoined,
    /// A launching instance goes to the warm pool, where agents do not register.
    LaunchToWarmPool,
    /// A launching instance did not join in time.
    LaunchNeverJoined,
    /// AWS did not answer in full.
    Unanswered(Unanswered),
    /// A moment has come at which the lifecycle action is kept alive.
    HeartbeatDue,
    /// Nothing about it asks for anything.
    NothingToDo,
}

/// The tasks that are waited for, by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TasksLeft {
    /// As ECS counts them, which leaves out those that are being stopped; only this is known as long as
    /// nobody looked at the tasks.
    pub counted: u32,
    /// Replica tasks.
    pub replica: usize,
    /// Standalone tasks.
    pub standalone: usize,
    /// Tasks on their way to STOPPED, whatever they are.
    pub stopping: usize,
    /// Daemon tasks.
    pub daemon: usize,
}

/// A moment at which waiting ends, and what sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub at: Timestamp,
    /// What sets it.
    pub of: DeadlineOf,
}

/// What sets a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadlineOf {
    /// The drain timeout.
    DrainTimeout,
    /// The hook's global timeout, less what ebb ends earlier than AWS would.
    GlobalTimeout,
    /// The end of the Spot notice.
    SpotInterruption,
}

impl Reason {
    /// The names of all reasons.
    pub const NAMES: &[&str] = <Self as strum::VariantNames>::VARIANTS;

    /// Whether somebody should be told of it beyond the log: ebb leaves the instance to a human, or gave up on it.
    pub fn is_an_alarm(&self) -> bool {
        matches!(
            self,
            Self::NotOursToJudge | Self::Retained | Self::AgentLost | Self::LaunchNeverJoined
        )
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.into()
    }
}

impl TasksLeft {
    /// Whether somebody looked at the tasks, rather than at their count.
    pub fn looked_at(&self) -> bool {
        self.replica + self.standalone + self.stopping + self.daemon > 0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StillActive => f.write_str("still active"),
            Self::CannotDrain { status } => write!(f, "cannot be set draining while {status}"),
            Self::TasksLeft(left) => write!(f, "{left}"),
            Self::Settling => f.write_str("looks empty, looking once more"),
            Self::DaemonsLeft { .. } => f.write_str("only daemon tasks left"),
            Self::IgnoredLeft { tasks } => {
                write!(f, "only {} left that policy ignores", count(*tasks, "task"))
            }
            Self::PolicyStops { tasks } => {
                write!(f, "policy stops {}", count(*tasks, "standalone task"))
            }
            Self::DeadlineNear { deadline, tasks } => {
                write!(f, "{} must stop before {deadline}", count(*tasks, "standalone task"))
            }
            Self::Empty => f.write_str("empty"),
            Self::DaemonGraceOver => f.write_str("only daemon tasks left, their grace is over"),
            Self::DeadlineReached { deadline } => write!(f, "{} reached", deadline.of),
            Self::NotInClusterYet => f.write_str("in no cluster yet"),
            Self::ToldTooEarly => f.write_str("told before it has joined its cluster"),
            Self::NotInCluster => f.write_str("in no cluster"),
            Self::NotOursToJudge => {
                f.write_str("in no cluster, like its whole group: not ours to judge")
            }
            Self::Gone => f.write_str("gone already"),
            Self::AgentLost => f.write_str("agent lost, instance unhealthy"),
            Self::NotWaiting { lifecycle_state: Some(state) } => write!(f, "not waiting: {state}"),
            Self::NotWaiting { lifecycle_state: None } => f.write_str("not waiting: in no group"),
            Self::OldEvent => f.write_str("an old event, confirmed by nothing"),
            Self::HookNotOurs => f.write_str("not our hook"),
            Self::Retained => f.write_str("retained by its group: terminate it by hand"),
            Self::SomebodyElsesDrain => f.write_str("somebody else's drain"),
            Self::InServiceAgain => f.write_str("in service again, looking once more"),
            Self::BackInService => f.write_str("back in service"),
            Self::DrainOver => f.write_str("nothing came of the notice"),
            Self::RebalanceNoted { capacity_rebalance: true } => {
                f.write_str("rebalance recommendation: Capacity Rebalancing replaces it")
            }
            Self::RebalanceNoted { capacity_rebalance: false } => f.write_str(
                "rebalance recommendation: Capacity Rebalancing is off, nothing will follow",
            ),
            Self::RebalanceDrains => f.write_str("rebalance recommendation"),
            Self::RebalanceDraining { until } => {
                write!(f, "draining until {until}, if nothing else comes of the notice")
            }
            Self::RebalanceReplaces => f.write_str("rebalance recommendation"),
            Self::BudgetSpent => f.write_str("enough of its group is on its way out already"),
            Self::ChangeNoted { code, at } => write!(f, "{code} at {at}"),
            Self::ChangeAhead { replace_at } => {
                write!(f, "scheduled change, to be replaced at {replace_at}")
            }
            Self::ChangeReplaces => f.write_str("scheduled change is near"),
            Self::LaunchWaiting => f.write_str("has not joined its cluster yet"),
            Self::LaunchJoined => f.write_str("joined its cluster"),
            Self::LaunchToWarmPool => f.write_str("launched into the warm pool"),
            Self::LaunchNeverJoined => f.write_str("never joined its cluster"),
            Self::Unanswered(Unanswered::Busy(what)) => write!(f, "no answer yet: {what}"),
            Self::Unanswered(Unanswered::Denied(what)) => write!(f, "not allowed: {what}"),
            Self::HeartbeatDue => f.write_str("a heartbeat is due"),
            Self::NothingToDo => f.write_str("nothing to do"),
        }
    }
}

impl fmt::Display for TasksLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.replica, "replica"),
            (self.standalone, "standalone"),
            (self.stopping, "stopping"),
            (self.daemon, "daemon"),
        ];
        let known: Vec<_> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if known.is_empty() {
            return write!(f, "{} left", count(self.counted as usize, "task"));
        }
        let total = parts.iter().map(|(n, _)| n).sum::<usize>();
        write!(f, "{} left: {}", count(total, "task"), known.join(", "))
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} at {}", self.of, self.at)
    }
}

impl fmt::Display for DeadlineOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DrainTimeout => "drain timeout",
            Self::GlobalTimeout => "hook's global timeout",
            Self::SpotInterruption => "Spot interruption",
        })
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

#[cfg(test)]
mod tests;
