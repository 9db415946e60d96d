//! The figures of the operations of a run.

use std::time::Duration;

use serde::Serialize;
use service::reason::OperationRefusal;
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

/// Returns the figures of all operations of a run, in the order in which they began. Requests that began none come last.
pub fn operation_figures(played: &Played) -> Vec<OperationFigures> {
    let spans = phases(operation_spans(&played.history), &played.logged);
    let begun = spans.iter().map(|span| figures(span, &spans, played));
    begun.chain(without_operation(&played.logged)).collect()
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
        is_within && line.is_of_operation(&span.cluster, &span.service) && !ends_no_operation(line)
    })
}

/// Returns true if the line is an end without an operation: that of a request which began none, or that of a state which was left.
fn ends_no_operation(line: &LogLine) -> bool {
    line.operation_outcome().is_some() && line.field("operation").is_none() || is_of_request(line)
}

/// Returns true if the line is the end of a request that began no operation. Another operation may be open at that time.
fn is_of_request(line: &LogLine) -> bool {
    let reason = line.field("reason").unwrap_or_default();
    let began_nothing = OperationRefusal::CODES.contains(&reason) || reason == NOTHING_TO_DO;
    line.operation_outcome().is_some() && began_nothing
}

/// Reason of a request that found no task to replace.
const NOTHING_TO_DO: &str = "nothing-to-do";

/// Returns the sentence of a line without the service at its beginning.
fn sentence(line: &LogLine) -> String {
    line.message.split_once(": ").map_or(line.message.as_str(), |(_, text)| text).to_owned()
}

/// Returns the figures of requests that were refused, or had nothing to do.
fn without_operation(logged: &[LogLine]) -> impl Iterator<Item = OperationFigures> {
    logged.iter().filter(|line| is_of_request(line)).map(|line| {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sim::aws::RunEnd;
    use sim::history::Caller;
    use tracing::Level;

    use super::*;

    /// Returns a line of the log at a second. `fields` are its further fields.
    fn line(second: u64, message: &str, fields: &[(&str, &str)]) -> LogLine {
        let service = [("cluster", "shop"), ("service", "api")];
        let all = service.iter().chain(fields);
        LogLine {
            at: Duration::from_secs(second),
            function: "service-operation".to_owned(),
            level: Level::INFO,
            target: "ebb::operation".to_owned(),
            message: format!("service api of cluster shop: {message}"),
            fields: all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        }
    }

    fn record(second: u64, version: Option<u64>) -> Entry {
        let name = "/ebb/operations/shop/api/before".to_owned();
        let fact = Fact::Parameter { name, version, by: Caller::Other("outside".to_owned()) };
        Entry { at: Duration::from_secs(second), fact }
    }

    /// Returns the figures of a recycle from second 60 to 600, and of a restart that was refused at second 120.
    fn recycle_and_refused_restart(end: Option<LogLine>) -> Vec<OperationFigures> {
        let id = ("operation", "recycle/shop/api/1");
        let going = line(60, "raising", &[id, ("kind", "recycle"), ("reason", "raising")]);
        let refusal =
            [id, ("kind", "restart"), ("outcome", "failed"), ("reason", "other-operation")];
        let refused = line(120, "refused: operation recycle/shop/api/1 is open", &refusal);
        let mut history = vec![record(60, Some(1))];
        history.extend(end.iter().map(|_| record(600, None)));
        operation_figures(&Played {
            at_start: Vec::new(),
            history,
            logged: [going, refused].into_iter().chain(end).collect(),
            short: Vec::new(),
            ended: RunEnd::Quiet,
            names: BTreeMap::new(),
        })
    }

    fn outcomes(figures: &[OperationFigures]) -> Vec<(&str, &str)> {
        figures.iter().map(|it| (it.kind.as_str(), it.outcome.as_str())).collect()
    }

    #[test]
    fn refused_request_during_an_operation_is_an_entry_of_its_own() {
        let fields =
            [("operation", "recycle/shop/api/1"), ("kind", "recycle"), ("outcome", "done")];
        let done = line(600, "all tasks are replaced", &fields);

        let figures = recycle_and_refused_restart(Some(done));

        assert_eq!(outcomes(&figures), [("recycle", "done"), ("restart", "failed")]);
        assert!(figures[1].reason.starts_with("refused: "), "{}", figures[1].reason);
    }

    #[test]
    fn operation_that_is_open_stays_open_after_a_refused_request() {
        let figures = recycle_and_refused_restart(None);

        assert_eq!(outcomes(&figures), [("recycle", "open"), ("restart", "failed")]);
    }

    #[test]
    fn state_that_was_left_is_no_outcome_of_the_operation_before() {
        let fields = [("outcome", "nothing-to-do"), ("reason", "state-left")];

        let figures = recycle_and_refused_restart(Some(line(600, "the record is gone", &fields)));

        assert_eq!(outcomes(&figures), [("recycle", "interrupted"), ("restart", "failed")]);
    }
}
