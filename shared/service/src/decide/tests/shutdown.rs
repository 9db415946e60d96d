//! Shutdown: desired count 0, and the proof that no task is left.

use super::scene::{HOUR, MINUTE, Scene, at, scene_of, wait};
use super::tasks::{arn, new, old};
use crate::decision::{OperationAction, OperationDecision};
use crate::kind::OperationKind;
use crate::memory::OperationMemory;
use crate::observation::SuspendedScaling;
use crate::outcome::OperationOutcome;
use crate::state::{OperationState, Resumption, ShutdownEnd};

const ACTIVE: SuspendedScaling =
    SuspendedScaling { scale_in: false, scale_out: false, scheduled: false };

fn shutdown() -> Scene {
    let scene = scene_of(OperationKind::Shutdown).at_first_sight();
    scene.recorded(|record| record.desired_count = Some(3)).now(30)
}

fn three_old() -> Scene {
    shutdown().with_all([old("old1"), old("old2"), old("old3")])
}

fn zero(scene: Scene, second: i64) -> Scene {
    let zero_since = Some(at(second));
    scene.desired(0).with_memory(OperationMemory { zero_since, ..OperationMemory::default() })
}

fn written(decision: &OperationDecision) -> OperationState {
    let [OperationAction::SaveState(state)] = &decision.actions[..] else {
        panic!("no state: {decision:?}")
    };
    state.clone()
}

fn shut_down(scene: Scene) -> Scene {
    let end = ShutdownEnd {
        outcome: OperationOutcome::Done,
        sentence: "no task is left".to_owned(),
        at: at(200),
    };
    scene.in_state(|state| state.shut_down = Some(end))
}

fn resuming(scene: Scene) -> Scene {
    let resumption = Resumption { by: "bob".to_owned(), at: at(HOUR) };
    shut_down(scene).in_state(|state| state.resuming = Some(resumption)).now(HOUR + MINUTE)
}

#[test]
fn scaling_is_suspended_with_bounds_that_lift_no_count() {
    let scaled = || three_old().scaled(2, 5).with_target(2, 5, ACTIVE);

    assert_eq!(scaled().actions(), [OperationAction::SuspendScaling { min: 0, max: 5 }]);
    let again = scaled().with_target(2, 5, SuspendedScaling::ALL).desired(0);
    assert_eq!(again.actions(), [OperationAction::SuspendScaling { min: 0, max: 5 }]);
}

#[test]
fn count_falls_to_zero() {
    let decision = three_old().decided();

    assert_eq!(decision.actions, [OperationAction::SetDesiredCount { count: 0 }, wait(35)]);
    assert_eq!(decision.reason.code(), "shutting-down");
}

#[test]
fn task_that_ecs_does_not_stop_gets_stop_task_after_the_grace() {
    let one_kept =
        || shutdown().with_all([old("old1").protected_until(HOUR), old("old2").stopping()]);

    let stopped = zero(one_kept(), 30).now(90).decided();

    let reason = "ebb: shutdown/shop/api/20260302T090000Z".to_owned();
    let stop = OperationAction::StopTask { task: arn("old1"), reason };
    assert_eq!(stopped.actions, [stop, wait(95)]);
    assert_eq!(zero(one_kept(), 30).now(89).actions(), [wait(90)]);
}

#[test]
fn grace_of_zero_stops_tasks_in_the_step_that_sets_the_count() {
    let at_once = three_old().asking(|it| it.grace = std::time::Duration::ZERO);

    let actions = at_once.actions();
    assert_eq!(actions[0], OperationAction::SetDesiredCount { count: 0 });
    let stopped = actions.iter().filter(|it| matches!(it, OperationAction::StopTask { .. }));
    assert_eq!(stopped.count(), 3);
}

#[test]
fn grace_begins_again_with_a_new_process() {
    let decision = three_old().desired(0).now(100).decided();

    assert_eq!(decision.memory.zero_since, Some(at(100)));
    assert_eq!(decision.actions, [wait(115)]);
}

#[test]
fn task_that_deactivates_or_starts_counts_as_left() {
    for task in [old("old1").stopping(), new("new1").starting()] {
        let decision = zero(shutdown().with(task), 30).now(60).decided();
        assert_eq!(decision.outcome, OperationOutcome::Open);
        assert_eq!(decision.progress.unwrap().left, 1);
    }
}

#[test]
fn empty_service_is_proven_a_minute_later() {
    let empty = || shutdown().desired(0).with(old("old1").scaled_in_at(60));

    let first = empty().now(100).decided();
    assert_eq!((first.actions, first.reason.code()), (vec![wait(160)], "proving-empty"));
    let later = |second| empty().with_memory(first.memory.clone()).now(second).decided();
    assert_eq!(later(159).outcome, OperationOutcome::Open);
    assert_eq!(later(160).outcome, OperationOutcome::Done);
}

#[test]
fn proof_begins_again_after_a_task_was_seen() {
    let first = shutdown().desired(0).now(100).decided();

    let seen = shutdown().desired(0).with(new("new1")).with_memory(first.memory).now(160).decided();

    assert_eq!(seen.outcome, OperationOutcome::Open);
    assert_eq!(seen.memory.stable, None);
}

#[test]
fn look_at_other_tasks_is_no_first_look() {
    let stable = Some(crate::memory::StableLook { since: at(0), of: 1 });
    let memory = OperationMemory { stable, ..OperationMemory::default() };

    let decision = shutdown().desired(0).with_memory(memory).now(160).decided();

    assert_eq!(decision.reason.code(), "proving-empty");
}

#[test]
fn shutdown_keeps_its_record_and_says_so_in_the_state() {
    let first = shutdown().desired(0).now(100).decided();

    let done = shutdown().desired(0).with_memory(first.memory).now(160).decided();

    assert_eq!(written(&done).shut_down.unwrap().outcome, OperationOutcome::Done);
    assert_eq!(done.reason.to_string(), "no task is left");
}

#[test]
fn container_that_was_killed_is_reported() {
    let killed = || shutdown().desired(0).with(old("old1").exited(90, 137));
    let first = killed().now(100).decided();

    let done = killed().with_memory(first.memory).now(160).decided();

    assert!(done.reason.to_string().contains("1 ended with exit code 137"), "{}", done.reason);
}

#[test]
fn tasks_that_are_left_at_the_timeout_are_named_with_what_keeps_them() {
    let left = |second| zero(shutdown().with(old("old1").stopping()), 30).now(second).decided();

    let decision = left(300);

    assert_eq!(decision.outcome, OperationOutcome::TimedOut);
    assert_eq!(
        written(&decision).shut_down.unwrap().sentence,
        "1 task is left: old1-task is DEACTIVATING, started by ecs-svc/1, stopping since 2026-03-02T09:00:50Z"
    );
    assert_eq!(left(299).outcome, OperationOutcome::Open);
}

#[test]
fn protection_and_a_running_deployment_are_named_as_what_keeps_tasks() {
    let kept = old("old1").stopping().protected_until(HOUR);
    let deployed = super::scene::service_deployment("IN_PROGRESS", 40);
    let left = zero(shutdown().with(kept).with_service_deployment(deployed), 30).now(300);

    let sentence = left.decided().reason.to_string();

    assert!(sentence.contains(", protected until 2026-03-02T10:00:00Z"), "{sentence}");
    assert!(sentence.ends_with("; deployment d40 is running"), "{sentence}");
}

#[test]
fn cancelled_shutdown_leaves_the_protection_of_tasks() {
    let protected = shutdown().with(old("old1").protected_until(HOUR + 60)).cancelled();

    assert_eq!(protected.now(5 * MINUTE).decided().outcome, OperationOutcome::Cancelled);
}

#[test]
fn no_step_follows_a_shutdown_that_has_ended() {
    let decision = shut_down(shutdown().desired(0)).now(9 * HOUR).decided();

    assert!(decision.actions.is_empty(), "{decision:?}");
    assert_eq!((decision.reason.code(), decision.outcome), ("shut-down", OperationOutcome::Done));
}

#[test]
fn second_shutdown_does_not_touch_the_record() {
    let again = shut_down(shutdown().desired(0)).asking(|it| it.confirmed = true);

    let decision = again.decided_for(&again.intent());

    assert_eq!(decision.reason.code(), "other-operation");
    assert!(decision.actions.is_empty());
}

#[test]
fn count_that_another_tool_raised_beyond_the_record_is_left() {
    let raised = three_old().desired(9).decided();

    assert_eq!(raised.outcome, OperationOutcome::Failed);
    assert_eq!(written(&raised).shut_down.unwrap().outcome, OperationOutcome::Failed);
}

#[test]
fn cancelled_shutdown_restores_count_and_scaling() {
    let cancelled = three_old().scaled(2, 5).with_target(0, 5, SuspendedScaling::ALL).cancelled();
    let cancelled = cancelled.now(5 * MINUTE);

    let count = cancelled.clone().desired(0).actions();
    assert_eq!(count[0], OperationAction::SetDesiredCount { count: 3 });
    let [scaling, _, _] = &cancelled.actions()[..] else { panic!("no end") };
    assert_eq!(*scaling, OperationAction::RestoreScaling { min: 2, max: 5, suspended: ACTIVE });
}

#[test]
fn resume_needs_the_record_of_a_shutdown_that_has_ended() {
    let resume = |scene: &Scene| {
        let mut asking = scene.clone();
        asking.record.request.kind = OperationKind::Resume;
        scene.decided_for(&asking.intent())
    };

    let none = Scene { recorded: false, ..shutdown() };
    assert_eq!(resume(&none).reason.code(), "no-shutdown");
    assert_eq!(resume(&three_old()).reason.code(), "not-shut-down");
    assert_eq!(resume(&super::scene::scene()).reason.code(), "other-operation");
    let begun = resume(&shut_down(shutdown().desired(0)));
    assert_eq!(begun.outcome, OperationOutcome::Open);
    assert!(written(&begun).resuming.is_some() && written(&begun).shut_down.is_some());
}

#[test]
fn resume_restores_the_count_before_the_scaling() {
    let scaled = shutdown().scaled(2, 5).with_target(0, 5, SuspendedScaling::ALL);

    let decision = resuming(scaled.desired(0)).decided();

    assert_eq!(decision.actions[0], OperationAction::SetDesiredCount { count: 3 });
}

#[test]
fn scaling_returns_once_the_resumed_service_is_stable() {
    let tasks = || [new("new1"), new("new2"), new("new3")];
    let scaled = shutdown().scaled(2, 5).with_target(0, 5, SuspendedScaling::ALL).with_all(tasks());
    let mut proven = resuming(scaled);
    assert_eq!(proven.decided().reason.code(), "awaiting-tasks");
    proven.is_proven = true;

    let decision = proven.decided();

    let restore = OperationAction::RestoreScaling { min: 2, max: 5, suspended: ACTIVE };
    let deletes = [OperationAction::DeleteRecord, OperationAction::DeleteState];
    assert_eq!(decision.actions[0], restore);
    assert_eq!(decision.actions[1..], deletes);
    assert_eq!(decision.reason.code(), "resumed");
}

#[test]
fn count_that_another_tool_set_meanwhile_is_reported_and_left() {
    let mut other = resuming(shutdown().desired(1).with(new("new1")));
    other.is_proven = true;

    let decision = other.decided();

    assert_eq!(decision.outcome, OperationOutcome::Done);
    assert_eq!(decision.notes[0].code(), "desired-count-changed");
}

#[test]
fn resume_that_never_becomes_stable_ends_and_restores_the_scaling() {
    let stuck = || {
        let scaled = shutdown().scaled(2, 5).with_target(0, 5, SuspendedScaling::ALL);
        resuming(scaled.with(new("new1")))
    };

    let decision = stuck().now(3 * HOUR).decided();

    assert_eq!(decision.outcome, OperationOutcome::TimedOut);
    assert_eq!(decision.actions.len(), 3);
    assert_eq!(stuck().now(3 * HOUR - 1).decided().outcome, OperationOutcome::Open);
}
