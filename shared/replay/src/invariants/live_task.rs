//! A task on an instance, at one step of a run.

use std::time::Duration;

use sim::history::{TaskKind, TaskRef};

/// Task that is not STOPPED.
#[derive(Debug, Clone)]
pub(super) struct LiveTask {
    pub(super) kind: TaskKind,
    /// Name of the service, or family of a standalone task.
    pub(super) name: String,
    /// True if it is on its way to STOPPED.
    pub(super) stopping: bool,
    /// Time of the first StopTask.
    pub(super) stop_asked: Option<Duration>,
    /// Time of its start.
    pub(super) since: Duration,
}

impl LiveTask {
    /// Returns a task that starts at this time.
    pub(super) fn new(task: &TaskRef, since: Duration) -> Self {
        let name = task.name.clone();
        Self { kind: task.kind, name, stopping: false, stop_asked: None, since }
    }
}
