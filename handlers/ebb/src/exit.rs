//! How a command ended, by class.

use std::process::ExitCode;

/// The exit code of `ebb`. Of several replays the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: nothing was lost.
    NothingLost,
    /// 1: a task was killed, or AWS ended a lifecycle action itself.
    Lost,
    /// 2: a mistake in the command line or in a file.
    Usage,
    /// 3: an invariant broke, or the simulated AWS does not know what it was asked.
    Broken,
}

impl Exit {
    /// As the shell sees it.
    pub fn code(self) -> u8 {
        match self {
            Self::NothingLost => 0,
            Self::Lost => 1,
            Self::Usage => 2,
            Self::Broken => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
