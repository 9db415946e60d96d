use super::scene::*;
use crate::decision::Question;
use crate::observation::Status;
use crate::policy::{Policy, RebalancePolicy, ServiceTaskPolicy};
use crate::reason::Reason;
use crate::signal::Purpose;

fn launching() -> Scene {
    scene().state("Pending:Wait").with_a_launch_hook().launched_at(0).leaving_since(None)
}

#[test]
fn launch_continues_once_the_agent_is_connected() {
    let joined = launching().launching_since(0).now(20).decided();
    let registered = launching().registered().now(20).decided();
    let swept = launching().swept_at(MINUTE).decided();

    for decided in [joined, registered, swept] {
        assert_eq!(decided.reason(), Reason::Joined);
        assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
    }
}

#[test]
fn launch_is_not_delayed_by_a_recommendation() {
    let replace = |policy: &mut Policy| policy.rebalance = RebalancePolicy::Replace;

    let joined = launching().policy(replace).recommended(0).launching_since(0).now(20).decided();

    assert_eq!(joined.reason(), Reason::Joined);
    assert_eq!(joined.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn launch_waits_for_an_instance_that_has_not_registered() {
    let absent = launching().in_no_cluster().launching_since(0).now(1).decided();
    let away = launching().agent_away().launching_since(0).now(1).decided();
    let registering = launching().status(Status::Other("REGISTERING".to_owned()));
    let registering = registering.launching_since(0).now(1).decided();

    for decided in [absent, away, registering] {
        assert_eq!(decided.reason(), Reason::Launching);
        assert_eq!(decided.rechecks(Purpose::Deadline), [31]);
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn launch_is_abandoned_at_the_deadline() {
    let absent = launching().in_no_cluster();

    let before = absent.clone().swept_at(14 * MINUTE).decided();
    let then = absent.swept_at(15 * MINUTE).decided();

    assert_eq!(before.reason(), Reason::Launching);
    assert_eq!(then.reason(), Reason::NeverJoined);
    assert_eq!(then.visible_actions(), ["complete with ABANDON"]);
}

#[test]
fn launch_gets_heartbeats_until_the_deadline() {
    let mut short = hook("ebb-launch", 180);
    short.launching = true;
    let absent = launching().in_no_cluster().hooks(&[short]);

    let decided = absent.swept_at(2 * MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn launch_into_the_warm_pool_continues_at_once() {
    let on_event = launching().launching_into_the_warm_pool_since(0).now(1).decided();
    let swept = launching().state("Warmed:Pending:Wait").in_no_cluster().swept_at(60).decided();

    assert!(on_event.asked_first.is_empty());
    for decided in [on_event, swept] {
        assert_eq!(decided.reason(), Reason::LaunchToWarmPool);
        assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
    }
}

#[test]
fn old_event_of_a_launch_into_the_warm_pool_does_not_end_the_launch_out_of_the_pool() {
    let scene = launching().launched_at(HOUR).in_no_cluster();

    let decided = scene.launching_into_the_warm_pool_since(0).now(HOUR + 10).decided();

    assert_eq!(decided.reason(), Reason::Launching);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn drain_of_the_operator_stays_foreign_beside_a_written_change() {
    let drained = launching().draining();
    let announced = drained.remembering(|memory| memory.replace_at = Some(at(30 * DAY)));

    let decided = announced.swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::Launching);
    assert!(!decided.visible_actions().contains(&"set to ACTIVE".to_owned()));
}

#[test]
fn draining_instance_out_of_the_warm_pool_becomes_active_first() {
    let scene = launching().draining_for_us_since(-DAY);

    let decided = scene.launching_since(0).now(20).decided();

    assert_eq!(decided.reason(), Reason::BackInService);
    assert_eq!(decided.visible_actions(), ["set to ACTIVE"]);
}

#[test]
fn abandoned_launch_is_not_activated_again() {
    let drained = |second| launching().draining_for_us_since(second).swept_at(600).now(604);

    let just_now = drained(602).decided();
    let a_minute_ago = drained(544).decided();

    assert_eq!(just_now.reason(), Reason::Launching);
    assert!(!just_now.visible_actions().contains(&"set to ACTIVE".to_owned()));
    assert_eq!(a_minute_ago.visible_actions(), ["set to ACTIVE"]);
}

#[test]
fn abandoned_launch_is_drained_for_its_termination() {
    let scene = scene().with_a_launch_hook().launching_since(0).terminating_since(30).now(31);

    let decided = scene.decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
}

#[test]
fn rule_9_launch_without_a_configured_hook_is_left_unchanged() {
    let none = scene().state("Pending:Wait").swept_at(MINUTE).decided();
    let other = scene().state("Pending:Wait").policy(|policy| {
        policy.launch_hooks.insert("ebb-launch".to_owned());
    });

    for decided in [none, other.swept_at(MINUTE).decided()] {
        assert_eq!(decided.reason(), Reason::ForeignHook);
        assert_eq!(decided.actions().count(), 0);
    }
}

#[test]
fn ended_launch_needs_nothing() {
    let ended = launching().in_service().launching_since(0).now(20).decided();
    let gone = launching().in_no_group().launching_since(0).now(20).decided();

    assert_eq!(ended.reason_text(), "Auto Scaling does not hold it: InService");
    assert_eq!(gone.reason_text(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn launch_without_an_answer_of_ecs_is_not_abandoned() {
    let scene = launching().busy(Question::ContainerInstance);

    let decided = scene.swept_at(HOUR).decided();

    assert!(matches!(decided.reason(), Reason::Unanswered(_)));
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_9_foreign_launching_hook_is_left_unchanged() {
    let mut other = hook("other", 60);
    other.launching = true;

    let decided = launching().hooks(&[other]).swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::ForeignHook);
    assert_eq!(decided.actions().count(), 0);
}

#[test]
fn launch_gets_heartbeats_by_rechecks_too() {
    let decided = launching().in_no_cluster().rechecked(Purpose::Heartbeat, 20).decided();

    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn later_of_a_launch_and_a_termination_in_one_batch_counts() {
    let relaunched = launching().terminating_since(0).launching_since(30).now(31).decided();
    let in_one_second = scene().with_a_launch_hook().launching_since(30).terminating_since(30);

    assert_eq!(relaunched.reason(), Reason::Joined);
    assert_eq!(in_one_second.now(31).decided().visible_actions(), ["drain"]);
}

#[test]
fn instance_that_enters_the_warm_pool_in_no_cluster_continues() {
    let entering = launching().state("Warmed:Pending:Wait").in_no_cluster();

    let decided = entering.leaving_since(50).launched_at(100).swept_at(2 * MINUTE).decided();

    assert_eq!(decided.reason(), Reason::LaunchToWarmPool);
}

#[test]
fn instance_that_returns_to_the_warm_pool_is_no_launch() {
    let returns = launching().state("Warmed:Pending:Wait").knowing(&[Question::Member]);

    let drained = returns.clone().draining_for_us_since(0).swept_at(MINUTE).decided();
    let on_event =
        returns.in_no_cluster().terminating_since(0).now(200).launched_at(-DAY).decided();

    assert!(!drained.asked_first.contains(&Question::Activities));
    assert_eq!(drained.reason(), Reason::Empty);
    assert_eq!(on_event.reason(), Reason::NotRegistered);
}

#[test]
fn launching_instance_that_the_operator_drains_is_not_activated() {
    let decided = launching().draining().launching_since(0).now(20).decided();

    assert_eq!(decided.reason(), Reason::Launching);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn spot_warning_for_a_launching_instance_is_written_and_its_launch_waits() {
    let launching = launching().launched_at(540).with(replica("api")).warned_of_spot(600).now(601);
    let without_a_hook = launching.clone().policy(|policy| policy.launch_hooks.clear());

    for scene in [launching, without_a_hook] {
        let active = scene.clone().decided();
        let from_the_pool = scene.draining_for_us_since(100).decided();

        for decided in [active, from_the_pool] {
            assert_eq!(decided.visible_actions(), ["drain"]);
            let written = decided.written().unwrap();
            assert_eq!((written.interrupted_at, written.action), (Some(at(720)), None));
        }
    }
}

fn interrupted() -> Scene {
    let leave = |policy: &mut Policy| policy.service_tasks = ServiceTaskPolicy::Leave;
    let scene = launching().launched_at(540).draining().with(replica("api")).policy(leave);
    scene.remembering(|memory| {
        memory.draining_since = Some(at(601));
        memory.interrupted_at = Some(at(720));
    })
}

#[test]
fn interrupted_launching_instance_stays_draining_with_heartbeats() {
    let mut short = hook("ebb-launch", 180);
    short.launching = true;

    let swept = interrupted().hooks(&[short]).swept_at(11 * MINUTE + 40).decided();
    let joined = interrupted().launching_since(540).now(700).decided();

    assert_eq!(swept.visible_actions(), ["heartbeat"]);
    assert!(joined.visible_actions().is_empty());
    for decided in [swept, joined] {
        assert_eq!(decided.reason_text(), "1 task left: 1 replica");
    }
}

#[test]
fn interrupted_launching_instance_that_was_activated_is_drained_again() {
    let decided = interrupted().status(Status::Active).swept_at(11 * MINUTE + 40).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
}

#[test]
fn launch_continues_ten_minutes_after_a_spot_warning_without_effect() {
    let before = interrupted().swept_at(720 + 599).decided();
    let then = interrupted().swept_at(720 + 600).decided();
    let active = interrupted().status(Status::Active).swept_at(720 + 660).decided();

    assert!(before.visible_actions().is_empty());
    assert_eq!(
        (then.visible_actions(), then.reason()),
        (vec!["set to ACTIVE".to_owned()], Reason::BackInService)
    );
    assert_eq!(active.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn old_spot_warning_does_not_hold_a_launch() {
    let decided = launching().warned_of_spot(0).now(301).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn spot_warning_before_the_launch_does_not_hold_the_launch() {
    let scene = launching().launched_at(800).draining_for_us_since(700);

    let scene = scene.remembering(|memory| memory.interrupted_at = Some(at(720)));

    assert_eq!(scene.swept_at(900).decided().visible_actions(), ["set to ACTIVE"]);
}
