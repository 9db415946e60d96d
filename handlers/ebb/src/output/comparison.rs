//! Runs of several responders in the same scenario, side by side.

use std::fmt::Write;
use std::time::Duration;

use replay::clock::clock;
use replay::{Responder, Run};
use sim::account::{Percentiles, Summary};

use super::responder_in_words;

/// Width of the column that names a row, in characters.
const NAME: usize = 26;

/// Width of a responder's column, in characters.
const COLUMN: usize = 22;

/// Cell of a responder that does not apply.
const NOT_APPLICABLE: &str = "n/a";

/// Row: name, and text of its cell.
type Row = (&'static str, fn(&Summary) -> String);

const ROWS: [Row; 12] = [
    ("instances drained", |it| it.instances_drained.to_string()),
    ("virtual time", |it| clock(Duration::from_secs_f64(it.virtual_seconds))),
    ("replica tasks killed", |it| it.tasks_killed.replica.to_string()),
    ("daemon tasks killed", |it| it.tasks_killed.daemon.to_string()),
    ("standalone tasks killed", |it| it.tasks_killed.standalone.to_string()),
    ("service tasks stopped", |it| {
        let stopped = it.tasks_stopped_by_responder;
        (stopped.replica + stopped.daemon).to_string()
    }),
    ("standalone tasks stopped", |it| it.tasks_stopped_by_responder.standalone.to_string()),
    ("actions continued", |it| it.lifecycle_actions.continued.to_string()),
    ("actions abandoned", |it| it.lifecycle_actions.abandoned.to_string()),
    ("actions timed out", |it| it.lifecycle_actions.timed_out.to_string()),
    ("completion lag p99, s", |it| p99(it.completion_lag_seconds)),
    ("drain calls per instance", |it| {
        it.calls_per_instance.as_ref().map_or_else(none, |calls| calls.drain.to_string())
    }),
];

/// Rows for scenarios with requests.
const REQUESTS: [Row; 2] = [
    ("requests served", |it| it.requests_served.map_or_else(none, |it| it.to_string())),
    ("requests failed", |it| it.requests_failed.map_or_else(none, |it| it.to_string())),
];

/// Returns the table, with a column for each run.
pub(super) fn table(runs: &[Run]) -> String {
    let mut text = format!("{:NAME$}", "");
    for run in runs {
        let _ = write!(text, "{:>COLUMN$}", responder_in_words(run.responder));
    }
    text.push('\n');
    let requests = runs.iter().any(|run| run.summary.requests_served.is_some());
    let applies = |run: &Run| run.responder != Responder::Managed || run.has_managed_draining;
    for (name, cell) in ROWS.iter().chain(REQUESTS.iter().filter(|_| requests)) {
        let _ = write!(text, "{name:NAME$}");
        for run in runs {
            let cell = if applies(run) { cell(&run.summary) } else { NOT_APPLICABLE.to_owned() };
            let _ = write!(text, "{cell:>COLUMN$}");
        }
        text.push('\n');
    }
    if !runs.iter().all(applies) {
        let _ = writeln!(
            text,
            "{NOT_APPLICABLE}: no group here has managed draining; it acts on groups of a capacity provider only"
        );
    }
    for run in runs {
        for broken in &run.broken {
            let _ = writeln!(
                text,
                "BROKEN  {}: {}: {}",
                run.responder.name(),
                broken.invariant,
                broken.what
            );
        }
    }
    text.push('\n');
    text
}

fn p99(lag: Option<Percentiles>) -> String {
    lag.map_or_else(none, |lag| lag.p99.to_string())
}

fn none() -> String {
    "–".to_owned()
}
