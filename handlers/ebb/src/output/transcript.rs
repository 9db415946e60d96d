//! A replay as text, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use replay::clock::clock;
use replay::configuration::{Configuration, VariableInForce, VariableSource};
use replay::{Replay, Responder, Run};
use serde_json::{Value, json};
use sim::account::{Percentiles, Summary};

use super::repeats::without_repeats;
use super::timeline::timeline;
use super::{comparison, losses, managed_draining, operations, responder_in_words};

/// Returns one JSON document: an object for one replay, `{"replays": […]}` for several.
pub fn json(replays: &[Replay]) -> Value {
    match replays {
        [one] => replay_json(one),
        several => json!({ "replays": several.iter().map(replay_json).collect::<Vec<_>>() }),
    }
}

fn replay_json(replay: &Replay) -> Value {
    let by_responder = |value: fn(&Run) -> Value| -> BTreeMap<&str, Value> {
        replay.runs.iter().map(|run| (run.responder.name(), value(run))).collect()
    };
    json!({
        "file": replay.file,
        "about": replay.about,
        "seed": replay.seed,
        "configuration": replay.configuration,
        "mistakes": replay.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "summary": by_responder(summary_json),
        "timeline": by_responder(|run| json!(timeline(run))),
        "lost": by_responder(losses::json),
        "broken": by_responder(|run| json!(run.broken)),
    })
}

/// Returns the summary of a run, with its operations on services.
fn summary_json(run: &Run) -> Value {
    let mut summary = json!(run.summary);
    summary["operations"] = operations::json(run);
    summary
}

/// Amount of text about a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Configuration, summary and losses.
    Summary,
    /// Also one line for each decision of ebb and each step of AWS that matters.
    Timeline,
    /// Every event, message, call and log line, and no timeline.
    Trace,
}

/// Returns the text about a replay.
pub fn text(replay: &Replay, detail: Detail) -> String {
    match detail {
        Detail::Summary | Detail::Timeline => transcript(replay, detail == Detail::Timeline),
        Detail::Trace => trace(replay),
    }
}

/// Returns the summary of one responder, after its timeline if `with_timeline` is true. Returns the summaries of
/// several responders side by side.
fn transcript(replay: &Replay, with_timeline: bool) -> String {
    let mut text = heading(replay);
    let [run] = replay.runs.as_slice() else {
        text.push_str(&comparison::table(&replay.runs));
        if let Some(ebb) = replay.runs.iter().find(|run| run.responder == Responder::Ebb) {
            text.push_str(&losses::text(ebb));
        }
        return text;
    };
    let lines = without_repeats(timeline(run));
    if with_timeline {
        lines.iter().for_each(|line| text.push_str(&format!("{}\n", line.text())));
        text.push('\n');
    }
    write_summary(&mut text, run);
    text.push_str(&losses::text(run));
    if !with_timeline {
        let _ = writeln!(text, "--timeline prints the {} lines of what happened.", lines.len());
    }
    text
}

/// Returns every event, message, call and log line, with its virtual time.
fn trace(replay: &Replay) -> String {
    let mut text = heading(replay);
    for run in &replay.runs {
        write_trace(&mut text, run);
        write_summary(&mut text, run);
        text.push_str(&losses::text(run));
    }
    text
}

fn heading(replay: &Replay) -> String {
    let mut text = format!("{}  (seed {})\n", replay.file, replay.seed);
    for line in replay.about.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
    if replay.runs.iter().any(|run| run.responder == Responder::Ebb) {
        write_configuration(&mut text, &replay.configuration);
    }
    text
}

/// Writes the variables in force with their sources, and the resources that ebb does not serve.
fn write_configuration(text: &mut String, configuration: &Configuration) {
    let _ = writeln!(text, "configuration (everything else has its default)");
    for VariableInForce { name, value, default, source } in &configuration.variables {
        let setting = match value {
            Some(value) => format!("{name}={value}"),
            None if name == "EBB_CLUSTERS" => {
                "EBB_CLUSTERS is not set, so ebb serves all clusters".to_owned()
            }
            None => format!("{name} is not set"),
        };
        let default = match (source, default) {
            (VariableSource::Default, _) => String::new(),
            (_, Some(default)) => format!("; default {default}"),
            (_, None) => "; not set by default".to_owned(),
        };
        let _ = writeln!(text, "  {setting:<28}  {}{default}", source.in_words());
    }
    for note in &configuration.notes {
        let _ = writeln!(text, "  {note}");
    }
    text.push('\n');
}

fn write_trace(text: &mut String, run: &Run) {
    let history = run.history.iter().map(|entry| (entry.at, format!("{:?}", entry.fact)));
    let logged = run.logged.iter().map(|line| {
        let fields: String =
            line.fields.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        (
            line.at,
            format!("{} {} {}: {}{fields}", line.level, line.function, line.target, line.message),
        )
    });
    let mut lines: Vec<_> = history.chain(logged).collect();
    lines.sort_by_key(|(at, _)| *at);
    for (n, (at, line)) in lines.iter().enumerate() {
        let _ = writeln!(text, "[{:>12.6} {n:>6}] {line}", at.as_secs_f64());
    }
    text.push('\n');
}

fn write_summary(text: &mut String, run: &Run) {
    let summary = &run.summary;
    let _ = writeln!(text, "{}", headline(run));
    write_tasks(text, summary);
    write_requests(text, summary);
    let actions = summary.lifecycle_actions;
    let _ = writeln!(
        text,
        "  lifecycle actions       {} continued, {} abandoned, {} timed out",
        actions.continued, actions.abandoned, actions.timed_out
    );
    write_managed_draining(text, run);
    write_lag(text, "  completion lag, s     ", summary.completion_lag_seconds);
    write_lag(text, "  own lag, s            ", summary.own_lag_seconds);
    write_calls(text, summary);
    if summary.dead_letters > 0 {
        let _ = writeln!(text, "  dead letters            {}", summary.dead_letters);
    }
    if run.lost.is_empty() {
        let _ = writeln!(text, "  lost                    nothing");
    }
    text.push_str(&operations::text(run));
    for violation in &run.broken {
        let _ = writeln!(text, "  BROKEN  {}: {}", violation.invariant, violation.what);
    }
    text.push('\n');
}

fn headline(run: &Run) -> String {
    let instances = match run.summary.instances_drained {
        1 => "1 container instance".to_owned(),
        n => format!("{n} container instances"),
    };
    let responder = responder_in_words(run.responder);
    let took = clock(Duration::from_secs_f64(run.summary.virtual_seconds));
    format!("{responder}: drained {instances}; the replay took {took} of virtual time")
}

fn write_tasks(text: &mut String, summary: &Summary) {
    let killed = summary.tasks_killed;
    let killed = counts_by_kind(killed.replica, killed.daemon, killed.standalone);
    let _ = writeln!(text, "  tasks killed            {killed}");
    let stopped = summary.tasks_stopped_by_responder;
    let stopped = counts_by_kind(stopped.replica, stopped.daemon, stopped.standalone);
    let _ = writeln!(text, "  tasks stopped by it     {stopped}");
}

fn counts_by_kind(replica: usize, daemon: usize, standalone: usize) -> String {
    match replica + daemon + standalone {
        0 => "none".to_owned(),
        total => format!("{total}: {replica} replica, {daemon} daemon, {standalone} standalone"),
    }
}

fn write_requests(text: &mut String, summary: &Summary) {
    let Some((served, failed)) = summary.requests_served.zip(summary.requests_failed) else {
        return;
    };
    let failed = if failed == 0 { "none".to_owned() } else { failed.to_string() };
    let _ = writeln!(text, "  requests                {served} served, {failed} failed");
}

fn write_calls(text: &mut String, summary: &Summary) {
    if let Some(calls) = &summary.calls_per_instance {
        let _ = writeln!(
            text,
            "  AWS calls per instance  {} drain, {} heartbeat, {} sweep, {} notify",
            calls.drain, calls.heartbeat, calls.sweep, calls.notify
        );
    }
}

/// Writes that managed draining acted together with ebb, and the further time for which its hook held instances.
fn write_managed_draining(text: &mut String, run: &Run) {
    if run.responder != Responder::Ebb {
        return;
    }
    let held = managed_draining::held_after_ebb(&run.history);
    let Some(longest) = held.values().max() else { return };
    let instances = match held.len() {
        1 => "1 instance".to_owned(),
        n => format!("{n} instances"),
    };
    let _ = writeln!(
        text,
        "  managed draining        acted beside ebb on {instances}: Auto Scaling waits for its hook as well, for up to 48h, and ebb's deadlines do not end that; at most {} after ebb",
        clock(*longest)
    );
}

fn write_lag(text: &mut String, name: &str, percentiles: Option<Percentiles>) {
    if let Some(Percentiles { p50, p99, max }) = percentiles {
        let _ = writeln!(text, "{name}  p50 {p50}, p99 {p99}, max {max}");
    }
}
