use super::scene::*;
use crate::attribute::DrainAttribute;
use crate::decision::Question;
use crate::observation::Status;
use crate::policy::{Policy, RebalancePolicy};
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

fn back() -> Scene {
    scene().draining_for_us_since(0).in_service()
}

fn seen_in_service_at(second: i64) -> Scene {
    back().remembering(|memory| memory.in_service_since = Some(at(second)))
}

#[test]
fn first_look_at_an_instance_in_service_is_only_written() {
    let decided = back().swept_at(HOUR).decided();

    assert_eq!(decided.reason(), Reason::InServiceAgain);
    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.written().unwrap().in_service_since, Some(at(HOUR)));
}

#[test]
fn second_look_a_minute_later_sets_active() {
    let soon = seen_in_service_at(HOUR).swept_at(HOUR + 30).decided();
    let later = seen_in_service_at(HOUR).swept_at(HOUR + MINUTE).decided();

    assert_eq!(soon.reason(), Reason::InServiceAgain);
    assert_eq!(later.reason(), Reason::BackInService);
    assert_eq!(later.visible_actions(), ["set to ACTIVE"]);
}

#[test]
fn instance_back_in_service_becomes_active_long_after_its_deadline() {
    let decided = seen_in_service_at(9 * DAY).swept_at(9 * DAY + MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["set to ACTIVE"]);
}

#[test]
fn look_at_a_held_instance_removes_the_time_in_service() {
    let scene = seen_in_service_at(MINUTE).state("Terminating:Wait").with(replica("api"));

    let decided = scene.swept_at(2 * MINUTE).decided();

    assert_eq!(decided.reason_text(), "1 task left: 1 replica");
    assert_eq!(decided.written().unwrap().in_service_since, None);
}

#[test]
fn look_without_an_answer_of_the_group_activates_nothing() {
    let scene = seen_in_service_at(MINUTE).with(replica("api"));

    let decided = scene.busy(Question::Member).swept_at(2 * MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
}

#[test]
fn look_at_a_held_instance_activates_nothing() {
    let scene = seen_in_service_at(MINUTE).state("Terminating:Wait").with(replica("api"));

    let decided = scene.rechecked(Purpose::Deadline, 2 * MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
}

#[test]
fn redelivered_event_activates_nothing() {
    let scene = seen_in_service_at(MINUTE).with(replica("api")).knowing(&[Question::Member]);

    let decided = scene.terminating_since(0).now(2 * MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
}

#[test]
fn new_event_drains_an_instance_that_was_in_service() {
    let scene = seen_in_service_at(MINUTE).with(replica("api"));

    let decided = scene.knowing(&[Question::Member]).terminating_since(120).now(121).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.reason_text(), "1 task left");
}

#[test]
fn instance_in_service_with_a_foreign_drain_stays_draining() {
    let decided = scene().draining().in_service().swept_at(HOUR).decided();

    assert_eq!(decided.reason(), Reason::ForeignDrain);
    assert_eq!(decided.written(), None);
}

#[test]
fn active_instance_in_service_is_not_drained_for_a_past_action() {
    let scene = scene().draining_for_us_since(0).status(Status::Active).in_service();

    let swept = scene.clone().swept_at(DAY).decided();
    let stopping = scene.clone().with_ec2_state(Ec2State::Stopping).now(DAY).decided();
    let recommended = scene.recommended(DAY).rechecked(Purpose::Settle, DAY).decided();

    for decided in [swept, stopping, recommended] {
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn next_sweep_counts_as_a_minute_later_even_if_early() {
    let early = seen_in_service_at(HOUR).swept_at(HOUR + 54).decided();
    let swept = seen_in_service_at(HOUR).swept_at(HOUR + 55).decided();

    assert_eq!(early.reason(), Reason::InServiceAgain);
    assert_eq!(swept.reason(), Reason::BackInService);
}

#[test]
fn drain_of_an_instance_that_goes_to_the_warm_pool_is_written() {
    let settled = scene().draining().state("Warmed:Pending:Wait").rechecked(Purpose::Settle, 80);

    let decided = settled.clone().decided();
    let terminated = settled.state("Terminating:Wait").decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
    assert!(decided.written().is_some_and(|attribute| attribute.action.is_some()));
    assert!(terminated.written().is_none());
}

#[test]
fn instance_back_in_service_is_not_activated_before_its_warning_ends() {
    let back = seen_in_service_at(HOUR).with(replica("api"));
    let interrupted =
        back.clone().remembering(|memory| memory.interrupted_at = Some(at(HOUR + 2 * MINUTE)));
    let rebalanced =
        back.remembering(|memory| memory.rebalance_until = Some(at(HOUR + 2 * MINUTE)));

    for scene in [interrupted, rebalanced] {
        assert!(scene.clone().swept_at(HOUR + MINUTE).decided().visible_actions().is_empty());
        assert_eq!(
            scene.swept_at(HOUR + 2 * MINUTE).decided().visible_actions(),
            ["set to ACTIVE"]
        );
    }
}

#[test]
fn spot_warning_for_an_instance_back_in_service_is_written_without_its_last_action() {
    let back = back().with(replica("api")).warned_of_spot(HOUR).now(HOUR);

    for state in ["InService", "Pending"] {
        let decided = back.clone().state(state).knowing(&[Question::Member]).decided();

        let written = decided.written().unwrap();
        assert_eq!(written.interrupted_at, Some(at(HOUR + 2 * MINUTE)));
        assert_eq!((written.action.clone(), written.draining_since), (None, Some(at(HOUR))));
    }
}

#[test]
fn attribute_of_an_activated_instance_is_emptied() {
    let scene = scene().in_service().remembering(|memory| {
        memory.action = Some(action(0));
        memory.draining_since = Some(at(2));
        memory.in_service_since = Some(at(HOUR));
    });

    let decided = scene.swept_at(HOUR + 2 * MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.written(), Some(crate::attribute::DrainAttribute::default()));
}

// EC2 recommends once. Here it does so between the launch and the sweep that finds the instance in service.
#[test]
fn recommendation_during_the_drain_of_a_past_action_outlasts_the_drain() {
    let replace = |policy: &mut Policy| policy.rebalance = RebalancePolicy::Replace;
    let back = back().policy(replace);
    let written = back.clone().remembering(|memory| {
        memory.in_service_since = Some(at(HOUR));
        memory.recommended_at = Some(at(HOUR));
    });

    let on_event = back.recommended(HOUR).now(HOUR).decided();
    let swept = written.swept_at(HOUR + MINUTE).decided();

    assert_eq!(on_event.written().unwrap().recommended_at, Some(at(HOUR)));
    assert_eq!(swept.visible_actions(), ["set to ACTIVE"]);
    let left = DrainAttribute { recommended_at: Some(at(HOUR)), ..DrainAttribute::default() };
    assert_eq!(swept.written(), Some(left));
}
