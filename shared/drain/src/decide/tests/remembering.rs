use crate::signal::LifecycleAction;
use crate::trigger::{Trigger, TriggerKind};

use super::scene::*;
use crate::observation::Status;
use crate::signal::{Ec2State, Purpose};

#[test]
fn drain_is_written_once_draining_is_confirmed() {
    let decided = scene().with(replica("api")).terminating_since(0).now(2).decided();

    let written = decided.written().unwrap();
    assert_eq!(written.action, Some(action(0)));
    assert_eq!(written.draining_since, Some(at(2)));
}

#[test]
fn unchanged_attribute_is_not_written_again() {
    let scene = scene().draining_for_us_since(0).with(replica("api"));
    let scene = scene.remembering(|attribute| attribute.non_holding = Some(0));

    let swept = scene.clone().swept_at(MINUTE).decided();
    let on_event = scene.terminating_since(0).now(25).decided();

    assert_eq!(swept.written(), None);
    assert_eq!(on_event.written(), None);
}

#[test]
fn completed_drain_writes_nothing() {
    let agent_away = scene().draining_for_us_since(0).agent_away();

    let completed = agent_away.swept_at(MINUTE).decided();

    assert_eq!(completed.visible_actions(), ["complete with CONTINUE"]);
    assert_eq!(completed.written(), None);
}

#[test]
fn inactive_container_instance_is_not_written_to() {
    let decided =
        scene().status(Status::Inactive).terminating_since(0).that_refuses_to_drain().decided();

    assert_eq!(decided.written(), None);
}

#[test]
fn drain_without_room_for_the_attribute_has_a_note() {
    let scene = scene().with(replica("api")).without_room_for_an_attribute();

    let decided = scene.terminating_since(0).now(2).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.written(), None);
    assert_eq!(decided.notes().len(), 1);
}

#[test]
fn start_of_an_event_replaces_the_start_of_an_activity() {
    let scene = scene().draining().with(replica("api")).remembering(|memory| {
        memory.draining_since = Some(at(5));
        memory.action = Some(crate::attribute::RememberedAction::new(at(-200), ""));
    });

    let decided = scene.terminating_since(0).now(90).decided();

    assert_eq!(decided.written().unwrap().action, Some(action(0)));
}

#[test]
fn start_in_the_future_counts_as_now() {
    let decided = scene().with(replica("api")).terminating_since(DAY).now(0).decided();

    assert_eq!(decided.written().unwrap().action.unwrap().started, at(0));
}

#[test]
fn earlier_start_of_an_event_replaces_the_start_of_an_activity() {
    let scene = scene().draining().with(replica("api")).remembering(|memory| {
        memory.draining_since = Some(at(85));
        memory.action = Some(crate::attribute::RememberedAction::new(at(85), ""));
    });

    let decided = scene.terminating_since(0).now(90).decided();

    assert_eq!(decided.written().unwrap().action, Some(action(0)));
}

#[test]
fn ended_action_writes_nothing() {
    let scene = scene().draining_for_us_since(0).agent_away().state("Terminating:Proceed");

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "Auto Scaling does not hold it: Terminating:Proceed");
    assert_eq!(decided.written(), None);
}

#[test]
fn final_ec2_state_is_written_even_without_a_lifecycle_action() {
    let scene = scene().draining_for_us_since(0).in_service();

    let decided = scene.with_ec2_state(Ec2State::Terminated).now(MINUTE).decided();

    assert_eq!(decided.reason_text(), "Auto Scaling does not hold it: InService");
    assert!(decided.written().unwrap().gone);
}

#[test]
fn second_configured_hook_of_the_same_second_does_not_restart_the_drain() {
    let mut scene = scene().draining_for_us_since(0).terminating_since(0);
    let event = scene.triggers.terminating().unwrap().clone();
    scene.triggers = scene.triggers.without(&[TriggerKind::Terminating]);
    scene
        .triggers
        .add(Trigger::Terminating(LifecycleAction { token: "second".to_owned(), ..event }));

    let decided = scene.now(25).decided();

    assert_eq!(decided.visible_actions(), ["drain", "complete with CONTINUE"]);
}

#[test]
fn rule_16_spot_deadline_of_a_recheck_counts_without_room_for_the_attribute() {
    let scene = scene().in_service().leaving_since(None).draining();
    let scene = scene.with(standalone("import")).without_room_for_an_attribute();

    let carried = scene.clone().with_spot_deadline(120).rechecked(Purpose::Deadline, 80).decided();
    let forgotten = scene.rechecked(Purpose::Deadline, 80).decided();

    assert_eq!(carried.visible_actions(), ["stop import"]);
    assert!(forgotten.visible_actions().is_empty());
}

#[test]
fn rule_16_spot_deadline_of_a_recheck_drains_a_container_instance_that_registered_anew() {
    let scene = scene().in_service().leaving_since(None).with(replica("api"));

    let decided = scene.with_spot_deadline(120).rechecked(Purpose::Deadline, 10).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.written().unwrap().interrupted_at, Some(at(120)));
}

#[test]
fn rule_16_expired_spot_deadline_of_a_recheck_does_not_drain_an_active_instance() {
    let scene = scene().in_service().leaving_since(None).with(replica("api"));

    let decided = scene.with_spot_deadline(120).rechecked(Purpose::Deadline, 121).decided();

    assert!(decided.visible_actions().is_empty());
}
