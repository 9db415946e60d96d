//! Counts of losses: the work and the requests that a run lost.

use sim::account::Summary;

/// Work and requests that a run lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// Replica tasks that were killed.
    pub replica_tasks: usize,
    /// Daemon tasks that were killed.
    pub daemon_tasks: usize,
    /// Standalone tasks that were killed.
    pub standalone_tasks: usize,
    /// Lifecycle actions that AWS ended by a timeout.
    pub timed_out_actions: usize,
    /// Requests that failed.
    pub failed_requests: u64,
}

impl Losses {
    /// Returns true if nothing was lost.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the number of killed tasks and timed out actions. Daemon tasks are left out, because their work ends
    /// with their host.
    pub fn work(&self) -> usize {
        self.replica_tasks + self.standalone_tasks + self.timed_out_actions
    }
}

impl From<&Summary> for Losses {
    fn from(summary: &Summary) -> Self {
        Self {
            replica_tasks: summary.tasks_killed.replica,
            daemon_tasks: summary.tasks_killed.daemon,
            standalone_tasks: summary.tasks_killed.standalone,
            timed_out_actions: summary.lifecycle_actions.timed_out,
            failed_requests: summary.requests_failed.unwrap_or(0),
        }
    }
}
