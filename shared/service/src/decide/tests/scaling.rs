//! Auto scaling during a recycle.

use super::scene::{Scene, scene, set};
use super::tasks::old;
use crate::decision::OperationAction;
use crate::observation::SuspendedScaling;

const ACTIVE: SuspendedScaling =
    SuspendedScaling { scale_in: false, scale_out: false, scheduled: false };

fn three_old() -> Scene {
    scene().with_all([old("old1"), old("old2"), old("old3")])
}

fn suspend(min: u32, max: u32) -> [OperationAction; 1] {
    [OperationAction::SuspendScaling { min, max }]
}

#[test]
fn scaling_is_suspended_before_the_count_changes() {
    let decision = three_old().scaled(2, 5).with_target(2, 5, ACTIVE).decided();

    assert_eq!(decision.actions, suspend(2, 5));
    assert_eq!(decision.reason.code(), "suspending-scaling");
}

#[test]
fn maximum_in_the_way_is_raised_with_the_suspension() {
    assert_eq!(three_old().scaled(2, 3).with_target(2, 3, ACTIVE).actions(), suspend(2, 4));
}

#[test]
fn minimum_falls_with_the_suspension_if_the_count_goes_lower() {
    let shrinking = three_old().shrinking().scaled(3, 5).with_target(3, 5, ACTIVE);

    assert_eq!(shrinking.actions(), suspend(2, 5));
}

#[test]
fn one_active_flag_is_enough_to_suspend_anew() {
    let in_part = SuspendedScaling { scheduled: false, ..SuspendedScaling::ALL };

    assert_eq!(three_old().scaled(2, 5).with_target(2, 5, in_part).actions(), suspend(2, 5));
}

#[test]
fn count_is_checked_after_the_suspension() {
    let unchecked = three_old().scaled(2, 5).in_state(|state| state.began = false);

    let decision = unchecked.decided();

    assert_eq!(decision.reason.code(), "beginning");
    let [OperationAction::SaveState(state)] = &decision.actions[..] else { panic!("{decision:?}") };
    assert!(state.began);
}

#[test]
fn count_that_changed_before_the_suspension_ends_the_operation() {
    let scaled_out = three_old().scaled(2, 5).in_state(|state| state.began = false).desired(4);

    let decision = scaled_out.with(old("old4")).decided();

    assert_eq!(decision.reason.code(), "stale-record");
}

#[test]
fn suspended_scaling_is_left_alone_and_the_work_begins() {
    assert_eq!(three_old().scaled(2, 5).actions(), set(4));
}

#[test]
fn scalable_target_that_was_deleted_meanwhile_stops_nothing() {
    let mut gone = three_old().scaled(2, 5);
    gone.scaling = None;

    assert_eq!(gone.actions(), set(4));
}
