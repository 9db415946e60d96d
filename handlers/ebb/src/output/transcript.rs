//! A replay in words, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use sim::account::{Percentiles, Summary};

use super::timeline::clock;
use super::{Replay, Run, comparison};

/// One JSON document: an object for one file, `{"replays": […]}` for several.
pub fn json(replays: &[Replay]) -> Value {
    match replays {
        [one] => one.json(),
        several => json!({ "replays": several.iter().map(Replay::json).collect::<Vec<_>>() }),
    }
}

impl Replay {
    fn json(&self) -> Value {
        let by_responder = |value: fn(&Run) -> Value| -> BTreeMap<&str, Value> {
            self.runs.iter().map(|run| (run.responder.name(), value(run))).collect()
        };
        json!({
            "file": self.file,
            "about": self.about,
            "seed": self.seed,
            "summary": by_responder(|run| json!(run.summary)),
            "timeline": by_responder(|run| json!(run.timeline)),
            "broken": by_responder(|run| json!(run.broken)),
        })
    }

    /// The timeline and the summary of one responder; of several, their summaries side by side.
    pub fn transcript(&self) -> String {
        let mut text = self.heading();
        let [run] = self.runs.as_slice() else {
            text.push_str(&comparison::table(&self.runs));
            return text;
        };
        for line in &run.timeline {
            let _ = writeln!(text, "{}", line.text());
        }
        text.push('\n');
        run.summary_in_words(&mut text);
        text
    }

    /// Every event, message, call and log line, with the moment at which it happened.
    pub fn trace(&self) -> String {
        let mut text = self.heading();
        for run in &self.runs {
            run.trace(&mut text);
            run.summary_in_words(&mut text);
        }
        text
    }

    fn heading(&self) -> String {
        let mut text = format!("{}  (seed {})\n", self.file, self.seed);
        for line in self.about.lines() {
            let _ = writeln!(text, "  {line}");
        }
        text.push('\n');
        text
    }
}

impl Run {
    fn trace(&self, text: &mut String) {
        let history = self.history.iter().map(|entry| (entry.at, format!("{:?}", entry.fact)));
        let logged = self.logged.iter().map(|line| {
            let fields: String =
                line.fields.iter().map(|(key, value)| format!(" {key}={value}")).collect();
            (
                line.at,
                format!(
                    "{} {} {}: {}{fields}",
                    line.level, line.function, line.target, line.message
                ),
            )
        });
        let mut lines: Vec<_> = history.chain(logged).collect();
        lines.sort_by_key(|(at, _)| *at);
        for (n, (at, line)) in lines.iter().enumerate() {
            let _ = writeln!(text, "[{:>12.6} {n:>6}] {line}", at.as_secs_f64());
        }
        text.push('\n');
    }

    fn summary_in_words(&self, text: &mut String) {
        let summary = &self.summary;
        let took = clock(std::time::Duration::from_secs_f64(summary.virtual_seconds));
        let _ = writeln!(text, "{}", self.headline(&took));
        self.tasks_in_words(text);
        self.requests_in_words(text);
        let actions = summary.lifecycle_actions;
        let _ = writeln!(
            text,
            "  lifecycle actions       {} continued, {} abandoned, {} timed out",
            actions.continued, actions.abandoned, actions.timed_out
        );
        lag(text, "  completion lag, s     ", summary.completion_lag_seconds);
        lag(text, "  own lag, s            ", summary.own_lag_seconds);
        self.calls_in_words(text, summary);
        if summary.dead_letters > 0 {
            let _ = writeln!(text, "  dead letters            {}", summary.dead_letters);
        }
        for broken in &self.broken {
            let _ = writeln!(text, "  BROKEN  {}: {}", broken.invariant, broken.what);
        }
        text.push('\n');
    }

    fn headline(&self, took: &str) -> String {
        let instances = match self.summary.instances_drained {
            1 => "1 container instance".to_owned(),
            n => format!("{n} container instances"),
        };
        let who = self.responder.in_words();
        format!("{who}: drained {instances} in {took} of virtual time")
    }

    fn tasks_in_words(&self, text: &mut String) {
        let killed = self.summary.tasks_killed;
        let total = killed.replica + killed.daemon + killed.standalone;
        let kinds = format!(
            "{} replica, {} daemon, {} standalone",
            killed.replica, killed.daemon, killed.standalone
        );
        let killed = if total == 0 { "none".to_owned() } else { format!("{total}: {kinds}") };
        let _ = writeln!(text, "  tasks killed            {killed}");
        let stopped = self.summary.tasks_stopped_by_responder.standalone;
        let stopped =
            if stopped == 0 { "none".to_owned() } else { format!("{stopped} standalone") };
        let _ = writeln!(text, "  tasks stopped for it    {stopped}");
    }

    fn requests_in_words(&self, text: &mut String) {
        let summary = &self.summary;
        let Some((served, failed)) = summary.requests_served.zip(summary.requests_failed) else {
            return;
        };
        let failed = if failed == 0 { "none".to_owned() } else { failed.to_string() };
        let _ = writeln!(text, "  requests                {served} served, {failed} failed");
    }

    fn calls_in_words(&self, text: &mut String, summary: &Summary) {
        if let Some(calls) = &summary.calls_per_instance {
            let _ = writeln!(
                text,
                "  AWS calls an instance   {} drain, {} heartbeat, {} sweep, {} notify",
                calls.drain, calls.heartbeat, calls.sweep, calls.notify
            );
        }
    }
}

fn lag(text: &mut String, name: &str, percentiles: Option<Percentiles>) {
    if let Some(Percentiles { p50, p99, max }) = percentiles {
        let _ = writeln!(text, "{name}  p50 {p50}, p99 {p99}, max {max}");
    }
}
