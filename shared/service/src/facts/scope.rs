//! Scope of an operation: the tasks that it replaces.

use jiff::Timestamp;

use crate::limits::CLOCK_TOLERANCE;
use crate::moment::before;
use crate::observation::ObservedTask;
use crate::request::{OperationRequest, TaskOrder};

/// The tasks that an operation replaces: those that were created before its start and fit the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    request: &'a OperationRequest,
    created_before: Timestamp,
}

impl<'a> Scope<'a> {
    /// Creates the scope of an operation that started at this time, by the clock of AWS.
    pub(crate) fn new(request: &'a OperationRequest, started: Timestamp) -> Self {
        let cutoff = before(started, CLOCK_TOLERANCE);
        let created_before = request.older_than.map_or(cutoff, |age| before(cutoff, age));
        Self { request, created_before }
    }

    /// Returns true if the operation replaces the task. Tasks that have ended belong to the scope as well.
    pub(crate) fn has(&self, task: &ObservedTask) -> bool {
        let only = &self.request.only;
        task.created_at < self.created_before
            && (only.is_empty() || only.iter().any(|id| id == task.id()))
    }

    /// Returns the tasks of the scope that have not ended, in the order of the request. ARNs decide between equal times.
    pub(crate) fn left<'t>(&self, tasks: &'t [ObservedTask]) -> Vec<&'t ObservedTask> {
        let mut left: Vec<_> =
            tasks.iter().filter(|task| self.has(task) && !task.has_ended()).collect();
        left.sort_by_key(|task| (task.created_at, &task.arn));
        if self.request.order == TaskOrder::NewestFirst {
            left.reverse();
        }
        left
    }
}

/// Returns true if a task or a deployment was created after the operation's start.
pub(crate) fn is_new(created_at: Timestamp, started: Timestamp) -> bool {
    created_at >= before(started, CLOCK_TOLERANCE)
}
