use super::scene::*;
use crate::reason::Reason;

#[test]
fn signal_terminate_older_than_five_minutes_counts_only_if_auto_scaling_holds_the_instance() {
    let old = scene().terminating_since(0);

    let stale = old.clone().in_service().now(301).decided();
    let held = old.now(301).decided();

    assert_eq!(stale.reason(), Reason::OldEvent);
    assert!(stale.does().is_empty());
    assert_eq!(held.does(), ["drain"]);
}

/// An instance that is back in service, and an event of the action that sent it to the warm pool.
fn back_in_service() -> Scene {
    scene().terminating_since(0).in_service()
}

#[test]
fn signal_terminate_that_is_not_young_drains_nothing_that_auto_scaling_does_not_hold() {
    let young = back_in_service().now(100).decided();
    let late = back_in_service().now(101).decided();
    let held = scene().terminating_since(0).now(300).decided();

    assert_eq!(young.does(), ["drain"]);
    assert_eq!((late.reason(), late.does().len()), (Reason::OldEvent, 0));
    assert_eq!(held.does(), ["drain"]);
}

#[test]
fn signal_terminate_that_is_not_young_hides_nothing_else_that_was_told() {
    let noticed = back_in_service().warned_of_spot(99).now(101).decided();
    let announced = back_in_service().with_scheduled_change_at(HOUR).now(101).decided();

    assert_eq!(noticed.does(), ["drain"]);
    assert!(matches!(announced.reason(), Reason::ChangeNoted { .. }));
}

// The process that had set it DRAINING died before it could write that down.
#[test]
fn signal_terminate_that_is_not_young_says_whose_a_drain_is_until_it_is_old() {
    let drained = back_in_service().draining();

    let before = drained.clone().now(300).decided();
    let then = drained.now(301).decided();

    assert_eq!(before.remembers().unwrap().action, Some(action(0)));
    assert_eq!((then.reason(), then.remembers()), (Reason::OldEvent, None));
}

#[test]
fn signal_terminate_that_is_old_is_not_believed_because_something_else_was_told() {
    let old = scene().terminating_since(0).in_service().with(standalone("import"));

    let warned = old.clone().warned_of_spot(HOUR).now(HOUR + 1).decided();
    let swept = old.swept_at(HOUR).decided();

    assert_eq!(warned.remembers().unwrap().action, None);
    assert!(swept.does().is_empty());
}
