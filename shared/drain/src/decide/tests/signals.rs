use super::scene::*;
use crate::reason::Reason;
use crate::signal::{Ec2State, InstanceAction, Purpose, parse_message};

#[test]
fn signal_terminate_drains_and_completes_when_empty() {
    let told = scene().with(replica("api")).terminating_since(0).now(1).decided();
    let later = scene().draining_for_us_since(1).with(replica("api").stopped_at(90));
    let later = later.with_last_task_stopped().now(91).decided();

    assert_eq!(told.does(), ["drain"]);
    assert_eq!(told.remembers().unwrap().action, Some(action(0)));
    assert_eq!(later.does(), ["complete with CONTINUE"]);
}

#[test]
fn signal_terminate_towards_the_warm_pool_drains_alike() {
    let returning = scene().state("Warmed:Pending:Wait").draining_for_us_since(0);

    let outcome = returning.swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn signal_terminate_that_was_lost_is_found_by_the_sweep() {
    let outcome = scene().with(replica("api")).leaving_since(-20).swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.remembers().unwrap().action.unwrap().started, at(-20));
}

#[test]
fn signal_spot_drains_at_once_and_ends_two_minutes_after_the_warning() {
    let warned = scene().in_service().with(replica("api")).warned_of_spot(0).now(1).decided();
    let held = scene().draining_for_us_since(10).with(replica("api"));
    let held = held.remembering(|memory| memory.interrupted_at = Some(at(120)));

    let over = held.swept_at(120).decided();

    assert_eq!(warned.does(), ["drain"]);
    assert_eq!(warned.remembers().unwrap().interrupted_at, Some(at(120)));
    assert!(matches!(over.reason(), Reason::DeadlineReached { .. }));
    assert_eq!(over.does(), ["complete with CONTINUE"]);
}

#[test]
fn signal_spot_that_is_given_again_ends_no_later() {
    let told = scene().draining_for_us_since(1).with(replica("api"));
    let told = told.remembering(|memory| memory.interrupted_at = Some(at(120)));

    let again = told.clone().warned_of_spot(85).now(120).decided();
    let in_another_life = told.warned_of_spot(120).now(121).decided();

    assert!(matches!(again.reason(), Reason::DeadlineReached { .. }));
    assert_eq!(in_another_life.remembers().unwrap().interrupted_at, Some(at(240)));
}

#[test]
fn signal_spot_that_comes_twice_at_once_ends_at_the_first() {
    let told = scene().in_service().with(replica("api"));

    let both = told.clone().warned_of_spot(85).warned_of_spot(0).now(86).decided();
    let of_another_life = told.warned_of_spot(0).warned_of_spot(120).now(121).decided();

    assert_eq!(both.remembers().unwrap().interrupted_at, Some(at(120)));
    assert_eq!(of_another_life.remembers().unwrap().interrupted_at, Some(at(240)));
}

#[test]
fn signal_spot_stop_has_the_same_two_minutes() {
    let outcome = scene().in_service().warned_of(InstanceAction::Stop, 0).now(1).decided();

    assert_eq!(outcome.remembers().unwrap().interrupted_at, Some(at(120)));
}

#[test]
fn signal_spot_hibernation_drains_for_a_set_time() {
    let scene = scene().in_service().warned_of(InstanceAction::Hibernate, 0).now(1);

    let unknown = scene.clone().decided();
    let described = scene
        .knowing(&[crate::decision::Question::Description, crate::decision::Question::Member])
        .decided();

    for outcome in [unknown, described] {
        assert_eq!(outcome.does(), ["drain"]);
        assert_eq!(outcome.remembers().unwrap().rebalance_until, Some(at(1800)));
    }
}

#[test]
fn signal_spot_hibernation_leaves_what_somebody_else_set_draining_to_them() {
    let outcome =
        scene().in_service().draining().warned_of(InstanceAction::Hibernate, 0).now(1).decided();

    assert_eq!(outcome.reason(), Reason::ForeignDrain);
    assert_eq!(outcome.actions().count(), 0);
}

#[test]
fn signal_spot_hibernation_drains_nothing_that_it_could_not_set_active_again() {
    let scene = scene().in_service().without_room_for_an_attribute();

    let outcome = scene.warned_of(InstanceAction::Hibernate, 0).now(1).decided();

    assert!(outcome.does().is_empty());
    assert_eq!(outcome.notes().len(), 1);
}

#[test]
fn signal_spot_that_came_to_nothing_sets_the_instance_active_again() {
    let scene = scene().in_service().draining().remembering(|memory| {
        memory.draining_since = Some(at(0));
        memory.interrupted_at = Some(at(120));
    });

    let soon = scene.clone().swept_at(660).decided();
    let away = scene.clone().agent_away().swept_at(720).decided();
    let later = scene.swept_at(720).decided();

    assert!(matches!(soon.reason(), Reason::DeadlineReached { .. }));
    assert!(!away.does().contains(&"set to ACTIVE".to_owned()));
    assert_eq!(later.reason(), Reason::WarningExpired);
    assert_eq!(later.does(), ["set to ACTIVE"]);
}

#[test]
fn signal_spot_says_which_service_has_no_time_to_replace_its_task() {
    let scene = scene().in_service().with(replica("api")).warned_of_spot(0).now(1);

    let outcome = scene.decided();

    assert_eq!(
        outcome.notes(),
        ["service api keeps 100 % healthy: two minutes are too short to replace its task first"]
    );
}

#[test]
fn a_service_that_cannot_move_its_tasks_is_said_with_its_name() {
    let scene = scene().draining_for_us_since(0).with(replica("api").with_bounds(100, 100));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(
        outcome.notes(),
        [
            "service api cannot move its tasks: minimumHealthyPercent and maximumPercent leave no room; \
             raise maximumPercent or lower minimumHealthyPercent"
        ]
    );
}

#[test]
fn signal_task_stopped_completes_a_drain_of_ours_and_leaves_any_other() {
    let ours = scene().draining_for_us_since(0).with_last_task_stopped().now(90).decided();
    let not_draining = scene().in_service().with_last_task_stopped().now(90).decided();

    assert_eq!(ours.does(), ["complete with CONTINUE"]);
    assert_eq!(not_draining.reason(), Reason::NothingToDo);
}

#[test]
fn signal_ec2_state_that_is_final_is_believed() {
    for state in [Ec2State::ShuttingDown, Ec2State::Terminated] {
        let held = scene().with(replica("api")).with_ec2_state(state).decided();
        let in_service = scene().in_service().with(replica("api")).with_ec2_state(state).decided();

        assert_eq!(held.reason(), Reason::Gone);
        assert_eq!(held.does(), ["complete with CONTINUE"]);
        assert_eq!(in_service.reason(), Reason::Gone);
        assert!(in_service.remembers().unwrap().gone);
    }
}

#[test]
fn signal_ec2_state_of_an_instance_that_its_group_takes_down_needs_nothing() {
    let scene = scene().state("Terminating:Proceed").with_ec2_state(Ec2State::ShuttingDown);

    let outcome = scene.decided();

    assert_eq!(outcome.says(), "Auto Scaling does not hold it: Terminating:Proceed");
    assert_eq!(outcome.actions().count(), 0);
}

#[test]
fn signal_ec2_state_stopping_is_a_reason_to_look_and_no_more() {
    let ours = scene().draining_for_us_since(0).with(standalone("import"));

    let held = ours.with_ec2_state(Ec2State::Stopping).now(90).decided();
    let in_service = scene().in_service().with_ec2_state(Ec2State::Stopping).decided();
    let in_no_group = scene().in_no_group().with_ec2_state(Ec2State::Stopping).decided();

    assert!(held.does().is_empty());
    assert_eq!(in_service.reason(), Reason::NothingToDo);
    assert_eq!(in_no_group.says(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn a_look_at_an_instance_that_nothing_takes_does_nothing() {
    let outcome = scene().in_service().rechecked(Purpose::Settle, 10).decided();

    assert_eq!(outcome.reason(), Reason::NothingToDo);
    assert_eq!(outcome.actions().count(), 0);
}

#[test]
fn rule_12_a_message_that_cannot_be_understood_fails_alone() {
    let bodies = ["{}", r#"{"Event":"autoscaling:TEST_NOTIFICATION"}"#, "no JSON"];

    let readings = bodies.map(|body| parse_message(body, at(0)).is_ok());

    assert_eq!(readings, [false, true, false]);
}

#[test]
fn signal_terminate_that_is_old_does_not_say_since_when_its_instance_is_held() {
    let held =
        scene().with(replica("api")).policy(|policy| policy.drain_timeout = Some(seconds(3600)));

    let outcome = held.leaving_since(0).terminating_since(-30 * DAY).now(60).decided();

    assert_eq!(outcome.does(), ["drain"]);
}

#[test]
fn signal_spot_drains_an_active_instance_until_its_notice_is_over_and_not_after() {
    let active = scene().in_service().remembering(|memory| memory.interrupted_at = Some(at(120)));
    let swept = |second| active.clone().swept_at(second).decided();

    assert_eq!(swept(119).does(), ["drain"]);
    for over in [swept(120), swept(HOUR)] {
        assert_eq!(over.reason(), Reason::NothingToDo);
        assert_eq!(over.remembers().unwrap().interrupted_at, None);
    }
}

#[test]
fn signal_spot_says_nothing_of_a_service_that_may_go_below_its_desired_count() {
    let scene = scene().in_service().with(replica("api").with_bounds(50, 200));

    let outcome = scene.warned_of_spot(0).now(1).decided();

    assert!(outcome.notes().is_empty());
}

#[test]
fn signal_spot_older_than_five_minutes_is_believed_no_more() {
    let warned = |second| scene().in_service().warned_of_spot(0).now(second).decided();

    assert_eq!(warned(300).does()[0], "drain");
    assert_eq!(warned(301).reason(), Reason::OldEvent);
    assert!(warned(301).does().is_empty());
}
