//! Progress: the numbers of one look, for a bar, a table and a sentence.

use std::fmt;

use crate::gap::StabilityGap;
use crate::kind::OperationKind;

/// Numbers of one look at an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationProgress {
    /// Kind of the operation.
    pub kind: OperationKind,
    /// Number of tasks that the operation replaces or stops, counted at its start.
    pub total: u32,
    /// Number of these tasks that have not ended.
    pub left: u32,
    /// `desiredCount` at the start of the operation.
    pub original_desired_count: Option<u32>,
    /// `desiredCount` now.
    pub desired_count: u32,
    /// Number of running tasks that are healthy.
    pub healthy: u32,
    /// Number of tasks that ECS starts.
    pub starting: u32,
    /// Number of tasks on their way out.
    pub stopping: u32,
    /// Gaps that the operation waits for.
    pub waiting_for: Vec<StabilityGap>,
}

impl OperationProgress {
    /// Returns the number of tasks that have been replaced or stopped.
    pub fn completed(&self) -> u32 {
        self.total.saturating_sub(self.left)
    }
}

impl fmt::Display for OperationProgress {
    /// Writes `2 of 3 tasks replaced, waiting for 1 task to stop`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == OperationKind::Resume {
            let count = self.original_desired_count.unwrap_or_default();
            write!(f, "{} of {count} tasks healthy", self.healthy)?;
            return self.waiting_for.first().map_or(Ok(()), |gap| write!(f, ", waiting for {gap}"));
        }
        let noun = if self.total == 1 { "task" } else { "tasks" };
        let verb = if self.kind == OperationKind::Shutdown { "stopped" } else { "replaced" };
        write!(f, "{} of {} {noun} {verb}", self.completed(), self.total)?;
        if let Some(first) = self.waiting_for.first() {
            write!(f, ", waiting for {first}")?;
        }
        Ok(())
    }
}
