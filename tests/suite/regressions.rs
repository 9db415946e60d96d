//! Failures that occurred once. Each file is named by the cause.

use std::path::PathBuf;

use crate::world::{killed, played, root, story, written};

/// Scenarios without further faults.
const FAIR: [&str; 3] = [
    "spot-warning-for-held-instance",
    "old-event-for-held-instance",
    "task-events-split-between-processes",
];

fn file(name: &str) -> PathBuf {
    root().join("fixtures/regressions").join(name).with_extension("toml")
}

#[test]
fn no_regression_breaks_an_invariant() {
    let mut replayed = 0;

    for file in std::fs::read_dir(root().join("fixtures/regressions")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        played(&written(&text));
        replayed += 1;
    }

    assert!(replayed >= 28, "only {replayed} regressions were found");
}

#[test]
fn a_regression_in_fair_weather_loses_nothing_and_waits_for_no_sweep() {
    for name in FAIR {
        let run = played(&written(&std::fs::read_to_string(file(name)).unwrap()));

        let told = format!("{name}\n{}", story(&run));
        assert_eq!(killed(&run), 0, "{told}");
        assert_eq!(run.summary.lifecycle_actions.timed_out, 0, "{told}");
        assert!(run.summary.completion_lag_seconds.is_some_and(|lag| lag.max <= 2.0), "{told}");
    }
}
