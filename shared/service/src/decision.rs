//! Decisions: the next actions of an operation, with the reason, the progress and the outcome.
//!
//! Actions are data. Every action may be done twice without harm; ForceNewDeployment has its own guard. The caller performs
//! them in their order, and stops at the first that fails. Then it looks again: at once, or at the time of a `Wait`.
//!
//! Several processes may take one operation further. So the caller performs no action later than
//! [`DECISION_HOLDS`](crate::limits::DECISION_HOLDS) after its look, and looks again instead.

use std::fmt;

use jiff::Timestamp;

use crate::memory::OperationMemory;
use crate::moment::whole_seconds;
use crate::note::OperationNote;
use crate::observation::SuspendedScaling;
use crate::outcome::OperationOutcome;
use crate::progress::OperationProgress;
use crate::reason::OperationReason;
use crate::record::OperationRecord;
use crate::state::OperationState;

/// The answer of [`crate::decide()`].
#[derive(Debug, Clone, PartialEq)]
pub struct OperationDecision {
    /// Actions, in the order in which the caller performs them.
    pub actions: Vec<OperationAction>,
    /// Reason of the decision.
    pub reason: OperationReason,
    /// Progress of the operation. None before the record exists, and for a refusal.
    pub progress: Option<OperationProgress>,
    /// Outcome. It holds once every action has succeeded.
    pub outcome: OperationOutcome,
    /// Facts that the operator may want to know beside the reason.
    pub notes: Vec<OperationNote>,
    /// Memory for the next look, if every action succeeds.
    pub memory: OperationMemory,
}

impl OperationDecision {
    /// Returns the time of the next look, if the caller has to wait for it.
    pub fn wait_until(&self) -> Option<Timestamp> {
        self.actions.iter().rev().find_map(|action| match action {
            OperationAction::Wait { until } => Some(*until),
            _ => None,
        })
    }

    /// Returns true if an action writes to AWS.
    pub fn writes(&self) -> bool {
        self.actions.iter().any(|action| !matches!(action, OperationAction::Wait { .. }))
    }
}

/// One step of a decision.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a decision has few actions")]
pub enum OperationAction {
    /// Creates the parameter `before` (PutParameter, Overwrite=false).
    ///
    /// If it exists already, another process was faster: the caller looks again with the same intent.
    CreateRecord(Box<OperationRecord>),
    /// Writes the parameter `state` (PutParameter, Overwrite=true).
    SaveState(OperationState),
    /// Suspends all scaling, and sets bounds between which the desired count stays during the whole operation.
    ///
    /// One RegisterScalableTarget with bounds and all three flags. The call moves a desired count outside the bounds (K#3).
    SuspendScaling {
        /// `MinCapacity`.
        min: u32,
        /// `MaxCapacity`.
        max: u32,
    },
    /// Restores bounds and flags. One RegisterScalableTarget with bounds and all three flags.
    RestoreScaling {
        /// `MinCapacity`.
        min: u32,
        /// `MaxCapacity`.
        max: u32,
        /// `SuspendedState`.
        suspended: SuspendedScaling,
    },
    /// Protects tasks from scale-in (UpdateTaskProtection).
    ProtectTasks {
        /// ARNs of the tasks, at most [`crate::limits::TASKS_PER_PROTECTION_CALL`].
        tasks: Vec<String>,
        /// `expiresInMinutes`.
        minutes: u32,
    },
    /// Ends the protection of tasks (UpdateTaskProtection).
    UnprotectTasks {
        /// ARNs of the tasks, at most [`crate::limits::TASKS_PER_PROTECTION_CALL`].
        tasks: Vec<String>,
    },
    /// Sets the desired count, and nothing else (UpdateService).
    SetDesiredCount {
        /// `desiredCount`.
        count: u32,
    },
    /// Stops a task.
    StopTask {
        /// ARN of the task.
        task: String,
        /// `reason`, at most 1 024 characters.
        reason: String,
    },
    /// Forces a new deployment (UpdateService). Two of them make two deployments.
    ForceNewDeployment,
    /// Deletes the parameter `before`. The operation has ended. A missing parameter is a success.
    DeleteRecord,
    /// Deletes the parameter `state`. A missing parameter is a success.
    DeleteState,
    /// Looks again at this time, or earlier if an event comes. Always the last action.
    Wait {
        /// Time of the next look.
        until: Timestamp,
    },
}

impl OperationAction {
    /// Returns true if ECS needs a moment until it shows the change.
    pub fn changes_service(&self) -> bool {
        matches!(
            self,
            Self::SetDesiredCount { .. } | Self::StopTask { .. } | Self::ForceNewDeployment
        )
    }
}

impl fmt::Display for OperationAction {
    /// Writes a line of a plan, for example `set the desired count to 4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
        let ids =
            |tasks: &[String]| tasks.iter().map(|task| id(task)).collect::<Vec<_>>().join(", ");
        match self {
            Self::CreateRecord(_) => f.write_str("create the record"),
            Self::SaveState(_) => f.write_str("write the state"),
            Self::SuspendScaling { min, max } => {
                write!(f, "suspend scaling, with bounds {min} to {max}")
            }
            Self::RestoreScaling { min, max, suspended } => {
                let suspended = if *suspended == SuspendedScaling::default() {
                    "active"
                } else {
                    "suspended in part"
                };
                write!(f, "restore scaling: bounds {min} to {max}, {suspended}")
            }
            Self::ProtectTasks { tasks, minutes } => {
                write!(f, "protect {} for {minutes} minutes", ids(tasks))
            }
            Self::UnprotectTasks { tasks } => write!(f, "end the protection of {}", ids(tasks)),
            Self::SetDesiredCount { count } => write!(f, "set the desired count to {count}"),
            Self::StopTask { task, .. } => write!(f, "stop {}", id(task)),
            Self::ForceNewDeployment => f.write_str("force a new deployment"),
            Self::DeleteRecord => f.write_str("delete the record"),
            Self::DeleteState => f.write_str("delete the state"),
            Self::Wait { until } => write!(f, "wait until {}", whole_seconds(*until)),
        }
    }
}
