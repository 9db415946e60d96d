//! Causes that end the work: they are written into the state before anything is restored.

use super::scene::{DAY, HOUR, Scene, scene, seconds};
use super::tasks::{new, old};
use crate::decision::{OperationAction, OperationDecision};
use crate::outcome::OperationOutcome;
use crate::state::StopCause;

/// Returns a scene in which one old task is gone, and its replacement is the task `new9` of each test.
fn replacing() -> Scene {
    scene().desired(4).with_all([old("old2"), old("old3"), new("new1")])
}

fn cause(decision: &OperationDecision) -> StopCause {
    let [OperationAction::SaveState(state)] = &decision.actions[..] else {
        panic!("no cause: {decision:?}")
    };
    state.stopped.clone().unwrap()
}

#[test]
fn replacement_that_exits_stops_the_recycle_with_all_that_ecs_says() {
    let failed = replacing()
        .with(new("new9").exited(100, 1))
        .with_event(90, "(service api) has started 1 tasks: (task new9).")
        .with_event(-DAY, "(service api) has reached a steady state.");

    let decision = failed.decided();

    assert_eq!(decision.reason.code(), "replacement-failed");
    assert_eq!(
        cause(&decision).sentence,
        "task new9-task failed (EssentialContainerExited): Essential container in task exited; container app: \
         exit code 1; ECS says: (service api) has started 1 tasks: (task new9)."
    );
    assert_eq!(cause(&decision).outcome, OperationOutcome::Failed);
}

#[test]
fn replacement_that_cannot_start_stops_the_recycle() {
    let reason = "CannotPullContainerError: pull image manifest has been retried 5 times";
    let failed = new("new9").starting().stopped_at(100, "TaskFailedToStart", reason);

    assert_eq!(replacing().with(failed).decided().reason.code(), "replacement-failed");
}

#[test]
fn replacement_that_fails_its_health_checks_stops_the_recycle() {
    for reason in [
        "Task failed ELB health checks in (target-group arn:aws:x)",
        "Task failed container health checks",
    ] {
        let failed = new("new9").stopped_at(100, "ServiceSchedulerInitiated", reason);
        assert_eq!(replacing().with(failed).decided().reason.code(), "replacement-failed");
    }
}

#[test]
fn new_task_that_was_scaled_in_interrupted_or_stopped_by_hand_is_no_failure() {
    for (code, reason) in [
        ("ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/1)"),
        ("SpotInterruption", "Your Spot Task was interrupted."),
        ("UserInitiated", "Task stopped by user"),
        ("TerminationNotice", "Host EC2 (instance i-1) terminated."),
    ] {
        let ended = new("new9").stopped_at(100, code, reason);
        assert_ne!(replacing().with(ended).decided().reason.code(), "replacement-failed", "{code}");
    }
}

#[test]
fn old_task_that_exits_is_no_failed_replacement() {
    assert_eq!(replacing().with(old("old1").exited(100, 1)).decided().reason.code(), "settling");
}

#[test]
fn new_task_that_exits_after_ten_minutes_is_no_failed_replacement() {
    let exits = |second| replacing().now(DAY).with(new("new9").exited(second, 0)).decided();

    assert_eq!(exits(40 + 600).reason.code(), "replacement-failed");
    assert_ne!(exits(40 + 601).reason.code(), "replacement-failed");
}

#[test]
fn count_that_ebb_never_sets_ends_the_work_and_is_left() {
    let changed = replacing().desired(9);

    let decision = changed.decided();

    assert_eq!(decision.reason.code(), "count-changed");
    let restored = changed.stopped("count-changed").decided();
    assert_eq!(restored.actions, [OperationAction::DeleteRecord, OperationAction::DeleteState]);
}

#[test]
fn count_below_the_record_ends_a_recycle_that_maintains_the_count() {
    assert_eq!(replacing().desired(2).decided().reason.code(), "count-changed");
    assert_ne!(replacing().shrinking().desired(2).decided().reason.code(), "count-changed");
}

#[test]
fn timeout_of_the_request_ends_the_work_and_says_what_is_missing() {
    let late = |second| {
        let starting = replacing().with(new("new9").starting());
        starting.asking(|it| it.timeout = Some(seconds(900))).now(second).decided()
    };

    let decision = late(900);

    assert_eq!(decision.reason.code(), "timeout-reached");
    assert_eq!(cause(&decision).outcome, OperationOutcome::TimedOut);
    assert_eq!(
        cause(&decision).sentence,
        "the timeout of 900 seconds has come; waiting for 1 task to start"
    );
    assert_eq!(late(899).reason.code(), "settling");
}

#[test]
fn two_hours_without_a_change_end_the_work() {
    let event = "(service api) was unable to place a task because no container instance met all of its requirements.";
    let stuck = |second| {
        let alone = scene().desired(4).with_all([old("old1"), old("old2"), old("old3")]);
        alone.with_event(30, event).now(second).decided()
    };

    let decision = stuck(2 * HOUR + 30);

    assert_eq!(decision.reason.code(), "standstill");
    assert!(cause(&decision).sentence.contains("unable to place a task"), "{decision:?}");
    assert_eq!(stuck(2 * HOUR + 29).reason.code(), "settling");
}

#[test]
fn tasks_that_another_owner_protects_are_waited_for_longer() {
    let protected = |second| {
        let tasks = [old("old1").protected_until(4 * DAY), new("new1"), new("new2")];
        scene().behind_a_load_balancer().with_all(tasks).now(second).decided()
    };

    assert_eq!(protected(47 * HOUR).reason.code(), "awaiting-protection");
    assert_eq!(protected(49 * HOUR).reason.code(), "standstill");
}

#[test]
fn placement_failure_is_reported_while_tasks_are_missing() {
    let event =
        "(service api) was unable to place a task. Reason: Capacity is unavailable at this time.";
    let short = scene().desired(4).with_all([old("old1"), old("old2"), old("old3")]);

    let notes = short.clone().with_event(30, event).decided().notes;

    assert_eq!(notes[0].code(), "placement-failure");
    assert!(short.with_event(-30, event).decided().notes.is_empty());
}
