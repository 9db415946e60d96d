//! Exit codes of `ebb`.

use std::process::ExitCode;

use replay::{Replay, ReplayError, Responder, Run};

/// Exit code of `ebb`. After several replays the greatest code counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: nothing was lost.
    NothingLost,
    /// 1: a task was killed, a request failed, AWS ended a lifecycle action by a timeout, or a service ended below its
    /// desired count.
    Lost,
    /// 1: an operation on a service failed, timed out or was cancelled.
    Unsuccessful,
    /// 2: a mistake in the command line or in a file, or output that cannot be written.
    Usage,
    /// 3: an invariant broke, or the simulated AWS got a request that it does not know.
    Broken,
    /// 130: Ctrl-C or SIGTERM interrupted an operation on a service.
    Interrupted,
}

impl Exit {
    /// Returns the code that the shell gets.
    pub fn code(self) -> u8 {
        match self {
            Self::NothingLost => 0,
            Self::Lost | Self::Unsuccessful => 1,
            Self::Usage => 2,
            Self::Broken => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<&ReplayError> for Exit {
    fn from(error: &ReplayError) -> Self {
        match error {
            ReplayError::Unreadable { .. }
            | ReplayError::Mistake { .. }
            | ReplayError::Scenario { .. }
            | ReplayError::Environment { .. } => Self::Usage,
            ReplayError::Deployment(_) | ReplayError::Fatal(_) | ReplayError::Runtime(_) => {
                Self::Broken
            }
        }
    }
}

impl From<&Run> for Exit {
    fn from(run: &Run) -> Self {
        match (run.broken.is_empty(), run.lost.is_empty()) {
            (false, _) => Self::Broken,
            (true, true) => Self::NothingLost,
            (true, false) => Self::Lost,
        }
    }
}

/// Converts a replay into the exit code of ebb's run, or into the greatest of all runs if ebb is not among the
/// responders. A mistake in a recording counts too.
impl From<&Replay> for Exit {
    fn from(replay: &Replay) -> Self {
        let ebb = replay.runs.iter().find(|run| run.responder == Responder::Ebb);
        let runs = match ebb {
            Some(run) => Self::from(run),
            None => replay.runs.iter().map(Self::from).max().unwrap_or(Self::NothingLost),
        };
        if replay.mistakes.is_empty() { runs } else { runs.max(Self::Usage) }
    }
}
