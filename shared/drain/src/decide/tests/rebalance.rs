use super::scene::*;
use crate::decision::Question;
use crate::observation::Status;
use crate::policy::{Policy, RebalancePolicy};
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

fn replace(policy: &mut Policy) {
    policy.rebalance = RebalancePolicy::Replace;
}

fn drain(policy: &mut Policy) {
    policy.rebalance = RebalancePolicy::Drain;
}

fn recommended() -> Scene {
    scene().in_service().leaving_since(None).recommended(0)
}

/// DRAINING because of a recommendation until this second.
fn draining_until(second: i64) -> Scene {
    let scene = scene().in_service().draining();
    scene.remembering(|memory| {
        memory.draining_since = Some(at(0));
        memory.rebalance_until = Some(at(second));
    })
}

#[test]
fn signal_rebalance_is_noted_by_default_and_ecs_is_not_asked() {
    let outcome = recommended().group(|group| group.capacity_rebalance = true).decided();

    assert_eq!(outcome.reason(), Reason::RebalanceNoted { capacity_rebalance: true });
    assert_eq!(outcome.actions().count(), 0);
    assert_eq!(outcome.asked_first, [Question::Member, Question::Group]);
}

#[test]
fn signal_rebalance_says_where_nothing_will_follow() {
    let outcome = recommended().decided();

    assert_eq!(outcome.reason(), Reason::RebalanceNoted { capacity_rebalance: false });
    assert_eq!(outcome.notes(), ["Capacity Rebalancing of the group is off"]);
}

#[test]
fn signal_rebalance_is_only_noted_whatever_else_is_told() {
    let swept = recommended().swept_at(MINUTE).decided();
    let stopping = recommended().with_ec2_state(Ec2State::Stopping).decided();
    let looked = recommended().rechecked(Purpose::Deadline, 10).decided();

    for outcome in [swept, stopping, looked] {
        assert!(matches!(outcome.reason(), Reason::RebalanceNoted { .. }));
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn signal_rebalance_replaces_where_policy_says_so() {
    let outcome = recommended().policy(replace).decided();

    assert_eq!(outcome.reason(), Reason::RebalanceReplaces);
    assert_eq!(outcome.does(), ["replace"]);
}

#[test]
fn signal_rebalance_drains_for_a_while_where_policy_says_so() {
    let outcome = recommended().policy(drain).now(5).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.reason(), Reason::RebalanceDraining { until: at(1805) });
    assert_eq!(outcome.remembers().unwrap().rebalance_until, Some(at(1805)));
}

#[test]
fn signal_rebalance_writes_its_end_down_with_the_drain_itself() {
    let outcome = recommended().policy(drain).that_refuses_to_drain().decided();

    assert_eq!(outcome.reason(), Reason::RebalanceDrains);
    assert_eq!(outcome.remembers().unwrap().rebalance_until, Some(at(1800)));
}

#[test]
fn signal_rebalance_drains_nothing_whose_end_cannot_be_written_down() {
    let outcome = recommended().policy(drain).without_room_for_an_attribute().decided();

    assert!(outcome.does().is_empty());
    assert_eq!(outcome.notes().len(), 2);
}

#[test]
fn signal_rebalance_drain_ends_by_itself() {
    let within = draining_until(1800).swept_at(1790).decided();
    let over = draining_until(1800).swept_at(1800).decided();

    assert_eq!(within.reason(), Reason::RebalanceDraining { until: at(1800) });
    assert!(within.does().is_empty());
    assert_eq!(over.reason(), Reason::WarningExpired);
    assert_eq!(over.does(), ["set to ACTIVE"]);
}

#[test]
fn signal_rebalance_drain_becomes_the_drain_of_an_action_that_comes() {
    let held = draining_until(1800).state("Terminating:Wait").with(standalone("import"));

    let told = held.clone().terminating_since(1700).now(1801).decided();
    let swept = held.leaving_since(1700).swept_at(1801).decided();

    for outcome in [told, swept] {
        assert!(!outcome.does().contains(&"set to ACTIVE".to_owned()));
        assert!(outcome.remembers().unwrap().action.is_some());
    }
}

#[test]
fn signal_rebalance_keeps_within_a_budget() {
    let leaving = |leaving, desired| {
        let scene = recommended().policy(replace);
        let scene = scene.group(|group| {
            group.leaving = leaving;
            group.desired_capacity = desired;
        });
        scene.decided().reason()
    };

    assert_eq!(leaving(1, 10), Reason::RebalanceReplaces);
    assert_eq!(leaving(2, 10), Reason::BudgetSpent);
    assert_eq!(leaving(0, 2), Reason::RebalanceReplaces);
    assert_eq!(leaving(1, 2), Reason::BudgetSpent);
}

#[test]
fn signal_rebalance_drain_keeps_within_the_budget_too() {
    let outcome = recommended().policy(drain).group(|group| group.leaving = 2).decided();

    assert_eq!(outcome.reason(), Reason::BudgetSpent);
    assert!(outcome.does().is_empty());
}

#[test]
fn signal_rebalance_beyond_the_budget_is_taken_up_when_there_is_room() {
    for (policy, act) in [(replace as fn(&mut Policy), "replace"), (drain, "drain")] {
        let spent = recommended().policy(policy).group(|group| group.leaving = 2).decided();
        let written = spent.remembers().unwrap();
        let later = scene().in_service().leaving_since(None).policy(policy);
        let later = later.remembering(|memory| *memory = written.clone());

        let full = later.clone().group(|group| group.leaving = 2).swept_at(HOUR).decided();
        let room = later.clone().swept_at(HOUR).decided();
        let noted = later.policy(|policy| policy.rebalance = RebalancePolicy::Auto).swept_at(HOUR);

        assert_eq!(full.reason(), Reason::BudgetSpent);
        assert_eq!(full.actions().count(), 0);
        assert_eq!(room.does()[0], act);
        assert_eq!(noted.decided().reason(), Reason::NothingToDo);
    }
}

#[test]
fn signal_rebalance_beyond_the_budget_says_where_it_cannot_be_remembered() {
    let scene = recommended().policy(replace).group(|group| group.leaving = 2);

    let outcome = scene.without_room_for_an_attribute().decided();

    assert_eq!(outcome.reason(), Reason::BudgetSpent);
    assert_eq!(outcome.notes().len(), 1);
}

#[test]
fn signal_rebalance_leaves_an_instance_alone_that_an_operator_drains() {
    let outcome = recommended().draining().policy(drain).now(5).decided();

    assert_eq!(outcome.reason(), Reason::ForeignDrain);
    assert_eq!(outcome.actions().count(), 0);
}

#[test]
fn signal_rebalance_says_nothing_new_of_an_instance_that_goes_already() {
    let outcome = recommended().state("Terminating").status(Status::Active).decided();

    assert_eq!(outcome.says(), "Auto Scaling does not hold it: Terminating");
}

#[test]
fn signal_rebalance_counts_what_drains_while_its_group_has_it_in_service() {
    let scene = recommended().policy(drain).group(|group| group.desired_capacity = 5);

    let alone = scene.clone().decided();
    let second = scene.others_of_its_group_drain(1).decided();

    assert_eq!(alone.does(), ["drain"]);
    assert!(second.does().is_empty());
    assert_eq!(second.reason(), Reason::BudgetSpent);
}

#[test]
fn signal_rebalance_does_not_hold_up_the_drain_of_an_action_in_the_same_batch() {
    let scene = recommended().state("Terminating:Wait").with(replica("api"));

    let outcome = scene.terminating_since(0).now(1).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.asked_first, [Question::ContainerInstance]);
}

#[test]
fn signal_rebalance_in_the_batch_of_a_sweep_does_not_keep_what_is_empty() {
    let drained = scene().draining_for_us_since(0).recommended(MINUTE);

    let swept = drained.clone().swept_at(MINUTE).decided();
    let told = drained.with_last_task_stopped().now(MINUTE).decided();

    assert_eq!(swept.does(), ["complete with CONTINUE"]);
    assert_eq!(told.does(), ["complete with CONTINUE"]);
}

#[test]
fn signal_rebalance_that_was_taken_up_waits_for_no_budget_any_more() {
    let waiting = scene().in_service().leaving_since(None).policy(drain);
    let waiting = waiting.remembering(|memory| memory.recommended_at = Some(at(0)));

    let taken_up = waiting.swept_at(HOUR).decided();

    assert_eq!(taken_up.remembers().unwrap().recommended_at, None);
}

#[test]
fn a_recommendation_does_not_outlast_the_action_that_takes_the_instance() {
    let recommended = scene().remembering(|memory| memory.recommended_at = Some(at(0)));

    let outcome = recommended.terminating_since(HOUR).now(HOUR).decided();

    assert_eq!(outcome.remembers().unwrap().recommended_at, None);
}

#[test]
fn a_recommendation_of_before_an_action_that_no_event_told_is_forgotten() {
    let scene = scene().with(replica("api")).remembering(|memory| {
        memory.recommended_at = Some(at(-200));
    });

    let outcome = scene.policy(drain).swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.remembers().unwrap().recommended_at, None);
}

#[test]
fn a_recommendation_that_waited_while_its_instance_was_in_the_warm_pool_is_forgotten() {
    let waits = scene().in_service().leaving_since(None);
    let waits = waits.remembering(|memory| memory.recommended_at = Some(at(0)));

    for policy in [replace, drain] {
        let came_back = waits.clone().policy(policy).launched_at(MINUTE).swept_at(HOUR).decided();
        let stayed = waits.clone().policy(policy).launched_at(0).swept_at(HOUR).decided();

        assert!(came_back.does().is_empty());
        assert_eq!(came_back.remembers(), Some(crate::attribute::DrainAttribute::default()));
        assert!(!stayed.does().is_empty());
    }
}

#[test]
fn a_recommendation_of_an_instance_that_came_back_counts_although_an_earlier_one_waited() {
    let came_back = scene().in_service().leaving_since(None).policy(replace).launched_at(MINUTE);
    let came_back = came_back.remembering(|memory| memory.recommended_at = Some(at(0)));

    let told = came_back.clone().recommended(HOUR).now(HOUR).decided();
    let beyond = came_back.group(|group| group.leaving = 2).recommended(HOUR).now(HOUR).decided();

    assert_eq!(told.does(), ["replace"]);
    assert_eq!(beyond.remembers().unwrap().recommended_at, Some(at(HOUR)));
}

#[test]
fn what_is_left_of_a_drain_that_is_over_is_taken_off_an_active_instance() {
    let scene = scene().in_service().leaving_since(None);
    let left = |until| {
        let scene = scene.clone().remembering(|memory| memory.rebalance_until = Some(at(until)));
        scene.swept_at(MINUTE).decided().remembers()
    };

    assert_eq!(left(60), Some(crate::attribute::DrainAttribute::default()));
    assert_eq!(left(61), None);
}

#[test]
fn what_waited_for_the_budget_waits_no_more_once_it_drains_and_is_written_once() {
    let waited = draining_until(1800).remembering(|memory| memory.recommended_at = Some(at(-60)));

    let taken_up = waited.swept_at(MINUTE).decided();
    let later = draining_until(1800).swept_at(2 * MINUTE).decided();

    let written = taken_up.remembers().unwrap();
    assert_eq!((written.recommended_at, written.rebalance_until), (None, Some(at(1800))));
    assert_eq!(later.remembers(), None);
    assert_eq!(later.reason(), taken_up.reason());
}
