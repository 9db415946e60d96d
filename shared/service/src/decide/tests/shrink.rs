//! Recycle without `maintain_service_state`: the count goes from N to N - batch, and back.

use super::scene::{HOUR, MINUTE, Scene, protect, scene, set, wait};
use super::tasks::{new, old};
use crate::observation::TargetState;

fn shrinking() -> Scene {
    scene().behind_a_load_balancer().shrinking()
}

#[test]
fn every_task_but_the_oldest_is_protected_at_the_full_count() {
    let decision = shrinking().with_all([old("old1"), old("old2"), old("old3")]).decided();

    assert_eq!(decision.actions, [protect(&["old2", "old3"])]);
}

#[test]
fn count_falls_by_the_batch() {
    let tasks = [old("old1"), old("old2"), old("old3").protected_until(HOUR + 200)];

    assert_eq!(shrinking().batch(2).with_all(tasks).actions(), set(1));
}

#[test]
fn count_stays_low_until_the_old_task_is_stopped() {
    let tasks = [old("old1").stopping(), old("old2"), old("old3")];

    assert_eq!(shrinking().desired(2).with_all(tasks).actions(), [wait(6 * MINUTE)]);
}

#[test]
fn count_rises_once_the_old_task_is_stopped() {
    let tasks = [old("old1").scaled_in_at(200), old("old2"), old("old3")];

    let decision = shrinking().desired(2).with_all(tasks).decided();

    assert_eq!(decision.actions, set(3));
    assert_eq!(decision.reason.code(), "raising");
}

#[test]
fn next_old_task_stays_until_the_replacement_is_healthy() {
    let tasks = [old("old2"), old("old3"), new("new1").with_target(TargetState::Initial)];

    assert_eq!(shrinking().with_all(tasks).actions(), [wait(5 * MINUTE + 15)]);
}

#[test]
fn single_task_goes_down_to_zero() {
    let one = shrinking()
        .recorded(|record| (record.desired_count, record.tasks) = (Some(1), 1))
        .desired(1)
        .batch(4)
        .with(old("old1"));

    assert_eq!(one.actions(), set(0));
}

#[test]
fn count_rises_after_the_last_old_task_too() {
    let none = shrinking()
        .recorded(|record| (record.desired_count, record.tasks) = (Some(1), 1))
        .desired(0)
        .with(old("old1").scaled_in_at(200));

    assert_eq!(none.actions(), set(1));
}
