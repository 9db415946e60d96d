use super::scene::*;
use crate::reason::Reason;

#[test]
fn signal_terminate_older_than_five_minutes_counts_only_if_auto_scaling_holds_the_instance() {
    let old = scene().terminating_since(0);

    let stale = old.clone().in_service().now(301).decided();
    let held = old.now(301).decided();

    assert_eq!(stale.reason(), Reason::OldEvent);
    assert!(stale.visible_actions().is_empty());
    assert_eq!(held.visible_actions(), ["drain"]);
}

/// Returns an instance that is back in service, with an event of the action that sent it to the warm pool.
fn back_in_service() -> Scene {
    scene().terminating_since(0).in_service()
}

#[test]
fn signal_terminate_older_than_100_seconds_drains_only_a_held_instance() {
    let young = back_in_service().now(100).decided();
    let late = back_in_service().now(101).decided();
    let held = scene().terminating_since(0).now(300).decided();

    assert_eq!(young.visible_actions(), ["drain"]);
    assert_eq!((late.reason(), late.visible_actions().len()), (Reason::OldEvent, 0));
    assert_eq!(held.visible_actions(), ["drain"]);
}

#[test]
fn signal_terminate_older_than_100_seconds_hides_no_other_trigger() {
    let warned = back_in_service().warned_of_spot(99).now(101).decided();
    let announced = back_in_service().with_scheduled_change_at(HOUR).now(101).decided();

    assert_eq!(warned.visible_actions(), ["drain"]);
    assert!(matches!(announced.reason(), Reason::ChangeNoted { .. }));
}

// A process set DRAINING, and died before it wrote the attribute.
#[test]
fn signal_terminate_younger_than_five_minutes_makes_a_drain_ebbs() {
    let drained = back_in_service().draining();

    let before = drained.clone().now(300).decided();
    let then = drained.now(301).decided();

    assert_eq!(before.written().unwrap().action, Some(action(0)));
    assert_eq!((then.reason(), then.written()), (Reason::OldEvent, None));
}

#[test]
fn signal_terminate_that_is_old_does_not_count_beside_a_new_trigger() {
    let old = scene().terminating_since(0).in_service().with(standalone("import"));

    let warned = old.clone().warned_of_spot(HOUR).now(HOUR + 1).decided();
    let swept = old.swept_at(HOUR).decided();

    assert_eq!(warned.written().unwrap().action, None);
    assert!(swept.visible_actions().is_empty());
}
