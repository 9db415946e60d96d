//! Shutdowns: none succeeds while a task of its service lives.

use std::collections::BTreeSet;

use sim::history::{Entry, Fact};

use super::{CheckedRun, Violation};
use crate::operations::{OperationSpan, operation_spans};
use crate::player::LogLine;

const EMPTY: &str = "a shutdown succeeds only if no task of its service lives";

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let spans = operation_spans(&run.played.history);
    let done = run.played.logged.iter().filter(|line| {
        line.field("kind") == Some("shutdown") && line.operation_outcome() == Some("done")
    });
    done.filter_map(|line| {
        let is_its = |span: &&OperationSpan| {
            span.includes(line.at) && line.is_of_operation(&span.cluster, &span.service)
        };
        let living = living(run, spans.iter().find(is_its)?, line);
        let what = format!("{} tasks live: {}", living.len(), line.message);
        (!living.is_empty()).then(|| Violation::new(EMPTY, line.at, what))
    })
    .collect()
}

/// Returns the tasks of the service that are not STOPPED at the time of a log line.
fn living<'a>(run: &'a CheckedRun<'_>, span: &OperationSpan, line: &LogLine) -> BTreeSet<&'a str> {
    let at_start = run.played.at_start.iter().filter(|task| span.owns(task));
    let mut living: BTreeSet<&str> = at_start.map(|task| task.arn.as_str()).collect();
    for Entry { fact, .. } in run.played.history.iter().take_while(|entry| entry.at <= line.at) {
        match fact {
            Fact::Task { task, last_status: "STOPPED", .. } => drop(living.remove(&*task.arn)),
            Fact::Task { task, .. } if span.owns(task) => drop(living.insert(&task.arn)),
            _ => {}
        }
    }
    living
}
