//! Protection from scale-in: ebb's own, and that of other owners.

use super::scene::{DAY, HOUR, MINUTE, Scene, at, protect, scene, set, unprotect, wait};
use super::tasks::{new, old};
use crate::note::OperationNote;

/// End of a protection that ebb set some minutes after the start.
const OURS: i64 = HOUR + 200;

fn extended() -> Scene {
    scene().behind_a_load_balancer().desired(4)
}

#[test]
fn task_that_another_owner_protects_comes_last_and_is_reported() {
    let tasks = [old("old1").protected_until(DAY), old("old2"), old("old3"), new("new1")];

    let decision = extended().with_all(tasks).decided();

    assert_eq!(decision.actions, [protect(&["old3", "new1"])]);
    let note = OperationNote::ProtectedByOthers {
        tasks: vec!["old1-task".to_owned()],
        until: Some(at(DAY)),
    };
    assert_eq!(decision.notes, [note]);
}

#[test]
fn protection_that_ends_before_any_of_ebbs_could_is_another_owners() {
    let tasks = [old("old1").protected_until(30 * MINUTE), old("old2"), old("old3"), new("new1")];

    assert_eq!(extended().with_all(tasks).actions(), [protect(&["old3", "new1"])]);
}

#[test]
fn protection_with_the_recorded_end_is_another_owners() {
    let recorded =
        extended().recorded(|it| it.protected = [("old1-task".to_owned(), at(OURS))].into());
    let tasks = [old("old1").protected_until(OURS), old("old2"), old("old3"), new("new1")];

    assert_eq!(recorded.with_all(tasks).actions(), [protect(&["old3", "new1"])]);
}

#[test]
fn next_old_task_loses_ebbs_protection() {
    let tasks = [
        old("old1").protected_until(OURS),
        old("old2").protected_until(OURS),
        old("old3").protected_until(OURS),
        new("new1"),
    ];

    let decision = extended().with_all(tasks).decided();

    assert_eq!(decision.actions, [protect(&["new1"]), unprotect(&["old1"])]);
}

#[test]
fn protection_that_ends_within_20_minutes_is_renewed() {
    let with = |until| {
        let tasks = [
            old("old1"),
            old("old2").protected_until(until),
            old("old3").protected_until(2 * HOUR),
            new("new1").protected_until(2 * HOUR),
        ];
        extended().now(HOUR + 30 * MINUTE).with_all(tasks).decided()
    };

    assert_eq!(with(HOUR + 49 * MINUTE).actions, [protect(&["old2"])]);
    assert_eq!(with(HOUR + 50 * MINUTE).reason.code(), "lowering");
}

#[test]
fn protection_of_another_owner_that_ends_within_5_minutes_is_taken_over() {
    let with = |until| {
        let tasks = [old("old1"), old("old2"), old("old3").protected_until(until), new("new1")];
        extended().with_all(tasks).actions()
    };

    assert_eq!(with(10 * MINUTE - 1), [protect(&["old2", "old3", "new1"])]);
    assert_eq!(with(10 * MINUTE), [protect(&["old2", "new1"])]);
}

#[test]
fn tasks_are_protected_ten_in_a_call() {
    let many = (0..12).map(|n| new(&format!("many{n}")));
    let scene = scene().behind_a_load_balancer().desired(14).recorded(|it| {
        it.desired_count = Some(13);
        it.tasks = 2;
    });

    let actions = scene.with_all([old("old1"), old("old2")]).with_all(many).actions();

    let sizes: Vec<usize> = actions
        .iter()
        .map(|action| match action {
            crate::decision::OperationAction::ProtectTasks { tasks, .. } => tasks.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes, [10, 3]);
}

#[test]
fn recycle_waits_while_another_owner_protects_all_tasks_that_are_left() {
    let tasks = [old("old1").protected_until(DAY), new("new1"), new("new2"), new("new3")];

    let decision = extended().with_all(tasks).decided();

    assert_eq!(decision.actions, [wait(6 * MINUTE)]);
    assert_eq!(decision.reason.code(), "awaiting-protection");
    let progress = decision.progress.unwrap().to_string();
    assert!(progress.ends_with("the protection of 1 task by another owner"), "{progress}");
}

#[test]
fn no_additional_task_starts_for_tasks_that_another_owner_protects() {
    let tasks = [old("old1").protected_until(DAY), new("new1"), new("new2")];

    let decision = scene().behind_a_load_balancer().with_all(tasks).decided();

    assert_eq!(decision.reason.code(), "awaiting-protection");
}

#[test]
fn task_that_another_owner_protects_gets_no_stop_task() {
    let tasks = [old("old1").protected_until(DAY), new("new1"), new("new2"), new("new3")];

    let decision = scene().desired(4).with_all(tasks).decided();

    assert_eq!(decision.reason.code(), "awaiting-protection");
}

#[test]
fn protection_is_renewed_while_the_scheduler_has_not_chosen() {
    let tasks = [
        old("old1"),
        old("old2").protected_until(HOUR + 40 * MINUTE),
        old("old3").protected_until(2 * HOUR),
        new("new1").protected_until(2 * HOUR),
    ];

    let lowered = scene().behind_a_load_balancer().now(HOUR + 30 * MINUTE).with_all(tasks);

    assert_eq!(lowered.actions()[0], protect(&["old2"]));
    assert_eq!(lowered.decided().reason.code(), "settling");
}

#[test]
fn protection_that_has_expired_protects_nothing() {
    let tasks = [old("old1").protected_until(MINUTE), old("old2"), old("old3"), new("new1")];

    assert_eq!(extended().with_all(tasks).actions(), [protect(&["old2", "old3", "new1"])]);
}

#[test]
fn nothing_is_protected_without_a_need() {
    let three = scene().behind_a_load_balancer().with_all([old("old1"), old("old2"), old("old3")]);

    assert_eq!(three.actions(), set(4));
}
