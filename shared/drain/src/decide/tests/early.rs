use super::scene::*;
use crate::decision::Question;
use crate::policy::{Policy, RebalancePolicy, ScheduledChangePolicy};
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

/// Three things that EC2 and AWS Health tell, of an instance that Auto Scaling has put in service and that has not joined yet.
fn told_before_it_joined() -> [Scene; 3] {
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
fn rule_10_what_is_told_before_it_joined_is_left_to_the_message_that_told_it() {
    for scene in told_before_it_joined() {
        let outcome = scene.now(1).decided();

        assert_eq!(outcome.reason(), Reason::EarlyEvent);
        assert!(outcome.actions().next().is_none());
    }
}

#[test]
fn rule_10_what_is_told_of_an_instance_on_its_way_into_its_group_is_left_to_its_message_too() {
    for scene in told_before_it_joined() {
        let outcome = scene.state("Pending").now(1).decided();

        assert_eq!(outcome.reason(), Reason::EarlyEvent);
    }
}

#[test]
fn rule_10_a_spot_notice_waits_for_an_instance_to_join_as_long_as_ec2_leaves_it() {
    let warned = scene().in_no_cluster().in_service().launched_at(-HOUR).warned_of_spot(0);

    let before = warned.clone().now(119).decided();
    let then = warned.now(120).decided();

    assert_eq!(before.reason(), Reason::EarlyEvent);
    assert_eq!(then.reason(), Reason::NothingToDo);
}

#[test]
fn rule_10_a_spot_notice_waits_for_an_instance_to_join_that_is_leaving_already() {
    let leaving = scene().in_no_cluster().launched_at(-30);

    let warned = leaving.clone().warned_of_spot(0).now(1).decided();
    let told_as_well = leaving.warned_of_spot(0).terminating_since(0).now(1).decided();

    assert_eq!(warned.reason(), Reason::EarlyEvent);
    assert_eq!(told_as_well.reason(), Reason::NotRegisteredYet);
    assert_eq!(told_as_well.looks(Purpose::Settle), [270]);
}

#[test]
fn rule_10_what_has_time_waits_for_an_instance_to_join_until_its_launch_is_five_minutes_past() {
    let [_, recommended, announced] = told_before_it_joined();

    for scene in [recommended, announced] {
        let before = scene.clone().now(269).decided();
        let then = scene.now(270).decided();

        assert_eq!(before.reason(), Reason::EarlyEvent);
        assert_eq!(then.reason(), Reason::NothingToDo);
    }
}

#[test]
fn rule_10_what_is_told_of_an_instance_that_joins_no_cluster_of_ours_does_not_come_again() {
    for scene in told_before_it_joined() {
        let elsewhere = scene.clone().in_a_group_without_ecs();
        let warm = scene.clone().state("Warmed:Stopped");
        let gone = scene.with_ec2_state(Ec2State::Terminated);

        for scene in [elsewhere, warm, gone] {
            let outcome = scene.now(1).decided();

            assert_eq!(outcome.reason(), Reason::NothingToDo);
        }
    }
}

#[test]
fn what_is_told_of_an_instance_that_waits_on_a_launch_hook_waits_until_its_launch_is_over() {
    let [_, recommended, announced] = told_before_it_joined();

    for scene in [recommended, announced] {
        let held = scene.state("Pending:Wait").knowing(&[Question::Member]);
        let ours = held.clone().with_a_launch_hook();

        for scene in [held, ours] {
            let outcome = scene.now(1).decided();

            assert_eq!(outcome.reason(), Reason::EarlyEvent);
        }
    }
}

#[test]
fn what_is_only_noted_of_an_instance_waits_for_no_launch() {
    let launching = scene().in_no_cluster().state("Pending:Wait").knowing(&[Question::Member]);

    let recommended = launching.recommended(0).now(1).decided();

    assert_eq!(recommended.reason(), Reason::ForeignHook);
}
