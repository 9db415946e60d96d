use super::scene::*;
use crate::decision::Question;
use crate::policy::{Policy, RebalancePolicy, ScheduledChangePolicy};
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

/// Returns a Spot warning, a recommendation and a change for an instance in service that has not registered yet.
fn events_before_registration() -> [Scene; 3] {
    let replace = |policy: &mut Policy| {
        policy.rebalance = RebalancePolicy::Replace;
        policy.scheduled_change = ScheduledChangePolicy::Replace { ahead: seconds(3600) };
    };
    let launched = || scene().in_no_cluster().in_service().launched_at(-30).policy(replace);
    [
        launched().warned_of_spot(0),
        launched().recommended(0),
        launched().with_scheduled_change_at(30 * DAY),
    ]
}

#[test]
fn rule_10_event_before_registration_is_left_to_its_message() {
    for scene in events_before_registration() {
        let decided = scene.now(1).decided();

        assert_eq!(decided.reason(), Reason::EarlyEvent);
        assert!(decided.actions().next().is_none());
    }
}

#[test]
fn rule_10_event_for_an_instance_still_entering_its_group_is_left_to_its_message() {
    for scene in events_before_registration() {
        let decided = scene.state("Pending").now(1).decided();

        assert_eq!(decided.reason(), Reason::EarlyEvent);
    }
}

#[test]
fn rule_10_spot_warning_waits_for_a_registration_until_the_interruption() {
    let warned = scene().in_no_cluster().in_service().launched_at(-HOUR).warned_of_spot(0);

    let before = warned.clone().now(119).decided();
    let then = warned.now(120).decided();

    assert_eq!(before.reason(), Reason::EarlyEvent);
    assert_eq!(then.reason(), Reason::NothingToDo);
}

#[test]
fn rule_10_spot_warning_of_a_new_instance_outlasts_a_denied_cluster() {
    let warned = scene().denied_by_a_cluster().in_service().warned_of_spot(0).now(1);

    let new = warned.clone().launched_at(-30).decided();
    let old = warned.launched_at(-HOUR).decided();

    assert_eq!(new.reason(), Reason::EarlyEvent);
    assert_eq!(old.reason().code(), "cluster-denied");
}

#[test]
fn rule_10_spot_warning_waits_for_the_registration_of_a_leaving_instance() {
    let leaving = scene().in_no_cluster().launched_at(-30);

    let warned = leaving.clone().warned_of_spot(0).now(1).decided();
    let with_an_action = leaving.warned_of_spot(0).terminating_since(0).now(1).decided();

    assert_eq!(warned.reason(), Reason::EarlyEvent);
    assert_eq!(with_an_action.reason(), Reason::NotRegisteredYet);
    assert_eq!(with_an_action.rechecks(Purpose::Settle), [270]);
}

#[test]
fn rule_10_spot_warning_waits_for_the_registration_of_an_instance_before_its_hook() {
    let terminating = scene().in_no_cluster().state("Terminating").launched_at(-30);

    let warned = terminating.clone().warned_of_spot(0).now(1).decided();
    let recommended = terminating.recommended(0).now(1).decided();

    assert_eq!(warned.reason(), Reason::EarlyEvent);
    assert_eq!(recommended.reason().code(), "not-waiting");
}

#[test]
fn rule_10_recommendation_or_change_waits_for_a_registration_until_five_minutes_after_launch() {
    let [_, recommended, announced] = events_before_registration();

    for scene in [recommended, announced] {
        let before = scene.clone().now(269).decided();
        let then = scene.now(270).decided();

        assert_eq!(before.reason(), Reason::EarlyEvent);
        assert_eq!(then.reason(), Reason::NothingToDo);
    }
}

#[test]
fn rule_10_event_for_an_instance_that_will_not_register_is_not_repeated() {
    for scene in events_before_registration() {
        let elsewhere = scene.clone().in_a_group_without_ecs();
        let warm = scene.clone().state("Warmed:Stopped");
        let gone = scene.with_ec2_state(Ec2State::Terminated);

        for scene in [elsewhere, warm, gone] {
            let decided = scene.now(1).decided();

            assert_eq!(decided.reason(), Reason::NothingToDo);
        }
    }
}

#[test]
fn recommendation_or_change_waits_for_the_end_of_a_launch() {
    let [_, recommended, announced] = events_before_registration();

    for scene in [recommended, announced] {
        let held = scene.state("Pending:Wait").knowing(&[Question::Member]);
        let configured = held.clone().with_a_launch_hook();

        for scene in [held, configured] {
            let decided = scene.now(1).decided();

            assert_eq!(decided.reason(), Reason::EarlyEvent);
        }
    }
}

#[test]
fn recommendation_that_is_only_noted_waits_for_no_launch() {
    let launching = scene().in_no_cluster().state("Pending:Wait").knowing(&[Question::Member]);

    let recommended = launching.recommended(0).now(1).decided();

    assert_eq!(recommended.reason(), Reason::ForeignHook);
}
