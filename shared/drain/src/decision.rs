//! What comes out: questions that are still open, or actions with their reason.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::DrainAttribute;
use crate::note::Note;
use crate::policy::CompletionResult;
use crate::reason::Reason;
use crate::signal::Purpose;

/// What `decide` returns.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It cannot be decided before these questions are answered. Never empty.
    Ask(Vec<Question>),
    /// It is decided.
    Decided(Decision),
}

/// A question that costs an AWS call, or a share of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Which container instance is it, in which cluster? (ListContainerInstances with a filter, every cluster.)
    ContainerInstance,
    /// What does ECS say of the container instance? (DescribeContainerInstances.) Without an answer the whole container
    /// instance is unanswered; one that ECS calls MISSING is described as INACTIVE.
    Description,
    /// Which tasks are on it? (ListTasks twice, DescribeTasks.)
    Tasks,
    /// What are the services whose tasks are on it? (DescribeServices.) The answer is filled into the tasks, and
    /// `services` says that there was one.
    Services,
    /// How long may its standalone tasks take to stop? (DescribeTaskDefinition.) The answer is filled into the tasks,
    /// and `stop_times` says that there was one.
    StopTimes,
    /// Which group is it in, in which lifecycle state? (DescribeAutoScalingInstances.)
    Member,
    /// Which hooks of ours has its group? (DescribeLifecycleHooks.)
    Hooks,
    /// What are its group's settings? (DescribeAutoScalingGroups.)
    Group,
    /// Does its group have other instances in our clusters? (ListContainerInstances with a filter.)
    GroupUsesEcs,
    /// How many instances of its group are DRAINING? (ListContainerInstances with a filter and a status.)
    GroupDraining,
    /// When was it launched, and its termination begun? (DescribeScalingActivities.)
    Activities,
}

/// What to do about one instance, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What to do, most urgent first.
    pub actions: Vec<Action>,
    /// Why.
    pub reason: Reason,
    /// What else is worth telling.
    pub notes: Vec<Note>,
}

impl Decision {
    /// Nothing to do, for this reason.
    pub fn nothing(reason: Reason) -> Self {
        Self { actions: Vec::new(), reason, notes: Vec::new() }
    }

    /// One thing to do, for this reason.
    pub fn one(action: Action, reason: Reason) -> Self {
        Self { actions: vec![action], ..Self::nothing(reason) }
    }
}

impl fmt::Display for Decision {
    /// `heartbeat: 2 tasks left: 1 replica, 1 standalone`. What ebb only writes down for itself is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, action) in
            self.actions.iter().filter(|action| action.touches_the_world()).enumerate()
        {
            let separator = if n == 0 { "" } else { ", " };
            write!(f, "{separator}{action}")?;
        }
        if self.actions.iter().any(Action::touches_the_world) {
            f.write_str(": ")?;
        }
        write!(f, "{}", self.reason)
    }
}

/// One thing to do. Every action may be done twice without harm.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Set the container instance DRAINING.
    Drain,
    /// End the lifecycle action.
    Complete {
        /// The group.
        group: String,
        /// The hook.
        hook: String,
        /// `CONTINUE` or `ABANDON`.
        result: CompletionResult,
    },
    /// Stop a task gracefully.
    StopTask {
        /// The task's ARN.
        task: String,
    },
    /// Keep the lifecycle action alive.
    Heartbeat {
        /// The group.
        group: String,
        /// The hook.
        hook: String,
    },
    /// Have the instance replaced by its group (TerminateInstanceInAutoScalingGroup without decrement).
    Replace,
    /// Set the container instance ACTIVE, and forget the drain.
    Activate,
    /// Write this on the container instance; the default, which says nothing, is taken off it.
    Remember(DrainAttribute),
    /// Look again, by a delayed message of our own.
    LookAgain {
        /// When.
        at: Timestamp,
        /// What for.
        purpose: Purpose,
    },
}

impl Action {
    /// The longest delay of a message: a look that lies further ahead is the sweep's business (API reference,
    /// SendMessage: DelaySeconds is 900 at most).
    pub const LOOK_AHEAD: Duration = Duration::from_secs(900);

    /// Whether it does no more than keep a lifecycle action alive, now or at a look of its own.
    pub fn keeps_alive(&self) -> bool {
        matches!(self, Self::Heartbeat { .. } | Self::LookAgain { purpose: Purpose::Heartbeat, .. })
    }

    /// Whether it changes anything but what ebb remembers and when it looks.
    pub fn touches_the_world(&self) -> bool {
        !matches!(self, Self::Remember(_) | Self::LookAgain { .. })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drain => f.write_str("drain"),
            Self::Complete { result, .. } => f.write_str(match result {
                CompletionResult::Continue => "continue",
                CompletionResult::Abandon => "abandon",
            }),
            Self::StopTask { task } => {
                write!(f, "stop {}", task.rsplit('/').next().unwrap_or(task))
            }
            Self::Heartbeat { .. } => f.write_str("heartbeat"),
            Self::Replace => f.write_str("replace"),
            Self::Activate => f.write_str("set active"),
            Self::Remember(_) => f.write_str("remember"),
            Self::LookAgain { .. } => f.write_str("look again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat() -> Action {
        Action::Heartbeat { group: "web".to_owned(), hook: "ebb".to_owned() }
    }

    #[test]
    fn a_decision_reads_as_what_is_done_and_why() {
        let task = "arn:aws:ecs:eu-west-1:111122223333:task/web/import".to_owned();
        let actions = vec![Action::StopTask { task }, heartbeat()];

        let decision = Decision { actions, ..Decision::nothing(Reason::HeartbeatDue) };

        assert_eq!(decision.to_string(), "stop import, heartbeat: a heartbeat is due");
    }

    #[test]
    fn a_heartbeat_and_a_look_for_one_keep_alive_and_nothing_else_does() {
        let look = |purpose| Action::LookAgain { at: Timestamp::UNIX_EPOCH, purpose };

        assert!(heartbeat().keeps_alive());
        assert!(look(Purpose::Heartbeat).keeps_alive());
        assert!(!look(Purpose::Settle).keeps_alive());
        assert!(!Action::Drain.keeps_alive());
    }

    #[test]
    fn what_ebb_only_writes_down_for_itself_is_not_read() {
        let look = Action::LookAgain { at: Timestamp::UNIX_EPOCH, purpose: Purpose::Settle };
        let remember = Action::Remember(DrainAttribute::default());

        let both = Decision {
            actions: vec![remember.clone(), heartbeat(), look],
            ..Decision::nothing(Reason::Settling)
        };

        assert_eq!(both.to_string(), "heartbeat: looks empty, looking once more");
        assert_eq!(Decision::one(remember, Reason::Empty).to_string(), "empty");
    }
}
