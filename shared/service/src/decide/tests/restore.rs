//! The way back to the record, after the work or instead of it.

use super::scene::{HOUR, MINUTE, Scene, at, protect, scene, set, unprotect, wait};
use super::tasks::{new, old};
use crate::decision::OperationAction;
use crate::observation::{SuspendedScaling, TargetState};
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;

const OURS: i64 = HOUR + 200;

pub(super) const ACTIVE: SuspendedScaling =
    SuspendedScaling { scale_in: false, scale_out: false, scheduled: false };

pub(super) fn closing() -> [OperationAction; 2] {
    [OperationAction::DeleteRecord, OperationAction::DeleteState]
}

pub(super) fn replaced() -> Scene {
    scene().behind_a_load_balancer().with_all([new("new1"), new("new2"), new("new3")])
}

pub(super) fn restore(min: u32, max: u32, suspended: SuspendedScaling) -> OperationAction {
    OperationAction::RestoreScaling { min, max, suspended }
}

#[test]
fn record_goes_before_the_state() {
    let decision = replaced().decided();

    assert_eq!(decision.actions, closing());
    assert_eq!(decision.outcome, OperationOutcome::Done);
}

#[test]
fn protection_of_ebb_ends_before_the_record() {
    let tasks = [new("new1").protected_until(OURS), new("new2").protected_until(OURS), new("new3")];

    let decision = scene().behind_a_load_balancer().with_all(tasks).decided();

    assert_eq!(decision.actions, [unprotect(&["new1", "new2"])]);
    assert_eq!(decision.reason.code(), "restoring-protection");
    assert_eq!(decision.outcome, OperationOutcome::Open);
}

#[test]
fn protection_of_another_owner_is_left() {
    let tasks = [
        new("new1").protected_until(3 * HOUR),
        new("new2").protected_until(MINUTE * 20),
        new("new3"),
    ];

    let decision = scene().behind_a_load_balancer().with_all(tasks).decided();

    assert_eq!(decision.actions, closing());
}

#[test]
fn protection_that_ebb_took_over_gets_its_end_back() {
    let recorded = |end| {
        scene()
            .behind_a_load_balancer()
            .recorded(|it| it.protected = [("kept1-task".to_owned(), at(end))].into())
            .asking(|it| it.only = vec!["old9-task".to_owned()])
            .with_all([old("kept1").protected_until(OURS), new("new2"), new("new3")])
    };
    let back = |minutes| match protect(&["kept1"]) {
        OperationAction::ProtectTasks { tasks, .. } => {
            OperationAction::ProtectTasks { tasks, minutes }
        }
        other => other,
    };

    assert_eq!(recorded(20 * MINUTE).actions(), [back(15)]);
    assert_eq!(recorded(MINUTE).actions(), [unprotect(&["kept1"])]);
}

#[test]
fn cancelled_recycle_lowers_the_count_with_the_other_tasks_protected() {
    let tasks = [old("old1"), old("old2"), old("old3"), new("new1")];
    let cancelled = scene().behind_a_load_balancer().desired(4).with_all(tasks).cancelled();

    let decision = cancelled.decided();

    assert_eq!(decision.actions, [protect(&["old1", "old2", "old3"])]);
    assert_eq!(decision.reason.code(), "restoring-count");
}

#[test]
fn unhealthy_task_goes_first_on_the_way_back() {
    let tasks = [
        old("old1").with_target(TargetState::Unhealthy),
        old("old2").protected_until(OURS),
        old("old3").protected_until(OURS),
        new("new1").protected_until(OURS),
    ];
    let cancelled = scene().behind_a_load_balancer().desired(4).with_all(tasks).cancelled();

    assert_eq!(cancelled.actions(), set(3));
}

#[test]
fn starting_task_goes_first_on_the_way_back() {
    let tasks = [old("old1"), old("old2"), new("new1"), new("new2").starting()];
    let stopped = scene().desired(4).with_all(tasks).stopped("replacement-failed");

    assert_eq!(stopped.actions(), [protect(&["old1", "old2", "new1"])]);
}

#[test]
fn count_returns_at_once_if_no_task_has_to_stop() {
    let tasks = [old("old1"), old("old2"), old("old3")];

    assert_eq!(scene().desired(4).with_all(tasks.clone()).cancelled().actions(), set(3));
    assert_eq!(scene().shrinking().desired(2).with_all(tasks).cancelled().actions(), set(3));
}

#[test]
fn count_returns_once_the_task_that_already_stops_has_stopped() {
    let tasks = |leaving| [leaving, old("old2"), old("old3"), new("new1"), new("new2")];
    let cancelled = |leaving| scene().desired(4).with_all(tasks(leaving)).cancelled();

    let stopping = cancelled(old("old1").stopping());

    assert_eq!(stopping.actions(), [wait(5 * MINUTE + 15)]);
    assert_eq!(stopping.clone().batch(2).decided().reason.code(), "restoring-count");
    assert_eq!(stopping.now(3 * HOUR).decided().reason.code(), "restoring-count");
    assert_eq!(cancelled(old("old1").scaled_in_at(99)).decided().reason.code(), "restoring-count");
}

#[test]
fn protection_stays_until_the_surplus_has_stopped() {
    let tasks = [
        old("old1").protected_until(OURS),
        old("old2").protected_until(OURS),
        old("old3").protected_until(OURS),
        new("new1"),
    ];

    let decision = scene().behind_a_load_balancer().with_all(tasks).cancelled().decided();

    assert_eq!(decision.actions, [wait(5 * MINUTE + 15)]);
}

#[test]
fn cancelled_operation_ends_without_waiting_for_stability() {
    let tasks = [old("old1"), old("old2"), new("new1").starting()];

    let decision = scene().with_all(tasks).cancelled().at_first_sight().decided();

    assert_eq!(decision.actions, closing());
    assert_eq!(decision.outcome, OperationOutcome::Cancelled);
    assert_eq!(decision.reason.to_string(), "cancelled by ann");
}

#[test]
fn way_back_begins_once_every_step_of_the_work_shows() {
    let tasks = [old("old1"), old("old2"), old("old3")];
    let cancelled = |second| scene().with_all(tasks.clone()).cancelled().now(second).decided();

    assert_eq!(cancelled(MINUTE + 19).actions, [wait(MINUTE + 20)]);
    assert_eq!(cancelled(MINUTE + 20).outcome, OperationOutcome::Cancelled);
    let wrong_clock = scene().with_all(tasks.clone()).cancelled().now(-2 * MINUTE);
    assert_eq!(wrong_clock.decided().outcome, OperationOutcome::Cancelled);
}

#[test]
fn record_goes_once_everything_was_as_recorded_for_15_seconds() {
    let first = Scene { is_restored: false, ..replaced() }.decided();

    assert_eq!(first.actions, [wait(5 * MINUTE + 15)]);
    assert_eq!(first.memory.restored_since, Some(at(5 * MINUTE)));
    let protected = scene().behind_a_load_balancer().with(new("new1").protected_until(OURS));
    let again = protected.cancelled().decided();
    assert_eq!(again.memory.restored_since, None);
}

#[test]
fn stopped_operation_ends_with_its_cause() {
    let decision = scene().with_all([old("old1"), old("old2"), old("old3")]).stopped("x").decided();

    assert_eq!(decision.outcome, OperationOutcome::Failed);
    let OperationReason::Stopped(cause) = decision.reason else { panic!("{:?}", decision.reason) };
    assert_eq!(cause.sentence, "task new-1 failed");
}

#[test]
fn operation_that_was_cancelled_before_its_first_change_changes_nothing() {
    let untouched = scene()
        .scaled(2, 3)
        .with_target(2, 3, ACTIVE)
        .in_state(|state| state.began = false)
        .with_all([old("old1"), old("old2"), old("old3")])
        .cancelled();

    assert_eq!(untouched.actions(), closing());
}

#[test]
fn state_of_an_earlier_operation_does_not_cancel_this_one() {
    let earlier = scene()
        .with_all([old("old1"), old("old2"), old("old3")])
        .cancelled()
        .in_state(|state| state.operation = "recycle/shop/api/20260101T000000Z".to_owned());

    assert_eq!(earlier.actions(), set(4));
}

#[test]
fn service_that_was_deleted_meanwhile_leaves_only_its_scaling_to_restore() {
    let [record, state] = closing();
    let deleted = scene().scaled(2, 3).without_service();

    let decision = deleted.decided();

    assert_eq!(decision.actions, [restore(2, 3, ACTIVE), record, state]);
    assert_eq!(decision.reason.code(), "service-gone");
    assert_eq!(decision.outcome, OperationOutcome::Failed);
    let draining = scene().serving(|service| service.status = "DRAINING".to_owned());
    assert_eq!(draining.decided().reason.code(), "service-gone");
}

#[test]
fn state_without_a_record_is_deleted() {
    let mut left = scene().cancelled();
    left.recorded = false;

    let decision = left.decided();

    assert_eq!(decision.actions, [OperationAction::DeleteState]);
    assert_eq!(decision.outcome, OperationOutcome::NothingToDo);
}

#[test]
fn step_without_a_record_does_nothing() {
    let mut none = scene();
    none.recorded = false;

    let decision = none.decided();

    assert_eq!((decision.reason.code(), decision.actions.len()), ("no-operation", 0));
}

#[test]
fn record_that_this_process_created_may_not_show_yet() {
    let memory = crate::memory::OperationMemory { created_at: Some(at(0)), ..Default::default() };
    let mut hidden = scene().with_memory(memory);
    hidden.recorded = false;

    assert_eq!(hidden.clone().now(59).decided().reason.code(), "unanswered");
    assert_eq!(hidden.now(60).decided().reason.code(), "no-operation");
}
