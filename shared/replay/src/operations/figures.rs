//! The figures of the operations of a run.

use std::time::Duration;

use serde::Serialize;
use sim::account::{ServiceCounts, failed_requests, service_counts};
use sim::history::{Entry, Fact};

use super::phases::phases;
use super::span::{OperationSpan, operation_spans};
use crate::deployed::is_service_operation;
use crate::player::{LogLine, Played};

/// Figures of one operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationFigures {
    /// `recycle`, `restart`, `shutdown` or `resume`. Empty if no log line names it.
    pub kind: String,
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// Outcome as ebb logged it. `open` if the operation has not ended, and `interrupted` if it has ended without a log line.
    pub outcome: String,
    /// Reason of the outcome as a sentence. Empty if no log line has it.
    pub reason: String,
    /// Desired count before the operation. None if it never began.
    pub original_desired_count: Option<usize>,
    /// Desired count at its end. None if it never began.
    pub final_desired_count: Option<usize>,
    /// Least number of healthy tasks during the operation. None if it never began.
    pub min_healthy_tasks: Option<usize>,
    /// Greatest number of tasks on their way out.
    pub max_stopping_tasks: usize,
    /// Number of tasks from before the operation that are left at its end.
    pub tasks_left: usize,
    /// Number of requests to the service that failed.
    pub requests_failed: u64,
    /// Seconds from the record to its end, or to the end of the run.
    pub seconds: f64,
    /// Number of AWS calls of the function in this time, apart from SQS.
    pub aws_calls: usize,
}

/// Returns the figures of all operations of a run, in the order in which they began. An operation that was refused comes last.
pub fn operation_figures(played: &Played) -> Vec<OperationFigures> {
    let spans = phases(operation_spans(&played.history), &played.logged);
    let begun = spans.iter().map(|span| figures(span, &spans, played));
    begun.chain(refused(&spans, &played.logged)).collect()
}

fn figures(
    span: &OperationSpan,
    spans: &[OperationSpan],
    Played { history, logged, at_start, .. }: &Played,
) -> OperationFigures {
    let end = span.ended.or(history.last().map(|entry| entry.at)).unwrap_or(span.began);
    let counts = service_counts(history, &span.cluster, &span.service);
    let before = counts.iter().rfind(|it| it.at <= span.began);
    let within: Vec<&ServiceCounts> = before
        .into_iter()
        .chain(counts.iter().filter(|it| it.at > span.began && it.at <= end))
        .collect();
    let lines: Vec<&LogLine> = lines_of(span, spans, logged).collect();
    let field = |name| lines.iter().rev().find_map(|line| line.field(name)).unwrap_or_default();
    let last = lines.iter().rfind(|line| line.operation_outcome().is_some());
    let outcome = match (last, span.ended) {
        (Some(line), _) => line.operation_outcome().unwrap_or_default(),
        (None, None) => "open",
        (None, Some(_)) => "interrupted",
    };
    OperationFigures {
        kind: field("kind").to_owned(),
        cluster: span.cluster.clone(),
        service: span.service.clone(),
        outcome: outcome.to_owned(),
        reason: last.map(|line| sentence(line)).unwrap_or_default(),
        original_desired_count: before.map(|it| it.desired),
        final_desired_count: within.last().map(|it| it.desired),
        min_healthy_tasks: within.iter().map(|it| it.healthy).min(),
        max_stopping_tasks: within.iter().map(|it| it.stopping).max().unwrap_or_default(),
        tasks_left: span.tasks_left(at_start, history).len(),
        requests_failed: requests_failed(span, end, history),
        seconds: (end - span.began).as_millis() as f64 / 1000.0,
        aws_calls: history
            .iter()
            .filter(|entry| span.includes(entry.at) && is_call(&entry.fact))
            .count(),
    }
}

/// Returns the log lines of an operation: from its record to the record of the next one of the same service.
fn lines_of<'a>(
    span: &'a OperationSpan,
    spans: &[OperationSpan],
    logged: &'a [LogLine],
) -> impl Iterator<Item = &'a LogLine> {
    let is_next = |other: &&OperationSpan| {
        (&other.cluster, &other.service) == (&span.cluster, &span.service)
            && other.began > span.began
    };
    let next = spans.iter().find(is_next).map_or(Duration::MAX, |next| next.began);
    logged.iter().filter(move |line| {
        let is_within = line.at >= span.began && line.at < next;
        is_within && line.is_of_operation(&span.cluster, &span.service)
    })
}

/// Returns the sentence of a line without the service at its beginning.
fn sentence(line: &LogLine) -> String {
    line.message.split_once(": ").map_or(line.message.as_str(), |(_, text)| text).to_owned()
}

/// Returns the figures of operations that ended without a record.
fn refused<'a>(
    spans: &'a [OperationSpan],
    logged: &'a [LogLine],
) -> impl Iterator<Item = OperationFigures> + 'a {
    let ends = logged.iter().filter(|line| line.operation_outcome().is_some());
    let unrecorded = ends.filter(|line| line.field("operation").is_none());
    let without_span = unrecorded.filter(|line| {
        let began_before = |span: &OperationSpan| {
            line.at >= span.began && line.is_of_operation(&span.cluster, &span.service)
        };
        !spans.iter().any(began_before)
    });
    without_span.map(|line| {
        let field = |name| line.field(name).unwrap_or_default().to_owned();
        OperationFigures {
            kind: field("kind"),
            cluster: field("cluster"),
            service: field("service"),
            outcome: field("outcome"),
            reason: sentence(line),
            original_desired_count: None,
            final_desired_count: None,
            min_healthy_tasks: None,
            max_stopping_tasks: 0,
            tasks_left: 0,
            requests_failed: 0,
            seconds: 0.0,
            aws_calls: 0,
        }
    })
}

fn requests_failed(span: &OperationSpan, end: Duration, history: &[Entry]) -> u64 {
    let failed = failed_requests(history).into_iter();
    let within = failed
        .filter(|it| span.is_service(&it.service) && it.last >= span.began && it.first <= end);
    within.map(|it| it.count).sum()
}

fn is_call(fact: &Fact) -> bool {
    matches!(fact, Fact::Call { by, service, .. } if *service != "sqs" && is_service_operation(by))
}
