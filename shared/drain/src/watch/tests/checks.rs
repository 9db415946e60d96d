//! Checks that have begun, and checks that failed.

use super::*;

#[test]
fn instance_whose_check_has_begun_is_no_candidate_until_another_event() {
    let mut watch = watching(1);
    watch.container_instance_changed(&change(0, 11), SETTLE, at(1));
    let first = candidates(&mut watch, 1);

    let beside = candidates(&mut watch, 1);
    watch.container_instance_changed(&change(0, 12), SETTLE, at(2));

    assert_eq!((first, beside, candidates(&mut watch, 2)), (1, 0, 1));
}

#[test]
fn instance_whose_check_failed_is_a_candidate_again() {
    let mut watch = watching(1);
    watch.container_instance_changed(&change(0, 11), SETTLE, at(1));
    candidates(&mut watch, 1);

    watch.check_failed("ci-1");

    assert_eq!(candidates(&mut watch, 2), 1);
}
