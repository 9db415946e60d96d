//! A task on an instance, at one step of a run.

use std::time::Duration;

use sim::history::{TaskKind, TaskRef};

/// Task that is not STOPPED.
#[derive(Debug, Clone)]
pub(super) struct LiveTask {
    pub(super) kind: TaskKind,
    /// Name of the service, or family of a standalone task.
    pub(super) name: String,
    /// True if the task is being stopped.
    pub(super) stopping: bool,
    /// Time at which its stop began: by a StopTask, or by its service.
    pub(super) stop_began: Option<Duration>,
    /// Time of its start.
    pub(super) since: Duration,
}

impl LiveTask {
    /// Returns a task that starts at this time.
    pub(super) fn new(task: &TaskRef, since: Duration) -> Self {
        let name = task.name.clone();
        Self { kind: task.kind, name, stopping: false, stop_began: None, since }
    }
}
