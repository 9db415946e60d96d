//! The log fields and targets of ebb's decisions. No other file of this crate names them.

use super::log_line::{LineKind, LogLine};

/// Target prefixes of ebb's own lines. The SDK's lines are not part of a replay.
const OWN_TARGETS: [&str; 2] = ["ebb", "aws::"];

/// Returns true if a line with this target is ebb's own.
pub(super) fn is_own_target(target: &str) -> bool {
    OWN_TARGETS.iter().any(|prefix| target.starts_with(prefix))
}

impl LogLine {
    /// Returns the kind of the line.
    pub fn kind(&self) -> LineKind {
        match self.target.as_str() {
            "ebb::decision" => LineKind::Decision,
            "ebb::note" => LineKind::Note,
            "ebb::task" => LineKind::TaskEnd,
            _ => LineKind::Other,
        }
    }

    /// Returns the EC2 instance that the line is about.
    pub fn ec2_instance(&self) -> Option<&str> {
        self.field("ec2_instance")
    }

    /// Returns the code of a decision's reason, such as `tasks-left`.
    pub fn reason_code(&self) -> Option<&str> {
        self.field("why")
    }

    /// Returns a decision's reason as a sentence.
    pub fn reason_sentence(&self) -> Option<&str> {
        self.field("reason")
    }

    /// Returns the actions of a decision, or `None` if it has none.
    pub fn actions(&self) -> Option<&str> {
        self.field("actions").filter(|actions| !actions.is_empty())
    }
}
