//! The time between replacements.

use super::scene::{MINUTE, Scene, at, scene, seconds, wait};
use super::tasks::{new, old};
use crate::limits::SECOND_LOOK;
use crate::moment::before;

/// Returns a scene in which one of three tasks has been replaced, and the next additional task is healthy. It started at second 200.
fn next() -> Scene {
    let tasks = [old("old2"), old("old3"), new("new1"), new("new2").started(200)];
    scene().desired(4).with_all(tasks)
}

#[test]
fn next_task_stays_until_the_wait_time_has_passed() {
    let decision = next().now(260).decided();

    assert_eq!(decision.actions, [wait(280)]);
    assert_eq!(decision.reason.code(), "between-replacements");
}

#[test]
fn wait_time_counts_from_the_first_look_that_found_the_service_stable() {
    let first_look = before(at(280), SECOND_LOOK);
    let decision = next().now(280).decided();

    assert_eq!(decision.memory.stable.unwrap().since, first_look);
    assert_eq!(decision.actions, [wait(300)]);
    assert_eq!(
        next().now(280).asking(|it| it.wait_time = seconds(10)).decided().reason.code(),
        "stopping-tasks"
    );
}

const HOUR: u64 = 3600;

#[test]
fn first_replacement_does_not_wait() {
    let tasks = [old("old1"), old("old2"), old("old3"), new("new1")];

    let decision = scene().desired(4).with_all(tasks).now(90).decided();

    assert_eq!(decision.reason.code(), "stopping-tasks");
}

#[test]
fn wait_time_of_a_day_is_no_standstill() {
    let day = next().now(10 * 60 * MINUTE).asking(|it| it.wait_time = seconds(24 * HOUR));

    assert_eq!(day.decided().reason.code(), "between-replacements");
}

#[test]
fn wait_time_ends_an_hour_late_at_most_if_no_process_lives_as_long() {
    let (wait_time, changed) = (6 * HOUR, 200);
    let fresh = |now| next().now(now as i64).asking(|it| it.wait_time = seconds(wait_time));

    let before = fresh(changed + wait_time + HOUR - 1).decided();
    let after = fresh(changed + wait_time + HOUR).decided();

    assert_eq!(before.reason.code(), "between-replacements");
    assert_eq!(after.reason.code(), "stopping-tasks");
}

#[test]
fn look_at_the_end_of_the_wait_time_is_the_second_one() {
    let decision = next().at_first_sight().now(260).decided();

    assert_eq!(decision.actions, [wait(290)]);
    assert_eq!(decision.reason.code(), "between-replacements");
    assert_eq!(decision.memory.stable.unwrap().since, at(260));
}

#[test]
fn short_wait_time_does_not_shorten_the_proof_of_stability() {
    let short = next().asking(|it| it.wait_time = seconds(2)).at_first_sight().now(260);

    assert_eq!(short.decided().reason.code(), "settling");
    assert_eq!(short.actions(), [wait(270)]);
}
