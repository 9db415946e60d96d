//! Reports of simulations, as text and as JSON.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use replay::every_call::{EveryCallResult, FaultClass};
use replay::regression::last_fault;
use replay::shrink::SmallerFailure;
use replay::staleness::SettleTimeLosses;
use replay::{Coverage, RunOutcome, SimulationOptions, SimulationResult};
use serde_json::{Value, json};

/// Returns the report of a simulation.
pub fn text(options: &SimulationOptions, result: &SimulationResult, took: Duration) -> String {
    let seeds = &options.seeds;
    let mut text = format!(
        "ebb simulate --seeds {}..{} --minutes {}\n",
        seeds.start, seeds.end, options.worlds.minutes
    );
    let rate = result.runs as f64 / took.as_secs_f64().max(f64::EPSILON);
    let _ = writeln!(
        text,
        "  runs                {} in {:.0} s, {rate:.1} runs a second, {} at once",
        result.runs,
        took.as_secs_f64(),
        options.jobs
    );
    let _ = writeln!(
        text,
        "  median of a run     {} drains, {} faults, {:.1} virtual hours, {} AWS calls",
        result.median(|it| it.drains as f64),
        result.median(|it| it.struck() as f64),
        result.median(|it| it.virtual_seconds / 3600.0),
        result.median(|it| it.calls as f64),
    );
    write_struck(&mut text, result);
    let missing = result.reasons_not_met();
    let missing = if missing.is_empty() { "none".to_owned() } else { missing.join(", ") };
    let _ = writeln!(text, "  reasons not met     {missing}");
    write_broken(&mut text, result);
    text
}

/// Writes the share of runs in which each kind of fault struck, in percent.
fn write_struck(text: &mut String, result: &SimulationResult) {
    let share = |runs: usize| runs as f64 * 100.0 / result.runs.max(1) as f64;
    let met = result.circumstances().into_iter().filter(|(_, runs)| *runs > 0);
    let struck = result.struck().into_iter().chain(met);
    let kinds: Vec<_> = struck.map(|(kind, runs)| format!("{kind} {:.0}", share(runs))).collect();
    for (n, some) in kinds.chunks(6).enumerate() {
        let name = if n == 0 { "% of runs with each" } else { "" };
        let _ = writeln!(text, "  {name:19} {}", some.join(", "));
    }
}

fn write_broken(text: &mut String, result: &SimulationResult) {
    if result.broken.is_empty() {
        let _ = writeln!(text, "  broken invariants   none");
    }
    for (invariant, times) in result.by_invariant() {
        let _ = writeln!(text, "  BROKEN {times} times: {invariant}");
    }
}

/// Returns the report of a failing run, with the command that repeats it.
pub fn failure(failed: &RunOutcome, command: &str) -> String {
    let mut text = format!("seed {}: {command}\n", failed.seed);
    for violation in &failed.broken {
        let _ = writeln!(text, "  BROKEN  {}: {}", violation.invariant, violation.what);
    }
    text
}

/// Returns the report of a failing run that was made smaller and written to a file.
pub fn kept(smaller: &SmallerFailure, path: &Path) -> String {
    format!(
        "  made smaller in {} runs: {} steps, {} faults\n  replay: ebb replay {}\n",
        smaller.runs,
        smaller.scenario.happens.len(),
        smaller.scenario.faults.len(),
        path.display()
    )
}

/// Returns the report of a scenario with a fault at every call.
pub fn every_call(name: &str, faults: FaultClass, result: &EveryCallResult) -> String {
    let tried = match faults {
        FaultClass::Kills => "killed before and after every call",
        FaultClass::Others => "every other fault at every call",
    };
    let points = if result.tried < result.chosen {
        format!("stopped after {} of {} points", result.tried, result.chosen)
    } else if result.chosen < result.points {
        format!("{} of {} points, the same share for each seed", result.chosen, result.points)
    } else {
        format!("{} points", result.points)
    };
    let broken = match result.broken.len() {
        0 => "nothing broken".to_owned(),
        n => format!("{n} BROKEN"),
    };
    let mut text =
        format!("{name}: {tried}: {points}, {} with the fault: {broken}\n", result.struck);
    for costly in &result.costly {
        let fault = last_fault(&costly.scenario);
        let _ = writeln!(text, "  {} lost with {fault}", costly.coverage.losses.work());
    }
    text
}

/// Returns the report of a simulation as JSON.
pub fn json(result: &SimulationResult, took: Duration) -> Value {
    json!({
        "runs": result.runs,
        "seconds": took.as_secs_f64(),
        "median": {
            "drains": result.median(|it| it.drains as f64),
            "faults": result.median(|it| it.struck() as f64),
            "virtual_seconds": result.median(|it| it.virtual_seconds),
            "aws_calls": result.median(calls),
        },
        "struck_in_runs": result.struck(),
        "reasons_not_met": result.reasons_not_met(),
        "broken": result.broken.iter().map(failure_json).collect::<Vec<_>>(),
    })
}

fn calls(coverage: &Coverage) -> f64 {
    coverage.calls as f64
}

fn failure_json(failed: &RunOutcome) -> Value {
    json!({ "seed": failed.seed, "broken": failed.broken })
}

/// Returns the report of a scenario with a fault at every call as JSON.
pub fn every_call_json(name: &str, result: &EveryCallResult) -> Value {
    json!({
        "scenario": name,
        "points": result.points,
        "chosen": result.chosen,
        "tried": result.tried,
        "struck": result.struck,
        "broken": result.broken.iter().map(failure_json).collect::<Vec<_>>(),
        "costly": result.costly.iter().map(costly_json).collect::<Vec<_>>(),
    })
}

/// Returns the losses by settle time in worlds whose reads lag behind.
pub fn losses(stale: Duration, losses: &[SettleTimeLosses]) -> String {
    let mut text = format!(
        "half of the reads during stale reads lag behind by up to {} s:\n",
        stale.as_secs()
    );
    for it in losses {
        let _ = writeln!(
            text,
            "  settle time {:2} s: {} runs, {} stale reads, {} actions completed over live tasks, {} runs with a broken invariant",
            it.settle_time.as_secs(),
            it.runs,
            it.stale_reads,
            it.completed_over_live_tasks,
            it.broken,
        );
    }
    text
}

/// Returns the losses by settle time as JSON.
pub fn losses_json(stale: Duration, losses: &[SettleTimeLosses]) -> Value {
    let each = |it: &SettleTimeLosses| {
        json!({
            "settle_time_seconds": it.settle_time.as_secs(),
            "runs": it.runs,
            "stale_reads": it.stale_reads,
            "completed_over_live_tasks": it.completed_over_live_tasks,
            "broken_runs": it.broken,
        })
    };
    json!({
        "stale_seconds": stale.as_secs(),
        "by_settle_time": losses.iter().map(each).collect::<Vec<_>>(),
    })
}

fn costly_json(costly: &RunOutcome) -> Value {
    json!({ "fault": last_fault(&costly.scenario), "lost": costly.coverage.losses.work() })
}
