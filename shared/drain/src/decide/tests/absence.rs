use super::scene::*;
use crate::decision::Question;
use crate::observation::Status;
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

fn absent() -> Scene {
    scene().in_no_cluster()
}

#[test]
fn rule_10_an_instance_in_no_cluster_is_looked_for_until_its_launch_is_five_minutes_past() {
    let scene = absent().launched_at(-100);

    let outcome = scene.terminating_since(0).now(1).decided();

    assert_eq!(outcome.reason(), Reason::NotRegisteredYet);
    assert_eq!(outcome.looks(Purpose::Settle), [200]);
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_10_it_is_looked_for_15_seconds_at_least() {
    let first = absent().terminating_since(0).now(1).decided();
    let second = absent().rechecked(Purpose::Settle, 15).decided();

    assert_eq!(first.looks(Purpose::Settle), [15]);
    assert_eq!(second.reason(), Reason::NotRegistered);
    assert_eq!(second.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_the_sweep_ends_it_where_no_event_came() {
    let outcome = absent().swept_at(MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::NotRegistered);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_a_second_look_ends_it_where_no_activity_tells_since_when() {
    let scene = absent().leaving_since(None);

    let swept = scene.clone().swept_at(MINUTE).decided();
    let looked = scene.rechecked(Purpose::Settle, MINUTE + 15).decided();

    assert_eq!(swept.reason(), Reason::NotRegisteredYet);
    assert_eq!(swept.looks(Purpose::Settle), [MINUTE + 15]);
    assert_eq!(looked.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_it_is_kept_alive_while_it_may_still_join() {
    let scene = absent().launched_at(-10).hooks(&[hook("ebb", 90)]);

    let outcome = scene.terminating_since(0).now(1).decided();

    assert_eq!(outcome.looks(Purpose::Heartbeat), [30, 60, 90, 120]);
}

#[test]
fn rule_10_a_cluster_that_did_not_answer_is_never_absence() {
    for scene in [
        scene().busy(Question::ContainerInstance),
        scene().denied(Question::ContainerInstance),
        absent().busy(Question::GroupUsesEcs),
    ] {
        let outcome = scene.terminating_since(-200).now(0).decided();

        assert!(matches!(outcome.reason(), Reason::Unanswered(_)));
        assert!(!outcome.does().contains(&"complete with CONTINUE".to_owned()));
    }
}

#[test]
fn rule_10_a_group_without_another_instance_in_a_cluster_is_left_to_its_hooks_timeout() {
    let scene = absent().in_a_group_without_ecs().hooks(&[hook("ebb", 30)]);

    let told = scene.clone().terminating_since(0).now(HOUR).decided();
    let swept = scene.swept_at(HOUR).decided();

    for outcome in [told, swept] {
        assert_eq!(outcome.reason(), Reason::GroupNotInEcs);
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn rule_10_an_instance_that_ec2_calls_gone_is_completed_at_once() {
    let in_no_cluster = absent().terminating_since(0).with_ec2_state(Ec2State::Terminated).now(1);
    let not_told = absent().with_ec2_state(Ec2State::ShuttingDown).now(1);

    for scene in [in_no_cluster, not_told] {
        let outcome = scene.decided();

        assert_eq!(outcome.reason(), Reason::Gone);
        assert_eq!(outcome.does(), ["complete with CONTINUE"]);
    }
}

#[test]
fn rule_10_an_instance_that_ec2_called_gone_before_the_hook_came_is_completed_then() {
    let scene = scene().remembering(|memory| memory.gone = true).with(replica("api"));

    let outcome = scene.terminating_since(0).now(1).decided();

    assert_eq!(outcome.reason(), Reason::Gone);
    assert_eq!(outcome.does(), ["drain", "complete with CONTINUE"]);
}

#[test]
fn rule_10_an_instance_that_ecs_has_deregistered_is_completed_at_once() {
    let scene = scene().status(Status::Inactive).with(standalone("orphan"));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::Gone);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_an_instance_that_cannot_be_set_draining_is_looked_at_again() {
    let scene = scene().status(Status::Other("REGISTERING".to_owned()));

    let swept = scene.clone().swept_at(MINUTE).decided();
    let looked = scene.rechecked(Purpose::Deadline, 75).decided();

    assert_eq!(swept.says(), "cannot be set to DRAINING: status REGISTERING; will retry");
    assert_eq!(swept.looks(Purpose::Deadline), [75]);
    assert!(looked.looks(Purpose::Deadline).is_empty(), "looks must not multiply");
}

#[test]
fn rule_10_an_instance_that_returns_to_the_warm_pool_without_its_container_instance_is_let_go() {
    let scene = absent().state("Warmed:Pending:Wait").with_a_launch_hook();

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::NotRegistered);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_10_it_is_looked_for_no_longer_than_that() {
    let launched = absent().launched_at(-100);

    let before = launched.clone().swept_at(199).decided();
    let then = launched.swept_at(200).decided();

    assert_eq!(before.reason(), Reason::NotRegisteredYet);
    assert_eq!(then.reason(), Reason::NotRegistered);
}

#[test]
fn rule_10_a_look_for_something_else_is_no_second_look() {
    let outcome = absent().rechecked(Purpose::Deadline, 5).decided();

    assert_eq!(outcome.reason(), Reason::NotRegisteredYet);
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_10_an_instance_that_ec2_stops_is_let_go_only_where_something_waits_for_it() {
    let stopping = absent().with_ec2_state(Ec2State::Stopping).now(MINUTE);

    let held = stopping.clone().decided();
    let in_service = stopping.in_service().decided();

    assert_eq!(held.reason(), Reason::NotRegistered);
    assert_eq!(held.does(), ["complete with CONTINUE"]);
    assert_eq!(in_service.reason(), Reason::NothingToDo);
    assert_eq!(in_service.asked_first, [Question::Member, Question::ContainerInstance]);
}
