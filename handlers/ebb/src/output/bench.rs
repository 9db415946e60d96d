//! Tables of benches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use replay::bench::{
    CallCounts, Idle, IdleFigures, Refresh, RefreshFigures, SpotStorm, SpotStormFigures,
    StopEstimate, Strategy, StrategyFigures, TaskOutcomes,
};
use replay::clock::clock;
use serde_json::{Value, json};

/// Width of the column that names a row, in characters.
const NAME: usize = 34;
/// Width of a column of figures, in characters.
const COLUMN: usize = 18;

/// Returns the table of a Spot storm.
pub fn spot_storm(bench: &SpotStorm, figures: &SpotStormFigures) -> String {
    let mut text = format!(
        "ebb as {}: {} Spot interruption warnings within 10 s (seed {})\n\n",
        bench.role.name(),
        bench.instances,
        bench.seed
    );
    let (delays, details) = (figures.draining_seconds, &figures.details);
    let rows: [(&str, String); 4] = [
        (
            "warning to DRAINING, s",
            format!("p50 {}, p99 {}, max {}", delays.p50, delays.p99, delays.max),
        ),
        ("never DRAINING", details.never_draining.to_string()),
        (
            "last DRAINING, s",
            format!("{} (bound {})", details.last_draining, figures.bound_seconds.draining),
        ),
        ("share DRAINING", shares(&figures.share_draining)),
    ];
    write_rows(&mut text, &rows);
    write_row(&mut text, "tasks listed, s", &format!("(bound {})", figures.bound_seconds.tasks));
    let stops = details.stops;
    let needed = format!(
        "{} needed, {} possible, all after {} s",
        stops.needed, stops.possible, figures.bound_seconds.stops
    );
    write_row(&mut text, "StopTask by arithmetic", &needed);
    write_row(&mut text, "stops ahead by estimate", &estimates(&figures.stop_estimates));
    text.push('\n');
    write_outcomes(&mut text, figures);
    let calls = format!(
        "{} ({} an instance, {} throttled)",
        figures.aws_calls, figures.calls_per_instance, figures.throttled
    );
    write_row(&mut text, "AWS calls", &calls);
    write_calls(&mut text, &details.calls);
    text
}

/// Returns the first, the middle and the last estimate, each with the true number.
fn estimates(estimates: &[StopEstimate]) -> String {
    let shown = [0, estimates.len() / 2, estimates.len().saturating_sub(1)];
    let shown: BTreeSet<usize> = shown.into_iter().filter(|it| *it < estimates.len()).collect();
    let estimate = |number: usize| {
        let StopEstimate { after_seconds, estimated, actual } = estimates[number];
        format!("{estimated} of {actual} after {after_seconds} s")
    };
    match shown.is_empty() {
        true => "none".to_owned(),
        false => shown.into_iter().map(estimate).collect::<Vec<_>>().join(", "),
    }
}

fn shares(shares: &BTreeMap<&str, f64>) -> String {
    let mut shares: Vec<_> = shares.iter().collect();
    shares.sort_by_key(|(seconds, _)| seconds.parse::<u32>().unwrap_or_default());
    let shares = shares.iter().map(|(within, share)| format!("{share} within {within} s"));
    shares.collect::<Vec<_>>().join(", ")
}

fn write_outcomes(text: &mut String, figures: &SpotStormFigures) {
    let heading = ["total", "stopped in time", "ended", "killed"].map(str::to_owned);
    write_columns(text, "tasks on warned instances", &heading);
    let kinds = [
        ("standalone", figures.standalone),
        ("replica", figures.replica),
        ("daemon", figures.details.daemon),
    ];
    for (name, outcomes) in kinds {
        let TaskOutcomes { total, stopped_in_time, ended, killed } = outcomes;
        let cells = [total, stopped_in_time, ended, killed].map(|it| it.to_string());
        write_columns(text, &format!("  {name}"), &cells);
    }
    text.push('\n');
}

/// Returns the table of a refresh.
pub fn refresh(bench: &Refresh, figures: &RefreshFigures) -> String {
    let work = match bench.standalone_hours {
        Some(hours) => format!("standalone tasks run {hours} to {hours}.5 h"),
        None => "standalone tasks run 2 to 40 min".to_owned(),
    };
    let mut text = format!(
        "ebb as {}: an instance refresh of {} instances, {work} (seed {})\n\n",
        bench.role.name(),
        bench.instances,
        bench.seed
    );
    let details = &figures.details;
    let (calls, lag) = (figures.calls_per_instance, figures.completion_lag_seconds);
    let memory = figures.peak_memory_bytes.map_or_else(
        || "unknown".to_owned(),
        |bytes| format!("{} MiB, the simulated AWS included", bytes >> 20),
    );
    let rows = [
        ("instances drained", details.instances_drained.to_string()),
        ("virtual time", clock(details.virtual_time())),
        ("tasks killed", figures.tasks_killed.to_string()),
        (
            "AWS calls per instance",
            format!("{} drain, {} heartbeat, {} sweep", calls.drain, calls.heartbeat, calls.sweep),
        ),
        (
            "sweep calls in the worst minute",
            format!(
                "{} (bound {})",
                figures.sweep_calls_per_minute, figures.sweep_bound_per_minute
            ),
        ),
        ("sweep calls in a minute, average", details.mean_sweep_calls.to_string()),
        (
            "completion lag, s",
            format!("p50 {}, p99 {}, p99.9 {}, max {}", lag.p50, lag.p99, lag.p99_9, lag.max),
        ),
        ("peak memory", memory),
    ];
    write_rows(&mut text, &rows);
    if let Some(slowest) = &details.slowest {
        let slowest = format!(
            "{} at {}, by {}; {} calls throttled in the 30 s before",
            slowest.instance,
            clock(slowest.at),
            slowest.feed,
            slowest.throttled_before
        );
        write_row(&mut text, "largest lag", &slowest);
    }
    text.push('\n');
    write_calls(&mut text, &details.calls);
    text
}

/// Returns the table of an idle account.
pub fn idle(bench: &Idle, figures: &IdleFigures) -> String {
    let mut text = format!(
        "ebb as {}: {} clusters, {} of them with a container instance, {} groups (seed {})\n\n",
        bench.role.name(),
        bench.clusters,
        bench.with_instances,
        bench.groups,
        bench.seed
    );
    let details = &figures.details;
    let rows = [
        ("AWS calls in a minute", figures.aws_calls_per_minute.to_string()),
        (
            "with the reads of every 5 min",
            format!(
                "{} over {} min, {} of them with these reads",
                figures.aws_calls_per_minute_with_refreshes, details.minutes, details.refreshes
            ),
        ),
        ("most", details.most.to_string()),
    ];
    write_rows(&mut text, &rows);
    text.push('\n');
    write_calls(&mut text, &details.calls);
    text
}

/// Returns the table of strategies, with a column for each.
pub fn strategies(compared: &[(Strategy, StrategyFigures)], seed: u64) -> String {
    let mut text = format!(
        "instance refreshes of 24 instances, and Spot interruption warnings for 4 more (seed {seed})\n\n"
    );
    type Row = (&'static str, fn(&StrategyFigures) -> String);
    let rows: [Row; 10] = [
        ("instances drained", |it| it.instances_drained.to_string()),
        ("virtual time", |it| clock(it.virtual_time())),
        ("replica tasks killed", |it| it.tasks_killed.replica.to_string()),
        ("daemon tasks killed", |it| it.tasks_killed.daemon.to_string()),
        ("standalone tasks killed", |it| it.tasks_killed.standalone.to_string()),
        ("standalone tasks stopped", |it| it.tasks_stopped.standalone.to_string()),
        ("requests failed", |it| it.requests_failed.to_string()),
        ("actions timed out", |it| it.actions_timed_out.to_string()),
        ("completion lag p99, s", |it| {
            it.completion_lag_seconds.map_or_else(none, |lag| lag.p99.to_string())
        }),
        ("AWS calls per instance", |it| {
            it.calls_per_instance.map_or_else(none, |calls| calls.to_string())
        }),
    ];
    let names: Vec<String> = compared.iter().map(|(it, _)| it.name().to_owned()).collect();
    write_columns(&mut text, "", &names);
    for (name, cell) in rows {
        let cells: Vec<String> = compared.iter().map(|(_, figures)| cell(figures)).collect();
        write_columns(&mut text, name, &cells);
    }
    text
}

/// Returns the strategies as one JSON object.
pub fn strategies_json(compared: &[(Strategy, StrategyFigures)]) -> Value {
    let by_name: BTreeMap<&str, &StrategyFigures> =
        compared.iter().map(|(strategy, figures)| (strategy.name(), figures)).collect();
    json!(by_name)
}

/// Writes the calls by operation, with a column for each feed.
fn write_calls(text: &mut String, counts: &CallCounts) {
    let feeds: BTreeSet<&String> = counts.calls.keys().map(|(feed, _)| feed).collect();
    let operations: BTreeSet<&String> =
        counts.calls.keys().map(|(_, operation)| operation).collect();
    let mut heading: Vec<String> = feeds.iter().map(|feed| (*feed).clone()).collect();
    heading.push("throttled".to_owned());
    write_columns(text, "calls by feed", &heading);
    for operation in operations {
        let key = |feed: &str| (feed.to_owned(), operation.clone());
        let cell = |feed: &&String| counts.calls.get(&key(feed)).copied().unwrap_or_default();
        let mut cells: Vec<usize> = feeds.iter().map(cell).collect();
        let throttled = feeds.iter().filter_map(|feed| counts.throttled.get(&key(feed)));
        cells.push(throttled.sum());
        let cells: Vec<String> = cells.iter().map(usize::to_string).collect();
        write_columns(text, &format!("  {}", shortened(operation)), &cells);
    }
}

/// Returns an operation without its service.
fn shortened(operation: &str) -> &str {
    operation.split_once(':').map_or(operation, |(_, name)| name)
}

fn write_rows(text: &mut String, rows: &[(&str, String)]) {
    for (name, value) in rows {
        write_row(text, name, value);
    }
}

fn write_row(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name:NAME$}{value}");
}

pub(super) fn write_columns(text: &mut String, name: &str, cells: &[String]) {
    let _ = write!(text, "{name:NAME$}");
    for cell in cells {
        let _ = write!(text, "{cell:>COLUMN$}");
    }
    text.push('\n');
}

fn none() -> String {
    "–".to_owned()
}
