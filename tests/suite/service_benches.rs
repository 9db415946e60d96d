//! Benches of operations on services.

use std::sync::LazyLock;

use replay::bench::{
    Recycle, RecycleEffects, RecycleFigures, RecycleMethod, Shutdown, ShutdownFigures,
    ShutdownMethod,
};

use crate::benches::readme_has;

/// Benches of operations. Each plays its world once for all tests.
const RECYCLE: Recycle = Recycle { replaces_at_once: false, seed: 5 };
static RECYCLED: LazyLock<Vec<(RecycleMethod, RecycleFigures)>> =
    LazyLock::new(|| RECYCLE.run(&|_| ()).unwrap());
const SHUTDOWN: Shutdown = Shutdown { seed: 5 };
static SHUT_DOWN: LazyLock<Vec<(ShutdownMethod, ShutdownFigures)>> =
    LazyLock::new(|| SHUTDOWN.run(&|_| ()).unwrap());

/// Returns the figures of one way to recycle.
fn recycled(wanted: RecycleMethod) -> RecycleFigures {
    RECYCLED.iter().find(|(method, _)| *method == wanted).unwrap().1.clone()
}

/// Asserts that a recycle replaced every task, failed no request and left nothing changed.
fn assert_unharmed(effects: &RecycleEffects) {
    assert_eq!((effects.tasks_left, effects.requests_failed), (0, 0), "{effects:?}");
    assert_eq!(effects.min_healthy_tasks, effects.original_desired_count, "{effects:?}");
    assert!(!effects.leaves_changes(), "{effects:?}");
}

#[test]
fn recycle_by_ebb_leaves_no_old_task_and_fails_no_request() {
    let ebb = recycled(RecycleMethod::Ebb);

    assert_eq!((ebb.outcome.as_str(), ebb.tasks_left), ("done", 0), "{ebb:?}");
    assert_unharmed(&ebb.effects);
}

#[test]
fn recycle_by_ebb_with_a_killed_process_leaves_no_old_task_and_fails_no_request() {
    assert_unharmed(&recycled(RecycleMethod::Ebb).effects_with_crash);
}

/// Asserts that the desired count and the bounds of the scalable target stayed raised.
fn assert_raised(effects: &RecycleEffects) {
    let raised = effects.original_desired_count + 1;
    assert_eq!((effects.final_desired_count, effects.scaling_changed), (raised, true));
}

#[test]
fn recycle_lambda_at_its_time_limit_leaves_the_desired_count_and_the_bounds_raised() {
    let lambda = recycled(RecycleMethod::RecycleLambda);

    assert_eq!((lambda.outcome.as_str(), lambda.seconds), ("timed-out", 900.0), "{lambda:?}");
    assert_raised(&lambda.effects);
}

#[test]
fn killed_recycle_lambda_leaves_the_desired_count_and_the_bounds_raised() {
    assert_raised(&recycled(RecycleMethod::RecycleLambda).effects_with_crash);
}

#[test]
fn scripts_report_success_while_old_tasks_still_run() {
    for script in [RecycleMethod::StopAndSleep, RecycleMethod::ForcedDeployment] {
        let figures = recycled(script);

        assert_eq!(figures.outcome, "done", "{script:?}");
        assert_eq!(figures.tasks_left, figures.effects.original_desired_count, "{script:?}");
    }
}

#[test]
fn recycles_in_the_readme_are_those_of_the_bench() {
    let table = ebb::output::recycle_bench::table(RECYCLE, &RECYCLED);
    readme_has("## Recycle and restart a service", &table);
}

/// Returns the figures of one way to stop all services.
fn shut_down(wanted: ShutdownMethod) -> ShutdownFigures {
    SHUT_DOWN.iter().find(|(method, _)| *method == wanted).unwrap().1.clone()
}

#[test]
fn shutdown_by_ebb_leaves_no_task_and_none_comes_back() {
    let ebb = shut_down(ShutdownMethod::Ebb);

    assert_eq!(ebb.outcome, "done");
    assert_eq!((ebb.tasks_left, ebb.tasks_started_again), (0, 0), "{ebb:?}");
}

#[test]
fn shutdown_by_ebb_with_a_killed_process_ends_and_can_be_resumed() {
    let crash = shut_down(ShutdownMethod::Ebb).after_crash;

    assert_eq!((crash.tasks_left, crash.services_recorded), (0, crash.services_changed));
}

#[test]
fn other_shutdowns_leave_tasks_and_start_tasks_again() {
    for method in [ShutdownMethod::CountToZero, ShutdownMethod::TwoPhases] {
        let figures = shut_down(method);

        assert!(figures.tasks_left > 0 && figures.tasks_started_again > 0, "{figures:?}");
    }
}

#[test]
fn shutdowns_in_the_readme_are_those_of_the_bench() {
    let table = ebb::output::shutdown_bench::table(SHUTDOWN, &SHUT_DOWN);
    readme_has("## Shut a service or a cluster down, and resume it", &table);
}
