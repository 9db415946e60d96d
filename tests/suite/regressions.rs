//! What was found once and must not come back: each file is named by what it taught.

use sim::scenario::Happening;

use crate::world::{killed, played, root, story, written};

/// What keeps ebb from its work: such a run is held to the invariants alone.
fn is_trouble(what: &Happening) -> bool {
    matches!(
        what,
        Happening::StaleReads { .. }
            | Happening::BrokenDeployment { .. }
            | Happening::AgentDisconnects { .. }
            | Happening::DeleteHook { .. }
            | Happening::TerminateByHand { .. }
    )
}

#[test]
fn no_regression_loses_anything_or_waits_for_the_sweep() {
    let mut replayed = 0;

    for file in std::fs::read_dir(root().join("fixtures/regressions")).unwrap() {
        let path = file.unwrap().path();
        let scenario = written(&std::fs::read_to_string(&path).unwrap());
        let run = played(&scenario);
        if !scenario.faults.is_empty() || scenario.happens.iter().any(|step| is_trouble(&step.what))
        {
            replayed += 1;
            continue;
        }

        let told = format!("{}\n{}", path.display(), story(&run));
        assert_eq!(killed(&run), 0, "{told}");
        assert_eq!(run.summary.lifecycle_actions.timed_out, 0, "{told}");
        assert!(run.summary.completion_lag_seconds.is_some_and(|lag| lag.max <= 2.0), "{told}");
        replayed += 1;
    }

    assert!(replayed >= 3, "only {replayed} regressions were found");
}
