use super::scene::*;
use crate::decision::Question;
use crate::observation::{Hook, Status};
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

fn absent() -> Scene {
    scene().in_no_cluster()
}

#[test]
fn rule_10_instance_in_no_cluster_is_rechecked_until_five_minutes_after_launch() {
    let scene = absent().launched_at(-100);

    let decided = scene.terminating_since(0).now(1).decided();

    assert_eq!(decided.reason(), Reason::NotRegisteredYet);
    assert_eq!(decided.rechecks(Purpose::Settle), [200]);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_10_instance_in_no_cluster_is_searched_for_15_seconds_at_least() {
    let first = absent().terminating_since(0).now(1).decided();
    let second = absent().rechecked(Purpose::Settle, 15).decided();

    assert_eq!(first.rechecks(Purpose::Settle), [15]);
    assert_eq!(second.reason(), Reason::NotRegistered);
    assert_eq!(second.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_instance_in_no_cluster_without_an_event_is_completed_by_the_sweep() {
    let decided = absent().swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::NotRegistered);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_instance_in_no_cluster_without_an_activity_is_completed_by_the_second_look() {
    let scene = absent().leaving_since(None);

    let swept = scene.clone().swept_at(MINUTE).decided();
    let rechecked = scene.rechecked(Purpose::Settle, MINUTE + 15).decided();

    assert_eq!(swept.reason(), Reason::NotRegisteredYet);
    assert_eq!(swept.rechecks(Purpose::Settle), [MINUTE + 15]);
    assert_eq!(rechecked.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_instance_that_may_still_register_gets_heartbeats() {
    let scene = absent().launched_at(-10).hooks(&[hook("ebb", 90)]);

    let decided = scene.terminating_since(0).now(1).decided();

    assert_eq!(decided.rechecks(Purpose::Heartbeat), [30, 60, 90, 120]);
}

#[test]
fn rule_10_cluster_that_did_not_answer_is_never_absence() {
    for scene in [
        scene().busy(Question::ContainerInstance),
        scene().denied(Question::ContainerInstance),
        absent().busy(Question::GroupUsesEcs),
    ] {
        let decided = scene.terminating_since(-200).now(0).decided();

        assert!(matches!(decided.reason(), Reason::Unanswered(_)));
        assert!(!decided.visible_actions().contains(&"complete with CONTINUE".to_owned()));
    }
}

#[test]
fn rule_10_denied_cluster_keeps_an_instance_seen_before() {
    let seen_in_it = scene().denied(Question::ContainerInstance).hooks(&[hook("ebb", 90)]);

    let decided = seen_in_it.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn rule_10_denied_cluster_keeps_no_instance_never_seen_before() {
    let never_seen = scene().denied_by_a_cluster().hooks(&[hook("ebb", 90)]);

    let on_event = never_seen.clone().terminating_since(0).now(1).decided();
    let swept = never_seen.clone().swept_at(MINUTE).decided();
    let at_the_deadline = never_seen.swept_at(2 * DAY).decided();

    for decided in [on_event, swept, at_the_deadline] {
        assert_eq!(decided.reason().code(), "cluster-denied");
        assert_eq!(decided.actions().count(), 0);
    }
}

#[test]
fn rule_10_launching_instance_that_was_never_seen_in_a_denied_cluster_gets_no_heartbeat() {
    let launching = Hook { launching: true, ..hook("ebb-launch", 90) };
    let scene = scene().state("Pending:Wait").with_a_launch_hook().hooks(&[launching]);

    let decided = scene.launched_at(0).denied_by_a_cluster().swept_at(MINUTE).decided();

    assert_eq!(decided.reason().code(), "cluster-denied");
    assert_eq!(decided.actions().count(), 0);
}

#[test]
fn rule_10_group_without_ecs_is_left_to_the_timeout_of_its_hook() {
    let scene = absent().in_a_group_without_ecs().hooks(&[hook("ebb", 30)]);

    let on_event = scene.clone().terminating_since(0).now(HOUR).decided();
    let swept = scene.swept_at(HOUR).decided();

    for decided in [on_event, swept] {
        assert_eq!(decided.reason(), Reason::GroupNotInEcs);
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn rule_10_instance_that_ec2_reports_gone_is_completed_at_once() {
    let in_no_cluster = absent().terminating_since(0).with_ec2_state(Ec2State::Terminated).now(1);
    let not_told = absent().with_ec2_state(Ec2State::ShuttingDown).now(1);

    for scene in [in_no_cluster, not_told] {
        let decided = scene.decided();

        assert_eq!(decided.reason(), Reason::Gone);
        assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
    }
}

#[test]
fn rule_10_instance_reported_gone_before_its_lifecycle_action_is_completed_with_the_action() {
    let scene = scene().remembering(|memory| memory.gone = true).with(replica("api"));

    let decided = scene.terminating_since(0).now(1).decided();

    assert_eq!(decided.reason(), Reason::Gone);
    assert_eq!(decided.visible_actions(), ["drain", "complete with CONTINUE"]);
}

#[test]
fn rule_10_instance_that_ecs_has_deregistered_is_completed_at_once() {
    let scene = scene().status(Status::Inactive).with(standalone("orphan"));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::Gone);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_instance_that_cannot_be_set_draining_is_rechecked_once() {
    let scene = scene().status(Status::Other("REGISTERING".to_owned()));

    let swept = scene.clone().swept_at(MINUTE).decided();
    let rechecked = scene.rechecked(Purpose::Deadline, 75).decided();

    assert_eq!(swept.reason_text(), "cannot be set to DRAINING: status REGISTERING; will retry");
    assert_eq!(swept.rechecks(Purpose::Deadline), [75]);
    assert!(rechecked.rechecks(Purpose::Deadline).is_empty(), "a recheck must not multiply");
}

#[test]
fn rule_10_instance_returning_to_the_warm_pool_without_a_container_instance_is_completed() {
    let scene = absent().state("Warmed:Pending:Wait").with_a_launch_hook();

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::NotRegistered);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_instance_in_no_cluster_is_completed_five_minutes_after_launch() {
    let launched = absent().launched_at(-100);

    let before = launched.clone().swept_at(199).decided();
    let then = launched.swept_at(200).decided();

    assert_eq!(before.reason(), Reason::NotRegisteredYet);
    assert_eq!(then.reason(), Reason::NotRegistered);
}

#[test]
fn rule_10_recheck_for_a_deadline_is_no_second_look() {
    let decided = absent().rechecked(Purpose::Deadline, 5).decided();

    assert_eq!(decided.reason(), Reason::NotRegisteredYet);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_10_stopping_instance_is_completed_only_under_a_lifecycle_action() {
    let stopping = absent().with_ec2_state(Ec2State::Stopping).now(MINUTE);

    let held = stopping.clone().decided();
    let in_service = stopping.in_service().decided();

    assert_eq!(held.reason(), Reason::NotRegistered);
    assert_eq!(held.visible_actions(), ["complete with CONTINUE"]);
    assert_eq!(in_service.reason(), Reason::NothingToDo);
    assert_eq!(in_service.asked_first, [Question::Member, Question::ContainerInstance]);
}
