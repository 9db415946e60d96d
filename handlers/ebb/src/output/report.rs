//! What a batch of runs has to say: in words, and as JSON.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use replay::every_call::{EveryCallResult, FaultClass};
use replay::regression::last_fault;
use replay::shrink::SmallerFailure;
use replay::staleness::SettleTimeLosses;
use replay::{Coverage, RunOutcome, SimulationOptions, SimulationResult};
use serde_json::{Value, json};

/// A batch in words.
pub fn text(options: &SimulationOptions, batch: &SimulationResult, took: Duration) -> String {
    let seeds = &options.seeds;
    let mut text = format!(
        "ebb simulate --seeds {}..{} --minutes {}\n",
        seeds.start, seeds.end, options.worlds.minutes
    );
    let rate = batch.runs as f64 / took.as_secs_f64().max(f64::EPSILON);
    let _ = writeln!(
        text,
        "  runs                {} in {:.0} s, {rate:.1} a second, {} at once",
        batch.runs,
        took.as_secs_f64(),
        options.jobs
    );
    let _ = writeln!(
        text,
        "  median of a run     {} drains, {} faults, {:.1} virtual hours, {} AWS calls",
        batch.median(|it| it.drains as f64),
        batch.median(|it| it.struck() as f64),
        batch.median(|it| it.virtual_seconds / 3600.0),
        batch.median(|it| it.calls as f64),
    );
    struck(&mut text, batch);
    let missing = batch.reasons_not_met();
    let missing = if missing.is_empty() { "none".to_owned() } else { missing.join(", ") };
    let _ = writeln!(text, "  reasons not met     {missing}");
    broken(&mut text, batch);
    text
}

/// In how many of a hundred runs each kind of fault struck.
fn struck(text: &mut String, batch: &SimulationResult) {
    let share = |runs: usize| runs as f64 * 100.0 / batch.runs.max(1) as f64;
    let kinds: Vec<_> = batch
        .struck()
        .into_iter()
        .map(|(kind, runs)| format!("{kind} {:.0}", share(runs)))
        .collect();
    for (n, some) in kinds.chunks(6).enumerate() {
        let name = if n == 0 { "struck in % of runs" } else { "" };
        let _ = writeln!(text, "  {name:19} {}", some.join(", "));
    }
}

fn broken(text: &mut String, batch: &SimulationResult) {
    if batch.broken.is_empty() {
        let _ = writeln!(text, "  broken invariants   none");
    }
    for (invariant, times) in batch.by_invariant() {
        let _ = writeln!(text, "  BROKEN {times} times: {invariant}");
    }
}

/// A failing run in words.
pub fn failure(failed: &RunOutcome, again: &str) -> String {
    let mut text = format!("seed {}: {again}\n", failed.seed);
    for broken in &failed.broken {
        let _ = writeln!(text, "  BROKEN  {}: {}", broken.invariant, broken.what);
    }
    text
}

/// Where a failing run was kept.
pub fn kept(shrunk: &SmallerFailure, path: &Path) -> String {
    format!(
        "  made smaller in {} runs: {} steps, {} faults\n  replay: ebb replay {}\n",
        shrunk.runs,
        shrunk.scenario.happens.len(),
        shrunk.scenario.faults.len(),
        path.display()
    )
}

/// One scenario with a fault at every call, in words.
pub fn everywhere(name: &str, what: FaultClass, tried: &EveryCallResult) -> String {
    let what = match what {
        FaultClass::Kills => "killed before and after every call",
        FaultClass::Others => "every call gone wrong in every way",
    };
    let sample = if tried.tried < tried.chosen {
        format!("stopped after {} of {} points", tried.tried, tried.chosen)
    } else if tried.chosen < tried.points {
        format!("{} of {} points, evenly by seed", tried.chosen, tried.points)
    } else {
        format!("{} points", tried.points)
    };
    let broken = match tried.broken.len() {
        0 => "nothing broken".to_owned(),
        n => format!("{n} BROKEN"),
    };
    let mut text = format!("{name}: {what}: {sample}, struck in {}: {broken}\n", tried.struck);
    for costly in &tried.costly {
        let fault = last_fault(&costly.scenario);
        let _ = writeln!(text, "  {} lost with {fault}", costly.coverage.losses.work());
    }
    text
}

/// A batch as JSON.
pub fn json(batch: &SimulationResult, took: Duration) -> Value {
    json!({
        "runs": batch.runs,
        "seconds": took.as_secs_f64(),
        "median": {
            "drains": batch.median(|it| it.drains as f64),
            "faults": batch.median(|it| it.struck() as f64),
            "virtual_seconds": batch.median(|it| it.virtual_seconds),
            "aws_calls": batch.median(calls),
        },
        "struck_in_runs": batch.struck(),
        "reasons_not_met": batch.reasons_not_met(),
        "broken": batch.broken.iter().map(failed_json).collect::<Vec<_>>(),
    })
}

fn calls(coverage: &Coverage) -> f64 {
    coverage.calls as f64
}

fn failed_json(failed: &RunOutcome) -> Value {
    json!({ "seed": failed.seed, "broken": failed.broken })
}

/// One scenario with a fault at every call, as JSON.
pub fn everywhere_json(name: &str, tried: &EveryCallResult) -> Value {
    json!({
        "scenario": name,
        "points": tried.points,
        "chosen": tried.chosen,
        "tried": tried.tried,
        "struck": tried.struck,
        "broken": tried.broken.iter().map(failed_json).collect::<Vec<_>>(),
        "costly": tried.costly.iter().map(costly_json).collect::<Vec<_>>(),
    })
}

/// What was lost where reads lag behind for long, in words.
pub fn lost(stale: Duration, lost: &[SettleTimeLosses]) -> String {
    let mut text =
        format!("half of the reads of a while answered up to {} s late:\n", stale.as_secs());
    for it in lost {
        let _ = writeln!(
            text,
            "  settle time {:2} s: {} runs, {} stale reads, completed over live tasks {} times, runs with a broken invariant {}",
            it.settle_time.as_secs(),
            it.runs,
            it.stale_reads,
            it.completed_over_live_tasks,
            it.broken,
        );
    }
    text
}

/// What was lost where reads lag behind for long, as JSON.
pub fn lost_json(stale: Duration, lost: &[SettleTimeLosses]) -> Value {
    let each = |it: &SettleTimeLosses| {
        json!({
            "settle_time_seconds": it.settle_time.as_secs(),
            "runs": it.runs,
            "stale_reads": it.stale_reads,
            "let_go_over_live_tasks": it.completed_over_live_tasks,
            "broken_runs": it.broken,
        })
    };
    json!({
        "stale_seconds": stale.as_secs(),
        "by_settle_time": lost.iter().map(each).collect::<Vec<_>>(),
    })
}

fn costly_json(costly: &RunOutcome) -> Value {
    json!({ "fault": last_fault(&costly.scenario), "lost": costly.coverage.losses.work() })
}
