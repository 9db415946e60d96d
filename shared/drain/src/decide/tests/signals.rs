use super::scene::*;
use crate::reason::Reason;
use crate::signal::{Ec2State, InstanceAction, Purpose, parse_message};

#[test]
fn signal_terminate_drains_and_completes_when_empty() {
    let on_event = scene().with(replica("api")).terminating_since(0).now(1).decided();
    let later = scene().draining_for_us_since(1).with(replica("api").stopped_at(90));
    let later = later.with_last_task_stopped().now(91).decided();

    assert_eq!(on_event.visible_actions(), ["drain"]);
    assert_eq!(on_event.written().unwrap().action, Some(action(0)));
    assert_eq!(later.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn signal_terminate_to_the_warm_pool_drains_too() {
    let returning = scene().state("Warmed:Pending:Wait").draining_for_us_since(0);

    let decided = returning.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn signal_terminate_that_was_lost_is_replaced_by_the_sweep() {
    let decided = scene().with(replica("api")).leaving_since(-20).swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.written().unwrap().action.unwrap().started, at(-20));
}

#[test]
fn signal_spot_drains_at_once_and_ends_two_minutes_after_the_warning() {
    let warned = scene().in_service().with(replica("api")).warned_of_spot(0).now(1).decided();
    let held = scene().draining_for_us_since(10).with(replica("api"));
    let held = held.remembering(|memory| memory.interrupted_at = Some(at(120)));

    let expired = held.swept_at(120).decided();

    assert_eq!(warned.visible_actions(), ["drain"]);
    assert_eq!(warned.written().unwrap().interrupted_at, Some(at(120)));
    assert!(matches!(expired.reason(), Reason::DeadlineReached { .. }));
    assert_eq!(expired.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn signal_spot_that_is_repeated_ends_no_later() {
    let scene = scene().draining_for_us_since(1).with(replica("api"));
    let scene = scene.remembering(|memory| memory.interrupted_at = Some(at(120)));

    let again = scene.clone().warned_of_spot(85).now(120).decided();
    let in_another_life = scene.warned_of_spot(120).now(121).decided();

    assert!(matches!(again.reason(), Reason::DeadlineReached { .. }));
    assert_eq!(in_another_life.written().unwrap().interrupted_at, Some(at(240)));
}

#[test]
fn signal_spot_twice_in_one_batch_ends_with_the_first() {
    let scene = scene().in_service().with(replica("api"));

    let both = scene.clone().warned_of_spot(85).warned_of_spot(0).now(86).decided();
    let of_another_life = scene.warned_of_spot(0).warned_of_spot(120).now(121).decided();

    assert_eq!(both.written().unwrap().interrupted_at, Some(at(120)));
    assert_eq!(of_another_life.written().unwrap().interrupted_at, Some(at(240)));
}

#[test]
fn signal_spot_stop_has_the_same_two_minutes() {
    let decided = scene().in_service().warned_of(InstanceAction::Stop, 0).now(1).decided();

    assert_eq!(decided.written().unwrap().interrupted_at, Some(at(120)));
}

#[test]
fn signal_spot_hibernation_drains_for_a_set_time() {
    let scene = scene().in_service().warned_of(InstanceAction::Hibernate, 0).now(1);

    let unknown = scene.clone().decided();
    let described = scene
        .knowing(&[crate::decision::Question::Description, crate::decision::Question::Member])
        .decided();

    for decided in [unknown, described] {
        assert_eq!(decided.visible_actions(), ["drain"]);
        assert_eq!(decided.written().unwrap().rebalance_until, Some(at(1800)));
    }
}

#[test]
fn signal_spot_hibernation_leaves_a_foreign_drain_unchanged() {
    let decided =
        scene().in_service().draining().warned_of(InstanceAction::Hibernate, 0).now(1).decided();

    assert_eq!(decided.reason(), Reason::ForeignDrain);
    assert_eq!(decided.actions().count(), 0);
}

#[test]
fn signal_spot_hibernation_without_room_for_the_attribute_drains_nothing() {
    let scene = scene().in_service().without_room_for_an_attribute();

    let decided = scene.warned_of(InstanceAction::Hibernate, 0).now(1).decided();

    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.notes().len(), 1);
}

#[test]
fn signal_spot_without_effect_ends_with_an_active_instance() {
    let scene = scene().in_service().draining().remembering(|memory| {
        memory.draining_since = Some(at(0));
        memory.interrupted_at = Some(at(120));
    });

    let soon = scene.clone().swept_at(660).decided();
    let away = scene.clone().agent_away().swept_at(720).decided();
    let later = scene.swept_at(720).decided();

    assert!(matches!(soon.reason(), Reason::DeadlineReached { .. }));
    assert!(!away.visible_actions().contains(&"set to ACTIVE".to_owned()));
    assert_eq!(later.reason(), Reason::WarningExpired);
    assert_eq!(later.visible_actions(), ["set to ACTIVE"]);
}

#[test]
fn signal_spot_notes_a_service_without_time_to_replace_its_task() {
    let scene = scene().in_service().with(replica("api")).warned_of_spot(0).now(1);

    let decided = scene.decided();

    assert_eq!(
        decided.notes(),
        ["service api keeps 100 % healthy: two minutes are too short to replace its task first"]
    );
}

#[test]
fn rule_15_service_that_cannot_move_its_tasks_is_noted_by_name() {
    let scene = scene().draining_for_us_since(0).with(replica("api").with_bounds(100, 100));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(
        decided.notes(),
        [
            "service api cannot move its tasks: minimumHealthyPercent and maximumPercent leave no room; \
             raise maximumPercent or lower minimumHealthyPercent"
        ]
    );
}

#[test]
fn signal_task_stopped_completes_a_drain_of_ebb_only() {
    let drained = scene().draining_for_us_since(0).with_last_task_stopped().now(90).decided();
    let not_draining = scene().in_service().with_last_task_stopped().now(90).decided();

    assert_eq!(drained.visible_actions(), ["complete with CONTINUE"]);
    assert_eq!(not_draining.reason(), Reason::NothingToDo);
}

#[test]
fn signal_ec2_state_that_is_final_completes_the_action() {
    for state in [Ec2State::ShuttingDown, Ec2State::Terminated] {
        let held = scene().with(replica("api")).with_ec2_state(state).decided();
        let in_service = scene().in_service().with(replica("api")).with_ec2_state(state).decided();

        assert_eq!(held.reason(), Reason::Gone);
        assert_eq!(held.visible_actions(), ["complete with CONTINUE"]);
        assert_eq!(in_service.reason(), Reason::Gone);
        assert!(in_service.written().unwrap().gone);
    }
}

#[test]
fn signal_ec2_state_of_a_completed_instance_changes_nothing() {
    let scene = scene().state("Terminating:Proceed").with_ec2_state(Ec2State::ShuttingDown);

    let decided = scene.decided();

    assert_eq!(decided.reason_text(), "Auto Scaling does not hold it: Terminating:Proceed");
    assert_eq!(decided.actions().count(), 0);
}

#[test]
fn signal_ec2_state_stopping_causes_no_visible_action() {
    let drained = scene().draining_for_us_since(0).with(standalone("import"));

    let held = drained.with_ec2_state(Ec2State::Stopping).now(90).decided();
    let in_service = scene().in_service().with_ec2_state(Ec2State::Stopping).decided();
    let in_no_group = scene().in_no_group().with_ec2_state(Ec2State::Stopping).decided();

    assert!(held.visible_actions().is_empty());
    assert_eq!(in_service.reason(), Reason::NothingToDo);
    assert_eq!(in_no_group.reason_text(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn recheck_of_an_instance_in_service_does_nothing() {
    let decided = scene().in_service().rechecked(Purpose::Settle, 10).decided();

    assert_eq!(decided.reason(), Reason::NothingToDo);
    assert_eq!(decided.actions().count(), 0);
}

#[test]
fn rule_12_malformed_message_fails_alone() {
    let bodies = ["{}", r#"{"Event":"autoscaling:TEST_NOTIFICATION"}"#, "no JSON"];

    let readings = bodies.map(|body| parse_message(body, at(0)).is_ok());

    assert_eq!(readings, [false, true, false]);
}

#[test]
fn signal_terminate_that_is_old_is_no_start_of_the_action() {
    let held =
        scene().with(replica("api")).policy(|policy| policy.drain_timeout = Some(seconds(3600)));

    let decided = held.leaving_since(0).terminating_since(-30 * DAY).now(60).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
}

#[test]
fn signal_spot_drains_an_active_instance_only_until_its_expiry() {
    let active = scene().in_service().remembering(|memory| memory.interrupted_at = Some(at(120)));
    let swept = |second| active.clone().swept_at(second).decided();

    assert_eq!(swept(119).visible_actions(), ["drain"]);
    for expired in [swept(120), swept(HOUR)] {
        assert_eq!(expired.reason(), Reason::NothingToDo);
        assert_eq!(expired.written().unwrap().interrupted_at, None);
    }
}

#[test]
fn signal_spot_does_not_note_a_service_that_may_go_below_its_desired_count() {
    let scene = scene().in_service().with(replica("api").with_bounds(50, 200));

    let decided = scene.warned_of_spot(0).now(1).decided();

    assert!(decided.notes().is_empty());
}

#[test]
fn signal_spot_older_than_five_minutes_does_not_count() {
    let warned = |second| scene().in_service().warned_of_spot(0).now(second).decided();

    assert_eq!(warned(300).visible_actions()[0], "drain");
    assert_eq!(warned(301).reason(), Reason::OldEvent);
    assert!(warned(301).visible_actions().is_empty());
}
