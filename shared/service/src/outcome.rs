//! Outcomes of operations, and their exit codes.

use serde::{Deserialize, Serialize};

/// Outcome of an operation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum OperationOutcome {
    /// The operation did all of its work, and restored what it had changed.
    Done,
    /// There was nothing to do, and nothing was changed.
    NothingToDo,
    /// The operation was refused, or stopped by an error. What it had changed is restored.
    Failed,
    /// The deadline came first. What the operation had changed is restored.
    TimedOut,
    /// The operator cancelled the operation. What it had changed is restored.
    Cancelled,
    /// The process was interrupted. The record is left, and another process can take the operation up.
    Interrupted,
    /// The operation goes on.
    Open,
}

impl OperationOutcome {
    /// Returns the name in JSON and logs, for example `timed-out`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the exit code of a command: 0, 1, or 130 after an interruption.
    ///
    /// A command never ends with `Open`, unless it handed the operation over. Then its own work is done.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Done | Self::NothingToDo | Self::Open => 0,
            Self::Failed | Self::TimedOut | Self::Cancelled => 1,
            Self::Interrupted => 130,
        }
    }

    /// Returns true unless the operation goes on.
    pub fn is_final(self) -> bool {
        self != Self::Open
    }
}
