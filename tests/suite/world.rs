//! The words of these tests: scenarios by name or as text, and what came of them.

use std::path::{Path, PathBuf};

use ebb::play::Responder;
use ebb::replay::{self, Replay, Run};
use sim::scenario::Scenario;

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The file of a shipped scenario.
pub(crate) fn scenario_file(name: &str) -> PathBuf {
    root().join("fixtures/scenarios").join(format!("{name}.toml"))
}

/// A shipped scenario.
pub(crate) fn shipped(name: &str) -> Scenario {
    let path = scenario_file(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    written(&text)
}

/// A scenario written in a test.
pub(crate) fn written(text: &str) -> Scenario {
    replay::read_scenario(Path::new("test.toml"), text).unwrap_or_else(|error| panic!("{error}"))
}

/// What a responder made of a scenario.
pub(crate) fn played_by(responder: Responder, scenario: &Scenario) -> Run {
    let replay: Replay = replay::scenario_of(Path::new("test.toml"), scenario, &[responder], None)
        .unwrap_or_else(|error| panic!("{error}"));
    replay.runs.into_iter().next().expect("one responder, one run")
}

/// What ebb made of a scenario. An invariant that broke fails the test.
pub(crate) fn played(scenario: &Scenario) -> Run {
    let run = played_by(Responder::Ebb, scenario);
    assert!(run.broken.is_empty(), "{:#?}\n{}", run.broken, story(&run));
    run
}

/// The timeline as text.
pub(crate) fn story(run: &Run) -> String {
    run.timeline.iter().map(|line| line.text() + "\n").collect()
}

/// How many tasks died before their time.
pub(crate) fn killed(run: &Run) -> usize {
    let killed = run.summary.tasks_killed;
    killed.replica + killed.daemon + killed.standalone
}

/// How often an AWS operation was called.
pub(crate) fn calls(run: &Run, operation: &str) -> usize {
    run.summary.aws_calls.get(operation).copied().unwrap_or(0)
}
