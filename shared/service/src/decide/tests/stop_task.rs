//! Recycle of a service without a load balancer: ebb stops the old tasks.

use super::scene::{MINUTE, Scene, protect, scene, set, wait};
use super::tasks::{arn, new, old};
use crate::decision::OperationAction;
use crate::request::StopMethod;

fn stop(name: &str) -> OperationAction {
    let reason = "ebb: recycle/shop/api/20260302T090000Z".to_owned();
    OperationAction::StopTask { task: arn(name), reason }
}

fn three_old() -> Scene {
    scene().with_all([old("old1"), old("old2"), old("old3")])
}

#[test]
fn oldest_task_is_stopped_once_an_additional_one_is_healthy() {
    let extended = three_old().desired(4).with(new("new1"));

    assert_eq!(extended.actions(), [stop("old1"), wait(5 * MINUTE + 5)]);
}

#[test]
fn no_task_is_stopped_before_the_additional_one() {
    assert_eq!(three_old().actions(), set(4));
}

#[test]
fn no_more_tasks_are_stopped_than_there_are_additional_ones() {
    let extended = three_old().batch(2).desired(4).with(new("new1"));

    assert_eq!(extended.actions(), [stop("old1"), wait(5 * MINUTE + 5)]);
}

#[test]
fn second_task_stays_while_the_first_one_stops() {
    let tasks = [old("old1").stopping(), old("old2"), old("old3"), new("new1"), new("new2")];

    assert_eq!(scene().desired(4).with_all(tasks).actions(), [wait(6 * MINUTE)]);
}

#[test]
fn batch_is_stopped_together_without_additional_tasks() {
    let two = three_old().shrinking().batch(2);

    assert_eq!(two.actions(), [stop("old1"), stop("old2"), wait(5 * MINUTE + 5)]);
}

#[test]
fn additional_task_without_health_check_must_run_for_40_seconds() {
    let young = three_old().desired(4).with(new("new1").started(5 * MINUTE - 39));
    let grown = three_old().desired(4).with(new("new1").started(5 * MINUTE - 40));

    assert_eq!(young.decided().reason.code(), "settling");
    assert_eq!(grown.decided().reason.code(), "stopping-tasks");
}

#[test]
fn service_with_service_connect_is_left_to_the_scheduler() {
    let connected =
        three_old().desired(4).with(new("new1")).serving(|it| it.service_connect = true);

    assert_eq!(connected.actions(), [protect(&["old2", "old3", "new1"])]);
}

#[test]
fn way_to_stop_can_be_chosen_by_hand() {
    let extended = || three_old().desired(4).with(new("new1"));

    let scheduler = extended().stopping_with(StopMethod::Scheduler);
    assert_eq!(scheduler.actions(), [protect(&["old2", "old3", "new1"])]);
    let stop_task = extended().behind_a_load_balancer().stopping_with(StopMethod::StopTask);
    assert_eq!(stop_task.actions(), [stop("old1"), wait(5 * MINUTE + 5)]);
}
