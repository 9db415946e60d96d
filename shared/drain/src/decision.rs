//! Decisions: the questions that are still open, or the actions with their reason.
//!
//! Rule 13. An action that is done twice does no harm.

use std::fmt;

use jiff::Timestamp;

use crate::attribute::DrainAttribute;
use crate::deadline::{Deadline, DeadlineKind};
use crate::mode::Mode;
use crate::note::Note;
use crate::policy::CompletionResult;
use crate::reason::Reason;
use crate::signal::Purpose;

/// The answer of [`crate::decide()`].
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The decision needs the answers to these questions first. Never empty.
    Ask(Vec<Question>),
    /// The decision.
    Decided(Decision),
}

/// An observation that a decision still needs. Each costs an AWS call, or a share of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The container instance and its cluster (ListContainerInstances with a filter, in every cluster).
    ContainerInstance,
    /// The description of the container instance (DescribeContainerInstances).
    ///
    /// Without an answer the whole container instance is unanswered. One that is MISSING counts as INACTIVE.
    Description,
    /// The tasks on the container instance (ListTasks twice, DescribeTasks).
    Tasks,
    /// The tasks on the container instance that have not begun to stop (ListTasks once, DescribeTasks).
    RunningTasks,
    /// True if tasks of services are on the container instance (ListContainerInstances with a filter and a status, once for
    /// each cluster).
    ServiceTasks,
    /// The services of the tasks (DescribeServices). The answer is filled into the tasks.
    Services,
    /// The stop times of the standalone tasks (DescribeTaskDefinition). The answer is filled into the tasks.
    StopTimes,
    /// The stop times of the service tasks (DescribeTaskDefinition). The answer is filled into the tasks.
    ServiceStopTimes,
    /// The cause that keeps the service tasks on the instance (DescribeServices, GetTaskProtection).
    Stuck,
    /// The group of the instance and its lifecycle state (DescribeAutoScalingInstances).
    Member,
    /// The configured hooks of the group (DescribeLifecycleHooks).
    Hooks,
    /// The settings of the group (DescribeAutoScalingGroups).
    Group,
    /// Other instances of the group in the clusters (ListContainerInstances with a filter).
    GroupUsesEcs,
    /// The number of DRAINING instances of the group (ListContainerInstances with a filter and a status).
    GroupDraining,
    /// The starts of the latest launch and termination (DescribeScalingActivities).
    Activities,
}

/// The actions for one instance, and their reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Actions, most urgent first.
    pub actions: Vec<Action>,
    /// Reason of the decision.
    pub reason: Reason,
    /// Facts that the operator may want to know beside the reason.
    pub notes: Vec<Note>,
    /// Time at which waiting ends, as far as it is known.
    pub deadline: Option<Deadline>,
}

impl Decision {
    /// Creates a decision without any action.
    pub fn nothing(reason: Reason) -> Self {
        Self { actions: Vec::new(), reason, notes: Vec::new(), deadline: None }
    }

    /// Creates a decision with one action.
    pub fn one(action: Action, reason: Reason) -> Self {
        Self { actions: vec![action], ..Self::nothing(reason) }
    }

    /// Returns the time at which EC2 takes the instance, if the wait ends with that.
    pub fn spot_deadline(&self) -> Option<Timestamp> {
        let spot = self.deadline.filter(|it| it.kind == DeadlineKind::SpotInterruption);
        spot.map(|deadline| deadline.at)
    }

    /// Returns true if an action ends the drain: the lifecycle action is completed, or the instance is ACTIVE again.
    pub fn ends_the_drain(&self) -> bool {
        let ends = |action: &Action| matches!(action, Action::Complete { .. } | Action::Activate);
        self.actions.iter().any(ends)
    }
}

impl fmt::Display for Decision {
    /// Writes `heartbeat: 2 tasks left: 1 replica, 1 standalone`, without ebb's own notes and rechecks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let visible = self.actions.iter().filter(|action| action.is_visible());
        let actions: Vec<String> = visible.map(Action::to_string).collect();
        if !actions.is_empty() {
            write!(f, "{}: ", actions.join(", "))?;
        }
        write!(f, "{}", self.reason)
    }
}

/// One step of a decision. Every action is harmless when done twice.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Sets the container instance to DRAINING.
    Drain,
    /// Completes the lifecycle action.
    Complete {
        /// Name of the group.
        group: String,
        /// Name of the hook.
        hook: String,
        /// `CONTINUE` or `ABANDON`.
        result: CompletionResult,
    },
    /// Stops a task gracefully.
    StopTask {
        /// ARN of the task.
        task: String,
    },
    /// Keeps the lifecycle action alive.
    Heartbeat {
        /// Name of the group.
        group: String,
        /// Name of the hook.
        hook: String,
    },
    /// Terminates the instance in its group, without a decrement (TerminateInstanceInAutoScalingGroup).
    Replace,
    /// Sets the container instance to ACTIVE, and removes the attribute `ebb.drain`.
    Activate,
    /// Writes the attribute `ebb.drain`. A default value removes it.
    Remember(DrainAttribute),
    /// Sends a delayed message that makes ebb check the instance again.
    Recheck {
        /// Time of the check.
        at: Timestamp,
        /// Purpose of the check.
        purpose: Purpose,
    },
    /// Sends a delayed message that stops tasks before a Spot interruption.
    PlanStops {
        /// Time of the stops.
        at: Timestamp,
        /// Time at which EC2 takes the instance.
        deadline: Timestamp,
        /// ARNs of the tasks to stop, standalone tasks first.
        tasks: Vec<String>,
        /// Number of standalone tasks among them.
        standalone: usize,
    },
}

impl Action {
    /// Returns true if the action only keeps a lifecycle action alive, now or by a recheck.
    pub fn keeps_alive(&self) -> bool {
        matches!(self, Self::Heartbeat { .. } | Self::Recheck { purpose: Purpose::Heartbeat, .. })
    }

    /// Returns true if ebb performs the action in this mode.
    pub fn is_performed_in(&self, mode: Mode) -> bool {
        match mode {
            Mode::Act => true,
            Mode::Observe => false,
            Mode::Hold => self.keeps_alive(),
        }
    }

    /// Returns true if the action changes more than ebb's own attribute and messages.
    pub fn is_visible(&self) -> bool {
        !matches!(self, Self::Remember(_) | Self::Recheck { .. } | Self::PlanStops { .. })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drain => f.write_str("drain"),
            Self::Complete { result, .. } => write!(f, "complete with {}", result.as_str()),
            Self::StopTask { task } => {
                write!(f, "stop {}", task.rsplit('/').next().unwrap_or(task))
            }
            Self::Heartbeat { .. } => f.write_str("heartbeat"),
            Self::Replace => f.write_str("replace"),
            Self::Activate => f.write_str("set to ACTIVE"),
            Self::Remember(_) => f.write_str("write ebb.drain"),
            Self::Recheck { .. } => f.write_str("recheck"),
            Self::PlanStops { tasks, .. } => write!(f, "plan {} stops", tasks.len()),
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
    fn decision_reads_as_its_actions_and_its_reason() {
        let task = "arn:aws:ecs:eu-west-1:111122223333:task/web/import".to_owned();
        let actions = vec![Action::StopTask { task }, heartbeat()];

        let decision = Decision { actions, ..Decision::nothing(Reason::HeartbeatDue) };

        assert_eq!(decision.to_string(), "stop import, heartbeat: a heartbeat is due");
    }

    #[test]
    fn heartbeat_and_its_recheck_keep_alive_and_no_other_action_does() {
        let recheck = |purpose| Action::Recheck { at: Timestamp::UNIX_EPOCH, purpose };

        assert!(heartbeat().keeps_alive());
        assert!(recheck(Purpose::Heartbeat).keeps_alive());
        assert!(!recheck(Purpose::Settle).keeps_alive());
        assert!(!Action::Drain.keeps_alive());
    }

    #[test]
    fn mode_performs_every_action_or_none_or_those_that_keep_alive() {
        let performed =
            |mode| [Action::Drain.is_performed_in(mode), heartbeat().is_performed_in(mode)];

        assert_eq!(performed(Mode::Act), [true, true]);
        assert_eq!(performed(Mode::Observe), [false, false]);
        assert_eq!(performed(Mode::Hold), [false, true]);
    }

    #[test]
    fn own_attribute_and_recheck_are_not_displayed() {
        let recheck = Action::Recheck { at: Timestamp::UNIX_EPOCH, purpose: Purpose::Settle };
        let remember = Action::Remember(DrainAttribute::default());

        let both = Decision {
            actions: vec![remember.clone(), heartbeat(), recheck],
            ..Decision::nothing(Reason::Settling)
        };

        assert_eq!(both.to_string(), "heartbeat: looks empty; a second check must prove it");
        assert_eq!(Decision::one(remember, Reason::Empty).to_string(), "empty");
    }
}
