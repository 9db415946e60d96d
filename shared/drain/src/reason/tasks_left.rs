//! Counts of the tasks that hold an instance.

use std::fmt;

use super::count;
use crate::task::{Owner, Task};

/// Counts of the tasks that hold an instance, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TasksLeft {
    /// `runningTasksCount` + `pendingTasksCount` of ECS, without tasks that are being stopped. Nothing else is known
    /// until the tasks are listed.
    pub counted: u32,
    /// Replica tasks.
    pub replica: usize,
    /// Standalone tasks.
    pub standalone: usize,
    /// Tasks of any kind on their way to STOPPED.
    pub stopping: usize,
    /// Daemon tasks.
    pub daemon: usize,
}

impl TasksLeft {
    /// Counts listed tasks by kind, beside the count of ECS. A stopping task is counted as stopping, whatever its kind.
    pub fn count<'a>(counted: u32, tasks: impl IntoIterator<Item = &'a Task>) -> Self {
        let mut counts = Self { counted, ..Self::default() };
        for task in tasks {
            let count = match &task.owner {
                _ if task.stopping => &mut counts.stopping,
                Owner::Standalone => &mut counts.standalone,
                Owner::Service { .. } if task.is_daemon() => &mut counts.daemon,
                Owner::Service { .. } => &mut counts.replica,
            };
            *count += 1;
        }
        counts
    }

    /// Returns true if the tasks were listed, and not only counted.
    pub fn are_listed(&self) -> bool {
        self.replica + self.standalone + self.stopping + self.daemon > 0
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
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, kind)| format!("{n} {kind}")).collect();
        if known.is_empty() && self.counted == 0 {
            return f.write_str("tasks left that are being stopped");
        }
        if known.is_empty() {
            return write!(f, "{} left", count(self.counted as usize, "task"));
        }
        let total = parts.iter().map(|(n, _)| n).sum::<usize>();
        write!(f, "{} left: {}", count(total, "task"), known.join(", "))
    }
}
