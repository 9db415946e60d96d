//! Helpers of these tests: scenarios as text, and the results of their runs.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ebb::output::timeline::timeline;
use replay::scenario_file::parse_scenario;
use replay::{Replay, Responder, Run, replay_scenario};
use sim::scenario::Scenario;

/// Returns the project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Parses a scenario that a test writes.
pub(crate) fn written(text: &str) -> Scenario {
    parse_scenario(Path::new("test.toml"), text).unwrap_or_else(|error| panic!("{error}"))
}

/// Plays a scenario with a responder.
pub(crate) fn played_by(responder: Responder, scenario: &Scenario) -> Run {
    let replay: Replay = replay_scenario(Path::new("test.toml"), scenario, &[responder], None)
        .unwrap_or_else(|error| panic!("{error}"));
    replay.runs.into_iter().next().expect("one responder, one run")
}

/// Plays a scenario with ebb. Fails the test if an invariant breaks.
pub(crate) fn played(scenario: &Scenario) -> Run {
    let run = played_by(Responder::Ebb, scenario);
    assert!(run.broken.is_empty(), "{:#?}\n{}", run.broken, story(&run));
    run
}

/// Returns the number of runs that the machine can do at once.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Returns the results of all pieces of work in order. Runs one piece on each core at once.
pub(crate) fn on_all_cores<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || all.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed));
    let share = || std::iter::from_fn(take).map(|(n, it)| (n, work(it))).collect::<Vec<_>>();
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(share)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Returns the timeline as text.
pub(crate) fn story(run: &Run) -> String {
    timeline(run).iter().map(|line| line.text() + "\n").collect()
}

/// Returns the number of killed tasks.
pub(crate) fn killed(run: &Run) -> usize {
    let killed = run.summary.tasks_killed;
    killed.replica + killed.daemon + killed.standalone
}

/// Returns the number of calls of an AWS operation.
pub(crate) fn calls(run: &Run, operation: &str) -> usize {
    run.summary.aws_calls.get(operation).copied().unwrap_or(0)
}
