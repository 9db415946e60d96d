//! The looks while only tasks on their way out are awaited.

use super::scene::{Scene, scene, wait};
use super::tasks::{new, old};

/// Returns a recycle whose first task has been stopping since second 50.
fn stopping() -> Scene {
    let tasks = [old("old1").stopping(), old("old2"), old("old3"), new("new1")];
    scene().behind_a_load_balancer().with_all(tasks)
}

/// Returns a recycle whose second task has been stopping since second 50, and whose first one took 300 seconds.
fn second_stop() -> Scene {
    let first = old("old0").stopped_within(-400, -100);
    stopping().with(first)
}

#[test]
fn looks_at_the_first_stop_become_ever_rarer() {
    assert_eq!(stopping().now(80).actions(), [wait(95)]);
    assert_eq!(stopping().now(170).actions(), [wait(200)]);
    assert_eq!(stopping().now(600).actions(), [wait(660)]);
}

#[test]
fn look_at_a_later_stop_comes_when_the_earlier_one_had_ended() {
    assert_eq!(second_stop().now(320).actions(), [wait(352)]);
}

#[test]
fn look_comes_after_a_minute_at_the_latest() {
    assert_eq!(second_stop().now(80).actions(), [wait(140)]);
}

#[test]
fn look_at_a_stop_that_lasts_longer_than_the_earlier_one_comes_soon() {
    assert_eq!(second_stop().now(353).actions(), [wait(368)]);
}

#[test]
fn look_comes_when_the_youngest_task_counts_as_healthy() {
    let tasks = [old("old1"), old("old2"), old("old3"), new("new1").started(295)];

    assert_eq!(scene().desired(4).with_all(tasks).now(300).actions(), [wait(335)]);
}
