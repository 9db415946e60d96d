use crate::signal::LifecycleAction;
use crate::trigger::{Trigger, TriggerKind};

use super::scene::*;
use crate::observation::Status;
use crate::signal::Ec2State;

#[test]
fn a_drain_is_written_down_when_draining_is_confirmed() {
    let outcome = scene().with(replica("api")).terminating_since(0).now(2).decided();

    let written = outcome.remembers().unwrap();
    assert_eq!(written.action, Some(action(0)));
    assert_eq!(written.draining_since, Some(at(2)));
}

#[test]
fn what_stands_there_already_is_not_written_again() {
    let scene = scene().draining_for_us_since(0).with(replica("api"));

    let swept = scene.clone().swept_at(MINUTE).decided();
    let told = scene.terminating_since(0).now(25).decided();

    assert_eq!(swept.remembers(), None);
    assert_eq!(told.remembers(), None);
}

#[test]
fn nothing_is_written_where_the_drain_ends() {
    let agent_away = scene().draining_for_us_since(0).agent_away();

    let completed = agent_away.swept_at(MINUTE).decided();

    assert_eq!(completed.does(), ["complete with CONTINUE"]);
    assert_eq!(completed.remembers(), None);
}

#[test]
fn nothing_is_written_on_a_container_instance_that_is_gone() {
    let outcome =
        scene().status(Status::Inactive).terminating_since(0).that_refuses_to_drain().decided();

    assert_eq!(outcome.remembers(), None);
}

#[test]
fn a_drain_without_room_for_the_attribute_says_so() {
    let scene = scene().with(replica("api")).without_room_for_an_attribute();

    let outcome = scene.terminating_since(0).now(2).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.remembers(), None);
    assert_eq!(outcome.notes().len(), 1);
}

#[test]
fn a_start_that_an_event_tells_replaces_one_that_the_activity_told() {
    let scene = scene().draining().with(replica("api")).remembering(|memory| {
        memory.draining_since = Some(at(5));
        memory.action = Some(crate::attribute::RememberedAction::new(at(-200), ""));
    });

    let outcome = scene.terminating_since(0).now(90).decided();

    assert_eq!(outcome.remembers().unwrap().action, Some(action(0)));
}

#[test]
fn a_time_that_lies_ahead_counts_as_now() {
    let outcome = scene().with(replica("api")).terminating_since(DAY).now(0).decided();

    assert_eq!(outcome.remembers().unwrap().action.unwrap().started, at(0));
}

#[test]
fn it_does_so_even_where_it_is_the_earlier_one() {
    let scene = scene().draining().with(replica("api")).remembering(|memory| {
        memory.draining_since = Some(at(85));
        memory.action = Some(crate::attribute::RememberedAction::new(at(85), ""));
    });

    let outcome = scene.terminating_since(0).now(90).decided();

    assert_eq!(outcome.remembers().unwrap().action, Some(action(0)));
}

#[test]
fn nothing_is_written_where_the_action_is_over() {
    let scene = scene().draining_for_us_since(0).agent_away().state("Terminating:Proceed");

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.says(), "Auto Scaling does not hold it: Terminating:Proceed");
    assert_eq!(outcome.remembers(), None);
}

#[test]
fn that_ec2_called_it_gone_is_written_down_even_where_nothing_waits_yet() {
    let scene = scene().draining_for_us_since(0).in_service();

    let outcome = scene.with_ec2_state(Ec2State::Terminated).now(MINUTE).decided();

    assert_eq!(outcome.says(), "Auto Scaling does not hold it: InService");
    assert!(outcome.remembers().unwrap().gone);
}

#[test]
fn a_second_hook_of_ours_that_begins_in_the_same_second_does_not_begin_the_drain_anew() {
    let mut scene = scene().draining_for_us_since(0).terminating_since(0);
    let event = scene.triggers.terminating().unwrap().clone();
    scene.triggers = scene.triggers.without(&[TriggerKind::Terminating]);
    scene
        .triggers
        .add(Trigger::Terminating(LifecycleAction { token: "second".to_owned(), ..event }));

    let outcome = scene.now(25).decided();

    assert_eq!(outcome.does(), ["drain", "complete with CONTINUE"]);
}
