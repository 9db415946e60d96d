//! Random worlds with random faults: nothing is lost, and the worlds are hard enough.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use ebb::output::report;
use replay::coverage::FAULT_KINDS;
use replay::every_call::{CallSlice, EveryCallOptions, EveryCallResult, FaultClass};
use replay::player::play;
use replay::random::{OPERATIONS, RandomWorlds};
use replay::staleness::{SETTLE_TIMES, losses_by_settle_time};
use replay::{Program, Responder, RunOutcome, SimulationOptions, SimulationResult};
use sim::scenario::{Lengths, Scenario};

use crate::mutants::mutant::Mutant;
use crate::mutants::program::program;
use crate::series;
use crate::shipped::shipped;
use crate::world::cores;

/// Minutes for which a random world has steps: the default of `ebb simulate`.
pub(crate) const MINUTES: u64 = RandomWorlds::MINUTES;

/// The random worlds in which nothing may break.
pub(crate) const SEEDS: Range<u64> = 0..300;

fn seeds(seeds: Range<u64>) -> SimulationOptions {
    SimulationOptions {
        seeds,
        worlds: RandomWorlds::default(),
        scenario: None,
        jobs: cores(),
        program: Program::default(),
    }
}

/// Tries a fault at every call of a scenario, with `jobs` runs at once.
fn at_every_call(
    name: &str,
    scenario: &Scenario,
    faults: FaultClass,
    jobs: usize,
    program: Program,
    observe: impl FnMut(usize, usize, &RunOutcome) -> bool,
) -> EveryCallResult {
    let (path, slice) = (Path::new(name), CallSlice::WHOLE);
    let options = EveryCallOptions { path, scenario, faults, slice, jobs, program };
    options.run(observe).unwrap_or_else(|error| panic!("{error}"))
}

fn told(batch: &SimulationResult) -> String {
    let again = |seed| format!("ebb simulate --seed {seed} --minutes {MINUTES}");
    batch.broken.iter().map(|failed| report::failure(failed, &again(failed.seed))).collect()
}

#[test]
fn random_worlds_with_random_faults_lose_nothing_and_are_no_toys() {
    let run = series::seeds(SEEDS);

    let batch = seeds(run.clone()).run_all(|_| true).unwrap_or_else(|error| panic!("{error}"));

    assert_eq!(batch.runs as u64, run.end - run.start);
    assert!(batch.broken.is_empty(), "{}", told(&batch));
    if series::is_whole() {
        assert_are_no_toys(&batch);
    }
}

/// Asserts that many faults strike in the worlds, and that nearly every reason occurs.
fn assert_are_no_toys(batch: &SimulationResult) {
    assert!(batch.median(|run| run.drains as f64) >= 10.0);
    assert!(batch.median(|run| run.struck() as f64) >= 20.0);
    assert!(batch.median(|run| run.virtual_seconds) >= 7_200.0);
    for (kind, runs) in batch.struck() {
        assert!(runs * 20 >= batch.runs, "{kind} struck in {runs} runs of {}", batch.runs);
    }
    assert_eq!(batch.struck().len(), FAULT_KINDS.len());
    // The runs call every operation that faults can strike.
    assert_eq!(batch.operations(), BTreeSet::from(OPERATIONS));
    // Only worlds of real accounts deny one cluster and answer for another, or fill the attributes of agents.
    let not_met: BTreeSet<_> = batch.reasons_not_met().into_iter().collect();
    assert_eq!(not_met, BTreeSet::from(["budget-awaited", "cluster-denied"]));
}

#[test]
fn a_seed_is_the_same_run_again_byte_for_byte() {
    for seed in [3, 4] {
        let scenario = RandomWorlds::default().scenario(seed);
        let path = Path::new("a seed");
        let trace = || {
            let played = play(path, &scenario, Responder::Ebb, seed, &Program::default()).unwrap();
            let history = played.history.iter().map(|entry| format!("{entry:?}\n"));
            let logged = played.logged.iter().map(|line| format!("{line:?}\n"));
            history.chain(logged).collect::<String>()
        };

        let (first, second) = (trace(), trace());

        assert!(first == second, "seed {seed}: the traces of two runs differ");
        assert!(first.contains("Fault {"), "seed {seed}: nothing went wrong");
    }
}

/// Every fault is tried at every call of a short scenario. `ebb simulate` can do so for every scenario.
#[test]
fn scale_in_with_any_fault_at_any_call_breaks_no_invariant() {
    for (what, least) in [(FaultClass::Kills, 100), (FaultClass::Others, 300)] {
        let (scenario, program) = (shipped("scale-in"), Program::default());
        let tried =
            at_every_call("scale-in.toml", &scenario, what, cores(), program, |_, _, _| true);

        assert!(tried.broken.is_empty(), "{}", report::every_call("scale-in", what, &tried));
        assert_eq!(tried.struck, tried.points, "{what:?} that did not strike");
        assert!(tried.points >= least, "{what:?}: only {} points", tried.points);
    }
}

#[test]
fn kill_with_a_lost_task_is_reported_although_no_invariant_breaks() {
    let mut scenario = shipped("spot-interruption");
    // The visibility timeout of the queue takes 45 s of the two minutes.
    scenario.task_definitions[0].containers[0].exits_in = Lengths::millis(85_000, 88_000);

    let (kills, program) = (FaultClass::Kills, Program::default());
    let tried = at_every_call("spot.toml", &scenario, kills, cores(), program, |_, _, _| true);

    let story = report::every_call("spot-interruption", FaultClass::Kills, &tried);
    assert!(tried.broken.is_empty(), "{story}");
    assert!(tried.costly.iter().all(|run| run.coverage.losses.work() == 1), "{story}");
    let reported = "1 lost with killed-after-UpdateContainerInstancesState-1-of-spot-interruption";
    assert!(story.contains(reported), "{story}");
}

#[test]
fn killed_process_of_a_spot_warning_costs_no_task() {
    let scenario = shipped("spot-interruption");

    let (kills, program) = (FaultClass::Kills, Program::default());
    let tried = at_every_call("spot.toml", &scenario, kills, cores(), program, |_, _, _| true);

    let story = report::every_call("spot-interruption", FaultClass::Kills, &tried);
    assert!(tried.tried > 100, "{story}");
    assert!(tried.broken.is_empty() && tried.costly.is_empty(), "{story}");
}

#[test]
fn every_call_run_after_a_broken_invariant_begins_only_if_observe_returns_true() {
    let scenario = shipped("empty-instance");
    let tried = |goes_on: bool| {
        let seen = |_, _, outcome: &RunOutcome| goes_on || outcome.broken.is_empty();
        let program = program(Mutant::TakesAnEndedActionForAnError);
        at_every_call("empty-instance.toml", &scenario, FaultClass::Kills, 1, program, seen)
    };

    let (until_the_first, all) = (tried(false), tried(true));

    // The next run has begun when the result of the first one comes.
    assert!((1..=2).contains(&until_the_first.broken.len()), "{}", until_the_first.broken.len());
    assert!(until_the_first.tried < all.tried, "{}", until_the_first.tried);
    assert!(all.broken.len() > 2 && all.tried == all.points, "{all:?}");
}

#[test]
fn the_faults_of_a_seed_are_laid_over_the_world_of_a_file() {
    let scenario = shipped("instance-refresh");

    let drawn = RandomWorlds::default().faults_over(&scenario, 1);

    assert_eq!(drawn.groups.len(), scenario.groups.len());
    assert!(drawn.faults.len() > scenario.faults.len());
}

#[test]
fn losses_by_long_stale_reads_are_counted_for_each_settle_time() {
    let stale = Duration::from_secs(30);

    let lost =
        losses_by_settle_time(&seeds(0..1), stale, || {}).unwrap_or_else(|error| panic!("{error}"));

    let settle_times: Vec<Duration> = lost.iter().map(|it| it.settle_time).collect();
    assert_eq!(settle_times, SETTLE_TIMES);
    assert!(lost.iter().all(|it| it.runs == 1 && it.stale_reads > 0), "{lost:?}");
}
