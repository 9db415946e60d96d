use super::scene::*;
use crate::decision::Question;
use crate::observation::Status;
use crate::policy::{Policy, RebalancePolicy};
use crate::reason::Reason;
use crate::signal::Purpose;

fn launching() -> Scene {
    scene().state("Pending:Wait").with_a_launch_hook().launched_at(0).leaving_since(None)
}

#[test]
fn signal_launch_goes_on_once_the_agent_is_connected() {
    let joined = launching().launching_since(0).now(20).decided();
    let heard = launching().registered().now(20).decided();
    let swept = launching().swept_at(MINUTE).decided();

    for outcome in [joined, heard, swept] {
        assert_eq!(outcome.reason(), Reason::Joined);
        assert_eq!(outcome.does(), ["complete with CONTINUE"]);
    }
}

#[test]
fn signal_launch_is_not_held_up_by_what_has_time() {
    let replace = |policy: &mut Policy| policy.rebalance = RebalancePolicy::Replace;

    let joined = launching().policy(replace).recommended(0).launching_since(0).now(20).decided();

    assert_eq!(joined.reason(), Reason::Joined);
    assert_eq!(joined.does(), ["complete with CONTINUE"]);
}

#[test]
fn signal_launch_waits_for_an_instance_that_has_not_joined() {
    let absent = launching().in_no_cluster().launching_since(0).now(1).decided();
    let away = launching().agent_away().launching_since(0).now(1).decided();
    let registering = launching().status(Status::Other("REGISTERING".to_owned()));
    let registering = registering.launching_since(0).now(1).decided();

    for outcome in [absent, away, registering] {
        assert_eq!(outcome.reason(), Reason::Launching);
        assert_eq!(outcome.looks(Purpose::Deadline), [31]);
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn signal_launch_is_abandoned_at_the_deadline() {
    let absent = launching().in_no_cluster();

    let before = absent.clone().swept_at(14 * MINUTE).decided();
    let then = absent.swept_at(15 * MINUTE).decided();

    assert_eq!(before.reason(), Reason::Launching);
    assert_eq!(then.reason(), Reason::NeverJoined);
    assert_eq!(then.does(), ["complete with ABANDON"]);
}

#[test]
fn signal_launch_is_kept_alive_until_then() {
    let mut short = hook("ebb-launch", 180);
    short.launching = true;
    let absent = launching().in_no_cluster().hooks(&[short]);

    let outcome = absent.swept_at(2 * MINUTE).decided();

    assert_eq!(outcome.does(), ["heartbeat"]);
}

#[test]
fn signal_launch_into_the_warm_pool_goes_on_at_once() {
    let told = launching().launching_into_the_warm_pool_since(0).now(1).decided();
    let swept = launching().state("Warmed:Pending:Wait").in_no_cluster().swept_at(60).decided();

    assert!(told.asked_first.is_empty());
    for outcome in [told, swept] {
        assert_eq!(outcome.reason(), Reason::LaunchToWarmPool);
        assert_eq!(outcome.does(), ["complete with CONTINUE"]);
    }
}

#[test]
fn an_old_event_of_a_launch_into_the_warm_pool_does_not_end_the_launch_out_of_it() {
    let scene = launching().launched_at(HOUR).in_no_cluster();

    let outcome = scene.launching_into_the_warm_pool_since(0).now(HOUR + 10).decided();

    assert_eq!(outcome.reason(), Reason::Launching);
    assert!(outcome.does().is_empty());
}

#[test]
fn what_is_only_announced_of_a_launching_instance_does_not_make_an_operators_drain_ours() {
    let drained = launching().draining();
    let announced = drained.remembering(|memory| memory.replace_at = Some(at(30 * DAY)));

    let outcome = announced.swept_at(MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::Launching);
    assert!(!outcome.does().contains(&"set to ACTIVE".to_owned()));
}

#[test]
fn an_instance_that_comes_out_of_the_warm_pool_draining_is_set_active_first() {
    let scene = launching().draining_for_us_since(-DAY);

    let outcome = scene.launching_since(0).now(20).decided();

    assert_eq!(outcome.reason(), Reason::BackInService);
    assert_eq!(outcome.does(), ["set to ACTIVE"]);
}

#[test]
fn a_launch_that_was_given_up_meanwhile_is_not_set_active_again() {
    let drained = |second| launching().draining_for_us_since(second).swept_at(600).now(604);

    let just_now = drained(602).decided();
    let a_minute_ago = drained(544).decided();

    assert_eq!(just_now.reason(), Reason::Launching);
    assert!(!just_now.does().contains(&"set to ACTIVE".to_owned()));
    assert_eq!(a_minute_ago.does(), ["set to ACTIVE"]);
}

#[test]
fn a_launch_that_was_given_up_is_drained_for_its_termination() {
    let scene = scene().with_a_launch_hook().launching_since(0).terminating_since(30).now(31);

    let outcome = scene.decided();

    assert_eq!(outcome.does(), ["drain"]);
}

#[test]
fn rule_9_a_launch_without_a_hook_of_ours_is_left_alone() {
    let none = scene().state("Pending:Wait").swept_at(MINUTE).decided();
    let other = scene().state("Pending:Wait").policy(|policy| {
        policy.launch_hooks.insert("ebb-launch".to_owned());
    });

    for outcome in [none, other.swept_at(MINUTE).decided()] {
        assert_eq!(outcome.reason(), Reason::ForeignHook);
        assert_eq!(outcome.actions().count(), 0);
    }
}

#[test]
fn a_launch_that_is_over_needs_nothing() {
    let over = launching().in_service().launching_since(0).now(20).decided();
    let gone = launching().in_no_group().launching_since(0).now(20).decided();

    assert_eq!(over.says(), "Auto Scaling does not hold it: InService");
    assert_eq!(gone.says(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn a_launch_of_which_ecs_says_nothing_is_not_abandoned() {
    let scene = launching().busy(Question::ContainerInstance);

    let outcome = scene.swept_at(HOUR).decided();

    assert!(matches!(outcome.reason(), Reason::Unanswered(_)));
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_9_a_launching_hook_that_is_not_ours_is_left_alone() {
    let mut other = hook("other", 60);
    other.launching = true;

    let outcome = launching().hooks(&[other]).swept_at(MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::ForeignHook);
    assert_eq!(outcome.actions().count(), 0);
}

#[test]
fn signal_launch_is_kept_alive_by_looks_of_our_own_too() {
    let outcome = launching().in_no_cluster().rechecked(Purpose::Heartbeat, 20).decided();

    assert_eq!(outcome.does(), ["heartbeat"]);
}

#[test]
fn the_later_of_a_launch_and_a_termination_in_one_batch_counts() {
    let relaunched = launching().terminating_since(0).launching_since(30).now(31).decided();
    let in_one_second = scene().with_a_launch_hook().launching_since(30).terminating_since(30);

    assert_eq!(relaunched.reason(), Reason::Joined);
    assert_eq!(in_one_second.now(31).decided().does(), ["drain"]);
}

#[test]
fn an_instance_that_enters_the_warm_pool_after_it_left_its_cluster_goes_on() {
    let entering = launching().state("Warmed:Pending:Wait").in_no_cluster();

    let outcome = entering.leaving_since(50).launched_at(100).swept_at(2 * MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::LaunchToWarmPool);
}

#[test]
fn an_instance_that_returns_to_the_warm_pool_is_no_launch() {
    let returns = launching().state("Warmed:Pending:Wait").knowing(&[Question::Member]);

    let drained = returns.clone().draining_for_us_since(0).swept_at(MINUTE).decided();
    let told = returns.in_no_cluster().terminating_since(0).now(200).launched_at(-DAY).decided();

    assert!(!drained.asked_first.contains(&Question::Activities));
    assert_eq!(drained.reason(), Reason::Empty);
    assert_eq!(told.reason(), Reason::NotRegistered);
}

#[test]
fn an_instance_that_an_operator_drains_while_it_launches_is_not_set_active() {
    let outcome = launching().draining().launching_since(0).now(20).decided();

    assert_eq!(outcome.reason(), Reason::Launching);
    assert!(outcome.does().is_empty());
}

#[test]
fn a_spot_notice_for_a_launching_instance_is_written_down_and_its_launch_does_not_go_on() {
    let launching = launching().launched_at(540).with(replica("api")).warned_of_spot(600).now(601);
    let without_a_hook = launching.clone().policy(|policy| policy.launch_hooks.clear());

    for scene in [launching, without_a_hook] {
        let active = scene.clone().decided();
        let from_the_pool = scene.draining_for_us_since(100).decided();

        for outcome in [active, from_the_pool] {
            assert_eq!(outcome.does(), ["drain"]);
            let written = outcome.remembers().unwrap();
            assert_eq!((written.interrupted_at, written.action), (Some(at(720)), None));
        }
    }
}

fn interrupted() -> Scene {
    launching().launched_at(540).draining().with(replica("api")).remembering(|memory| {
        memory.draining_since = Some(at(601));
        memory.interrupted_at = Some(at(720));
    })
}

#[test]
fn a_launching_instance_that_ec2_takes_stays_draining_and_its_launch_is_kept_alive() {
    let mut short = hook("ebb-launch", 180);
    short.launching = true;

    let swept = interrupted().hooks(&[short]).swept_at(11 * MINUTE + 40).decided();
    let joined = interrupted().launching_since(540).now(700).decided();

    assert_eq!(swept.does(), ["heartbeat"]);
    assert!(joined.does().is_empty());
    for outcome in [swept, joined] {
        assert_eq!(outcome.says(), "1 task left: 1 replica");
    }
}

#[test]
fn a_launching_instance_of_which_somebody_sets_active_what_ec2_takes_is_drained_again() {
    let outcome = interrupted().status(Status::Active).swept_at(11 * MINUTE + 40).decided();

    assert_eq!(outcome.does(), ["drain"]);
}

#[test]
fn a_launch_goes_on_ten_minutes_after_a_notice_that_came_to_nothing() {
    let before = interrupted().swept_at(720 + 599).decided();
    let then = interrupted().swept_at(720 + 600).decided();
    let active = interrupted().status(Status::Active).swept_at(720 + 660).decided();

    assert!(before.does().is_empty());
    assert_eq!(
        (then.does(), then.reason()),
        (vec!["set to ACTIVE".to_owned()], Reason::BackInService)
    );
    assert_eq!(active.does(), ["complete with CONTINUE"]);
}

#[test]
fn an_old_spot_notice_keeps_no_launch_from_going_on() {
    let outcome = launching().warned_of_spot(0).now(301).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn a_notice_of_the_life_before_keeps_no_launch_from_going_on() {
    let scene = launching().launched_at(800).draining_for_us_since(700);

    let outcome = scene.remembering(|memory| memory.interrupted_at = Some(at(720)));

    assert_eq!(outcome.swept_at(900).decided().does(), ["set to ACTIVE"]);
}
