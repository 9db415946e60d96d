//! The tasks of a service over time.

use std::collections::BTreeSet;
use std::time::Duration;

use sim::history::{Entry, Fact, TaskKind, TaskRef};

use super::span::OperationSpan;

impl OperationSpan {
    /// Returns true if the task belongs to the service.
    pub(crate) fn owns(&self, task: &TaskRef) -> bool {
        task.kind != TaskKind::Standalone
            && task.name == self.service
            && task.arn.contains(&format!(":task/{}/", self.cluster))
    }

    /// Returns the ARNs of the tasks that were there when the operation began, and that are not STOPPED at its end.
    pub(crate) fn tasks_left(&self, at_start: &[TaskRef], history: &[Entry]) -> BTreeSet<String> {
        let mut before: BTreeSet<String> =
            at_start.iter().filter(|task| self.owns(task)).map(|task| task.arn.clone()).collect();
        let end = self.ended.unwrap_or(Duration::MAX);
        for Entry { at, fact } in history.iter().take_while(|entry| entry.at <= end) {
            let Fact::Task { task, last_status, .. } = fact else { continue };
            match *last_status {
                "STOPPED" => drop(before.remove(&task.arn)),
                _ if *at <= self.began && self.owns(task) => drop(before.insert(task.arn.clone())),
                _ => {}
            }
        }
        before
    }
}
