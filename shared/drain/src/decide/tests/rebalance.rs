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

/// Returns an instance that is DRAINING for a recommendation until this second.
fn draining_until(second: i64) -> Scene {
    let scene = scene().in_service().draining();
    scene.remembering(|memory| {
        memory.draining_since = Some(at(0));
        memory.rebalance_until = Some(at(second));
    })
}

#[test]
fn signal_rebalance_is_noted_by_default_and_ecs_is_not_asked() {
    let decided = recommended().group(|group| group.capacity_rebalance = true).decided();

    assert_eq!(decided.reason(), Reason::RebalanceNoted { capacity_rebalance: true });
    assert_eq!(decided.actions().count(), 0);
    assert_eq!(decided.asked_first, [Question::Member, Question::Group]);
}

#[test]
fn signal_rebalance_notes_that_capacity_rebalancing_is_off() {
    let decided = recommended().decided();

    assert_eq!(decided.reason(), Reason::RebalanceNoted { capacity_rebalance: false });
    assert_eq!(decided.notes(), ["Capacity Rebalancing of the group is off"]);
}

#[test]
fn signal_rebalance_is_only_noted_beside_other_triggers() {
    let swept = recommended().swept_at(MINUTE).decided();
    let stopping = recommended().with_ec2_state(Ec2State::Stopping).decided();
    let rechecked = recommended().rechecked(Purpose::Deadline, 10).decided();

    for decided in [swept, stopping, rechecked] {
        assert!(matches!(decided.reason(), Reason::RebalanceNoted { .. }));
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn signal_rebalance_replaces_under_policy_replace() {
    let decided = recommended().policy(replace).decided();

    assert_eq!(decided.reason(), Reason::RebalanceReplaces);
    assert_eq!(decided.visible_actions(), ["replace"]);
}

#[test]
fn signal_rebalance_drains_for_a_set_time_under_policy_drain() {
    let decided = recommended().policy(drain).now(5).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.reason(), Reason::RebalanceDraining { until: at(1805) });
    assert_eq!(decided.written().unwrap().rebalance_until, Some(at(1805)));
}

#[test]
fn signal_rebalance_writes_its_end_with_the_drain() {
    let decided = recommended().policy(drain).that_refuses_to_drain().decided();

    assert_eq!(decided.reason(), Reason::RebalanceDrains);
    assert_eq!(decided.written().unwrap().rebalance_until, Some(at(1800)));
}

#[test]
fn signal_rebalance_without_room_for_its_end_drains_nothing() {
    let decided = recommended().policy(drain).without_room_for_an_attribute().decided();

    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.notes().len(), 2);
}

#[test]
fn signal_rebalance_drain_expires() {
    let within = draining_until(1800).swept_at(1790).decided();
    let expired = draining_until(1800).swept_at(1800).decided();

    assert_eq!(within.reason(), Reason::RebalanceDraining { until: at(1800) });
    assert!(within.visible_actions().is_empty());
    assert_eq!(expired.reason(), Reason::WarningExpired);
    assert_eq!(expired.visible_actions(), ["set to ACTIVE"]);
}

#[test]
fn signal_rebalance_drain_becomes_the_drain_of_a_new_action() {
    let held = draining_until(1800).state("Terminating:Wait").with(standalone("import"));

    let on_event = held.clone().terminating_since(1700).now(1801).decided();
    let swept = held.leaving_since(1700).swept_at(1801).decided();

    for decided in [on_event, swept] {
        assert!(!decided.visible_actions().contains(&"set to ACTIVE".to_owned()));
        assert!(decided.written().unwrap().action.is_some());
    }
}

#[test]
fn signal_rebalance_replaces_within_a_budget() {
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
fn signal_rebalance_drains_within_the_budget() {
    let decided = recommended().policy(drain).group(|group| group.leaving = 2).decided();

    assert_eq!(decided.reason(), Reason::BudgetSpent);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn signal_rebalance_beyond_the_budget_takes_effect_once_there_is_room() {
    for (policy, act) in [(replace as fn(&mut Policy), "replace"), (drain, "drain")] {
        let spent = recommended().policy(policy).group(|group| group.leaving = 2).decided();
        let written = spent.written().unwrap();
        let later = scene().in_service().leaving_since(None).policy(policy);
        let later = later.remembering(|memory| *memory = written.clone());

        let full = later.clone().group(|group| group.leaving = 2).swept_at(HOUR).decided();
        let room = later.clone().swept_at(HOUR).decided();
        let noted = later.policy(|policy| policy.rebalance = RebalancePolicy::Auto).swept_at(HOUR);

        assert_eq!(full.reason(), Reason::BudgetSpent);
        assert_eq!(full.actions().count(), 0);
        assert_eq!(room.visible_actions()[0], act);
        assert_eq!(noted.decided().reason(), Reason::NothingToDo);
    }
}

#[test]
fn signal_rebalance_beyond_the_budget_notes_a_missing_room_for_the_attribute() {
    let scene = recommended().policy(replace).group(|group| group.leaving = 2);

    let decided = scene.without_room_for_an_attribute().decided();

    assert_eq!(decided.reason(), Reason::BudgetSpent);
    assert_eq!(decided.notes().len(), 1);
}

#[test]
fn signal_rebalance_leaves_a_foreign_drain_unchanged() {
    let decided = recommended().draining().policy(drain).now(5).decided();

    assert_eq!(decided.reason(), Reason::ForeignDrain);
    assert_eq!(decided.actions().count(), 0);
}

#[test]
fn signal_rebalance_of_a_terminating_instance_changes_nothing() {
    let decided = recommended().state("Terminating").status(Status::Active).decided();

    assert_eq!(decided.reason_text(), "Auto Scaling does not hold it: Terminating");
}

#[test]
fn signal_rebalance_counts_draining_instances_in_service_against_the_budget() {
    let scene = recommended().policy(drain).group(|group| group.desired_capacity = 5);

    let alone = scene.clone().decided();
    let second = scene.others_of_its_group_drain(1).decided();

    assert_eq!(alone.visible_actions(), ["drain"]);
    assert!(second.visible_actions().is_empty());
    assert_eq!(second.reason(), Reason::BudgetSpent);
}

#[test]
fn signal_rebalance_does_not_delay_the_drain_of_an_action_in_the_same_batch() {
    let scene = recommended().state("Terminating:Wait").with(replica("api"));

    let decided = scene.terminating_since(0).now(1).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.asked_first, [Question::ContainerInstance]);
}

#[test]
fn signal_rebalance_does_not_delay_the_completion_of_an_empty_instance() {
    let drained = scene().draining_for_us_since(0).recommended(MINUTE);

    let swept = drained.clone().swept_at(MINUTE).decided();
    let on_event = drained.with_last_task_stopped().now(MINUTE).decided();

    assert_eq!(swept.visible_actions(), ["complete with CONTINUE"]);
    assert_eq!(on_event.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn signal_rebalance_that_took_effect_waits_for_no_budget() {
    let waiting = scene().in_service().leaving_since(None).policy(drain);
    let waiting = waiting.remembering(|memory| memory.recommended_at = Some(at(0)));

    let taken_up = waiting.swept_at(HOUR).decided();

    assert_eq!(taken_up.written().unwrap().recommended_at, None);
}

#[test]
fn recommendation_ends_with_a_lifecycle_action() {
    let recommended = scene().remembering(|memory| memory.recommended_at = Some(at(0)));

    let decided = recommended.terminating_since(HOUR).now(HOUR).decided();

    assert_eq!(decided.written().unwrap().recommended_at, None);
}

#[test]
fn recommendation_ends_with_a_lifecycle_action_without_an_event() {
    let scene = scene().with(replica("api")).remembering(|memory| {
        memory.recommended_at = Some(at(-200));
    });

    let decided = scene.policy(drain).swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.written().unwrap().recommended_at, None);
}

#[test]
fn expired_drain_is_removed_from_an_active_instance() {
    let scene = scene().in_service().leaving_since(None);
    let left = |until| {
        let scene = scene.clone().remembering(|memory| memory.rebalance_until = Some(at(until)));
        scene.swept_at(MINUTE).decided().written()
    };

    assert_eq!(left(60), Some(crate::attribute::DrainAttribute::default()));
    assert_eq!(left(61), None);
}

#[test]
fn recommendation_of_a_draining_instance_is_removed_once() {
    let waited = draining_until(1800).remembering(|memory| memory.recommended_at = Some(at(-60)));

    let taken_up = waited.swept_at(MINUTE).decided();
    let later = draining_until(1800).swept_at(2 * MINUTE).decided();

    let written = taken_up.written().unwrap();
    assert_eq!((written.recommended_at, written.rebalance_until), (None, Some(at(1800))));
    assert_eq!(later.written(), None);
    assert_eq!(later.reason(), taken_up.reason());
}
