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
fn a_first_look_that_sees_it_in_service_is_only_remembered() {
    let outcome = back().swept_at(HOUR).decided();

    assert_eq!(outcome.reason(), Reason::InServiceAgain);
    assert!(outcome.does().is_empty());
    assert_eq!(outcome.remembers().unwrap().in_service_since, Some(at(HOUR)));
}

#[test]
fn a_second_look_a_minute_later_sets_it_active() {
    let soon = seen_in_service_at(HOUR).swept_at(HOUR + 30).decided();
    let later = seen_in_service_at(HOUR).swept_at(HOUR + MINUTE).decided();

    assert_eq!(soon.reason(), Reason::InServiceAgain);
    assert_eq!(later.reason(), Reason::BackInService);
    assert_eq!(later.does(), ["set to ACTIVE"]);
}

#[test]
fn it_comes_back_even_when_the_deadline_of_its_action_is_long_past() {
    let outcome = seen_in_service_at(9 * DAY).swept_at(9 * DAY + MINUTE).decided();

    assert_eq!(outcome.does(), ["set to ACTIVE"]);
}

#[test]
fn a_look_between_that_saw_it_held_starts_anew() {
    let scene = seen_in_service_at(MINUTE).state("Terminating:Wait").with(replica("api"));

    let outcome = scene.swept_at(2 * MINUTE).decided();

    assert_eq!(outcome.says(), "1 task left: 1 replica");
    assert_eq!(outcome.remembers().unwrap().in_service_since, None);
}

#[test]
fn a_look_that_does_not_see_its_group_activates_nothing() {
    let scene = seen_in_service_at(MINUTE).with(replica("api"));

    let outcome = scene.busy(Question::Member).swept_at(2 * MINUTE).decided();

    assert!(outcome.does().is_empty());
}

#[test]
fn a_look_that_sees_it_held_activates_nothing() {
    let scene = seen_in_service_at(MINUTE).state("Terminating:Wait").with(replica("api"));

    let outcome = scene.rechecked(Purpose::Deadline, 2 * MINUTE).decided();

    assert!(outcome.does().is_empty());
}

#[test]
fn a_delivery_of_the_event_does_not_set_it_active() {
    let scene = seen_in_service_at(MINUTE).with(replica("api")).knowing(&[Question::Member]);

    let outcome = scene.terminating_since(0).now(2 * MINUTE).decided();

    assert!(outcome.does().is_empty());
}

#[test]
fn a_new_event_takes_it_whatever_was_seen_before() {
    let scene = seen_in_service_at(MINUTE).with(replica("api"));

    let outcome = scene.knowing(&[Question::Member]).terminating_since(120).now(121).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.says(), "1 task left");
}

#[test]
fn an_instance_that_drains_for_no_action_of_ours_stays_as_it_is() {
    let outcome = scene().draining().in_service().swept_at(HOUR).decided();

    assert_eq!(outcome.reason(), Reason::ForeignDrain);
    assert_eq!(outcome.remembers(), None);
}

#[test]
fn an_active_instance_in_service_is_not_drained_for_an_action_of_the_past() {
    let scene = scene().draining_for_us_since(0).status(Status::Active).in_service();

    let swept = scene.clone().swept_at(DAY).decided();
    let stopping = scene.clone().with_ec2_state(Ec2State::Stopping).now(DAY).decided();
    let recommended = scene.recommended(DAY).rechecked(Purpose::Settle, DAY).decided();

    for outcome in [swept, stopping, recommended] {
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn the_sweep_of_the_next_minute_counts_as_a_minute_later_though_it_is_early() {
    let early = seen_in_service_at(HOUR).swept_at(HOUR + 54).decided();
    let swept = seen_in_service_at(HOUR).swept_at(HOUR + 55).decided();

    assert_eq!(early.reason(), Reason::InServiceAgain);
    assert_eq!(swept.reason(), Reason::BackInService);
}

#[test]
fn an_instance_that_goes_to_the_warm_pool_at_once_is_known_again_when_it_comes_back() {
    let settled = scene().draining().state("Warmed:Pending:Wait").rechecked(Purpose::Settle, 80);

    let outcome = settled.clone().decided();
    let terminated = settled.state("Terminating:Wait").decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
    assert!(outcome.remembers().is_some_and(|attribute| attribute.action.is_some()));
    assert!(terminated.remembers().is_none());
}

#[test]
fn an_instance_that_came_back_and_that_ec2_takes_is_not_set_active() {
    let back = seen_in_service_at(HOUR).with(replica("api"));
    let interrupted =
        back.clone().remembering(|memory| memory.interrupted_at = Some(at(HOUR + 2 * MINUTE)));
    let rebalanced =
        back.remembering(|memory| memory.rebalance_until = Some(at(HOUR + 2 * MINUTE)));

    for scene in [interrupted, rebalanced] {
        assert!(scene.clone().swept_at(HOUR + MINUTE).decided().does().is_empty());
        assert_eq!(scene.swept_at(HOUR + 2 * MINUTE).decided().does(), ["set to ACTIVE"]);
    }
}

#[test]
fn a_spot_notice_for_an_instance_that_came_back_is_written_down_and_its_last_action_is_not() {
    let back = back().with(replica("api")).warned_of_spot(HOUR).now(HOUR);

    for state in ["InService", "Pending"] {
        let outcome = back.clone().state(state).knowing(&[Question::Member]).decided();

        let written = outcome.remembers().unwrap();
        assert_eq!(written.interrupted_at, Some(at(HOUR + 2 * MINUTE)));
        assert_eq!((written.action.clone(), written.draining_since), (None, Some(at(HOUR))));
    }
}

#[test]
fn what_is_left_on_an_instance_that_was_set_active_is_forgotten_as_a_whole() {
    let scene = scene().in_service().remembering(|memory| {
        memory.action = Some(action(0));
        memory.draining_since = Some(at(2));
        memory.in_service_since = Some(at(HOUR));
    });

    let outcome = scene.swept_at(HOUR + 2 * MINUTE).decided();

    assert!(outcome.does().is_empty());
    assert_eq!(outcome.remembers(), Some(crate::attribute::DrainAttribute::default()));
}

#[test]
fn a_spot_notice_is_written_down_for_what_goes_to_its_warm_pool_and_may_be_back_before_its_end() {
    let noticed = back().warned_of_spot(HOUR).now(HOUR).knowing(&[Question::Member]);

    let held = noticed.clone().state("Warmed:Pending:Wait").decided();
    let let_go = noticed.clone().state("Warmed:Pending:Proceed").decided();
    let terminated = noticed.state("Terminating:Proceed").decided();

    for outcome in [held, let_go] {
        assert_eq!(outcome.remembers().unwrap().interrupted_at, Some(at(HOUR + 2 * MINUTE)));
    }
    assert_eq!(terminated.remembers(), None);
}

// It is told once, in the minutes between its launch and the sweep that sees it back.
#[test]
fn what_is_recommended_of_an_instance_that_drains_for_an_action_of_before_outlasts_that_drain() {
    let replace = |policy: &mut Policy| policy.rebalance = RebalancePolicy::Replace;
    let back = back().policy(replace);
    let written = back.clone().remembering(|memory| {
        memory.in_service_since = Some(at(HOUR));
        memory.recommended_at = Some(at(HOUR));
    });

    let told = back.recommended(HOUR).now(HOUR).decided();
    let swept = written.swept_at(HOUR + MINUTE).decided();

    assert_eq!(told.remembers().unwrap().recommended_at, Some(at(HOUR)));
    assert_eq!(swept.does(), ["set to ACTIVE"]);
    let left = DrainAttribute { recommended_at: Some(at(HOUR)), ..DrainAttribute::default() };
    assert_eq!(swept.remembers(), Some(left));
}
