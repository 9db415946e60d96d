//! Recycle with `maintain_service_state`, behind a load balancer: the scheduler stops the old tasks.

use super::scene::{HOUR, MINUTE, Scene, protect, scene, set, wait};
use super::tasks::{new, old};
use crate::gap::StabilityGap;
use crate::observation::TargetState;
use crate::outcome::OperationOutcome;
use crate::request::TaskOrder;

fn balanced() -> Scene {
    scene().behind_a_load_balancer()
}

fn three_old() -> Scene {
    balanced().with_all([old("old1"), old("old2"), old("old3")])
}

/// Returns three old tasks and an additional one, all of them healthy.
fn extended() -> Scene {
    three_old().desired(4).with(new("new1"))
}

#[test]
fn service_at_its_count_gets_one_more_task_first() {
    let decision = three_old().decided();

    assert_eq!(decision.actions, set(4));
    assert_eq!(decision.reason.code(), "raising");
}

#[test]
fn batch_of_two_adds_two_tasks() {
    assert_eq!(three_old().batch(2).actions(), set(5));
}

#[test]
fn batch_beyond_the_tasks_left_adds_no_more_than_are_left() {
    let one_left = balanced().batch(5).with_all([old("old1"), new("new1"), new("new2")]);

    assert_eq!(one_left.actions(), set(4));
}

#[test]
fn old_task_stays_while_the_additional_task_starts() {
    let starting = three_old().desired(4).with(new("new1").starting());

    let decision = starting.decided();

    assert_eq!(decision.actions, [wait(5 * MINUTE + 15)]);
    assert_eq!(decision.reason.code(), "settling");
    let waiting_for = decision.progress.unwrap().waiting_for;
    assert!(waiting_for.contains(&StabilityGap::Starting { tasks: 1 }), "{waiting_for:?}");
}

#[test]
fn old_task_stays_while_the_target_of_the_additional_task_is_initial() {
    let initial = three_old().desired(4).with(new("new1").with_target(TargetState::Initial));

    assert_eq!(initial.actions(), [wait(5 * MINUTE + 15)]);
}

#[test]
fn healthy_service_is_looked_over_twice_before_an_old_task_stops() {
    let decision = extended().at_first_sight().decided();

    assert_eq!(decision.actions, [wait(5 * MINUTE + 10)]);
    assert_eq!(decision.progress.unwrap().waiting_for, [StabilityGap::SecondLook]);
    assert!(decision.memory.stable.is_some());
}

#[test]
fn every_task_but_the_oldest_is_protected_before_the_count_falls() {
    let decision = extended().decided();

    assert_eq!(decision.actions, [protect(&["old2", "old3", "new1"])]);
    assert_eq!(decision.reason.code(), "protecting");
}

#[test]
fn count_falls_once_only_the_oldest_task_can_be_stopped() {
    let protected = balanced().desired(4).with_all([
        old("old1"),
        old("old2").protected_until(HOUR + 200),
        old("old3").protected_until(HOUR + 200),
        new("new1").protected_until(HOUR + 200),
    ]);

    let decision = protected.decided();

    assert_eq!(decision.actions, set(3));
    assert_eq!(decision.reason.code(), "lowering");
}

#[test]
fn newest_task_is_left_unprotected_if_the_newest_comes_first() {
    let newest_first = extended().asking(|it| it.order = TaskOrder::NewestFirst);

    assert_eq!(newest_first.actions(), [protect(&["old1", "old2", "new1"])]);
}

#[test]
fn count_is_not_raised_again_while_the_scheduler_has_not_begun_to_stop() {
    let lowered = extended().desired(3);

    let decision = lowered.decided();

    assert_eq!(decision.actions, [wait(5 * MINUTE + 15)]);
    let surplus = StabilityGap::Surplus { running: 4, desired: 3 };
    assert_eq!(decision.progress.unwrap().waiting_for, [surplus]);
}

#[test]
fn count_is_not_raised_again_before_the_old_task_is_stopped() {
    let stopping =
        balanced().with_all([old("old1").stopping(), old("old2"), old("old3"), new("new1")]);

    let decision = stopping.decided();

    assert_eq!(decision.actions, [wait(6 * MINUTE)]);
    let progress = decision.progress.unwrap().to_string();
    assert_eq!(progress, "0 of 3 tasks replaced, waiting for 1 task to stop (old1-task)");
}

#[test]
fn next_additional_task_starts_once_the_old_task_is_stopped() {
    let stopped =
        balanced().with_all([old("old1").scaled_in_at(200), old("old2"), old("old3"), new("new1")]);

    let decision = stopped.decided();

    assert_eq!(decision.actions, set(4));
    assert_eq!(decision.progress.unwrap().completed(), 1);
}

#[test]
fn service_of_new_tasks_at_its_count_is_done() {
    let decision = balanced().with_all([new("new1"), new("new2"), new("new3")]).decided();

    assert_eq!(decision.outcome, OperationOutcome::Done);
    assert_eq!(decision.reason.code(), "replaced");
}

#[test]
fn surplus_of_new_tasks_goes_before_the_end() {
    let tasks = [new("new1"), new("new2"), new("new3"), new("new4").created(20)];

    let decision = balanced().desired(4).with_all(tasks).decided();

    assert_eq!(decision.outcome, OperationOutcome::Open);
    assert_eq!(decision.actions, [protect(&["new1", "new2", "new3"])]);
}

#[test]
fn last_replacement_must_be_healthy_at_the_end() {
    let tasks = [new("new1"), new("new2"), new("new3").with_target(TargetState::Unhealthy)];

    assert_eq!(balanced().with_all(tasks).decided().outcome, OperationOutcome::Open);
}

#[test]
fn only_the_named_task_is_replaced() {
    let only = |name: &str| vec![format!("{name}-task")];
    let one = extended().asking(|it| it.only = only("old2")).recorded(|it| it.tasks = 1);

    assert_eq!(one.actions(), [protect(&["old1", "old3", "new1"])]);
    let gone = three_old().asking(|it| it.only = only("old9"));
    assert_eq!(gone.decided().outcome, OperationOutcome::Done);
}

#[test]
fn only_tasks_beyond_the_age_are_replaced() {
    let tasks = || [old("old1"), old("old2").created(-HOUR), old("old3").created(-HOUR)];
    let aged = |hours: u64| {
        let scene = balanced().with_all(tasks());
        scene.asking(|it| it.older_than = Some(super::scene::seconds(hours * 3600)))
    };

    assert_eq!(aged(2).decided().progress.unwrap().left, 1);
    assert_eq!(aged(48).decided().outcome, OperationOutcome::Done);
}
