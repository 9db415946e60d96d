use super::scene::*;
use crate::decision::Question;
use crate::policy::{Policy, StandalonePolicy};
use crate::reason::Reason;
use crate::signal::Purpose;

fn drain_timeout(policy: &mut Policy) {
    policy.drain_timeout = Some(seconds(3600));
}

fn stop(policy: &mut Policy) {
    policy.standalone = StandalonePolicy::Stop;
}

fn ignore(policy: &mut Policy) {
    policy.standalone = StandalonePolicy::Ignore;
}

fn draining() -> Scene {
    scene().draining_for_us_since(0)
}

#[test]
fn rule_2_a_task_outside_every_service_is_waited_for_as_standalone() {
    let scene = draining().with(standalone("import")).with(replica("api")).with(daemon("log"));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.says(), "3 tasks left: 1 replica, 1 standalone, 1 daemon");
}

#[test]
fn rule_2_a_service_that_nobody_can_tell_about_counts_as_a_replica_service() {
    let scene = draining().with(daemon("log")).busy(Question::Services);

    let outcome = scene.swept_at(HOUR).decided();

    assert_eq!(outcome.says(), "1 task left: 1 replica");
}

#[test]
fn rule_4_a_task_that_is_waited_for_is_left_alone_until_its_deadline_is_near() {
    let outcome = draining().with(standalone("import")).swept_at(DAY).decided();

    assert_eq!(outcome.says(), "1 task left: 1 standalone");
    assert!(!outcome.does().iter().any(|action| action.starts_with("stop")));
}

#[test]
fn rule_4_a_task_that_policy_stops_is_stopped_as_soon_as_the_instance_drains() {
    let scene = scene().with(standalone("import")).with(replica("api")).policy(stop);

    let outcome = scene.terminating_since(0).now(1).decided();

    assert_eq!(outcome.does(), ["drain", "stop import"]);
    assert_eq!(outcome.reason(), Reason::PolicyStops { tasks: 1 });
}

#[test]
fn rule_4_a_task_that_policy_ignores_is_not_stopped_while_others_run() {
    let scene = draining().with(standalone("import")).with(replica("api")).policy(ignore);

    let outcome = scene.swept_at(MINUTE).decided();

    assert!(outcome.does().is_empty());
    assert_eq!(outcome.says(), "2 tasks left: 1 replica, 1 standalone");
}

#[test]
fn rule_4_a_task_that_policy_ignores_gets_its_stop_time_when_nothing_else_is_left() {
    let scene = draining().with(daemon("log")).policy(ignore);

    let runs = scene.clone().with(standalone("import")).swept_at(MINUTE).decided();
    let stops = scene.with(standalone("import").stopping()).swept_at(MINUTE).decided();

    assert_eq!(runs.does(), ["stop import"]);
    assert_eq!(runs.reason(), Reason::IgnoredLeft { tasks: 1 });
    assert!(stops.does().is_empty());
    assert_eq!(stops.reason(), Reason::IgnoredLeft { tasks: 1 });
}

#[test]
fn rule_4_a_tag_of_the_task_decides_before_the_policy() {
    let scene = draining()
        .with(standalone("stopped").tagged(StandalonePolicy::Stop))
        .with(standalone("ignored").tagged(StandalonePolicy::Ignore))
        .with(standalone("waits"));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["stop stopped"]);
}

#[test]
fn rule_5_near_a_deadline_every_policy_stops_in_time() {
    let all = [StandalonePolicy::Wait, StandalonePolicy::Stop, StandalonePolicy::Ignore];
    let near = all.map(|tag| {
        let scene = draining().with(standalone("import").tagged(tag)).with(replica("api"));
        scene.policy(drain_timeout).rechecked(Purpose::Deadline, HOUR - 40).decided()
    });

    for outcome in near {
        assert_eq!(outcome.does(), ["stop import"]);
    }
}

#[test]
fn rule_5_each_task_is_stopped_its_own_stop_time_and_a_margin_before_the_deadline() {
    let scene = draining()
        .with(standalone("short").stops_within(5))
        .with(standalone("long").stops_within(290))
        .policy(drain_timeout);

    let looked = |second| scene.clone().rechecked(Purpose::Deadline, second).decided();

    assert_eq!(looked(3200).looks(Purpose::Deadline), [3300]);
    assert!(looked(3299).does().is_empty());
    assert_eq!(looked(3300).does(), ["stop long"]);
    assert_eq!(looked(3300).looks(Purpose::Deadline), [3585]);
    assert_eq!(looked(3584).does(), ["stop long"]);
    assert_eq!(looked(3585).does(), ["stop short", "stop long"]);
}

#[test]
fn rule_5_a_stop_time_that_is_past_already_is_begun_at_once() {
    let scene = scene().with(standalone("import").stops_within(600)).in_service();

    let outcome = scene.warned_of_spot(0).now(1).decided();

    assert_eq!(outcome.does(), ["drain", "stop import"]);
}

#[test]
fn rule_5_a_stop_time_without_end_is_begun_at_once() {
    let scene = draining().with(standalone("import").stops_within(u64::MAX));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["stop import"]);
}

#[test]
fn rule_5_a_spot_deadline_is_met_by_looks_of_our_own() {
    let tasks = scene().with(standalone("short")).with(standalone("long").stops_within(100));

    let outcome = tasks.in_service().warned_of_spot(0).now(1).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.looks(Purpose::Deadline), [10]);
}

#[test]
fn rule_5_a_stop_time_that_nobody_can_tell_is_the_default() {
    let scene = scene().with(standalone("import").stops_within(5)).with(replica("api"));

    let outcome = scene
        .in_service()
        .busy(Question::StopTimes)
        .busy(Question::Services)
        .warned_of_spot(0)
        .now(1)
        .decided();

    assert_eq!(outcome.looks(Purpose::Deadline), [80]);
}

#[test]
fn rule_5_the_sweep_alone_asks_for_the_look_that_stops_in_time() {
    let scene = draining().with(standalone("import").stops_within(1790)).policy(drain_timeout);

    let first_look = (1..60).find_map(|minute| {
        let outcome = scene.clone().swept_at(minute * MINUTE).decided();
        outcome.looks(Purpose::Deadline).first().copied()
    });

    assert_eq!(first_look, Some(1800));
}

#[test]
fn rule_5_a_task_is_not_stopped_twice() {
    let scene = draining().with(standalone("import").stopping()).policy(stop);

    let outcome = scene.policy(drain_timeout).swept_at(HOUR - MINUTE).decided();

    assert!(outcome.does().is_empty());
}

#[test]
fn rule_5_the_last_two_sweeps_that_see_the_tasks_before_they_must_stop_ask_for_that_look() {
    for stop_time in [30, 100, 290, 600, 1790] {
        let task = standalone("import").stops_within(stop_time);
        let scene = draining().with(task).policy(drain_timeout);
        let must_stop_at = HOUR - 10 - i64::try_from(stop_time).unwrap();

        let asks = |minute: &i64| {
            let outcome = scene.clone().swept_at(minute * MINUTE).decided();
            outcome.looks(Purpose::Deadline).contains(&must_stop_at)
        };

        assert_eq!((1..60).filter(asks).count(), 2, "{stop_time} s");
    }
}

#[test]
fn rule_5_many_stop_times_lead_from_look_to_look_one_at_a_time() {
    let tasks = (0..6).map(|n| standalone(&n.to_string()).stops_within(30 + 10 * n));
    let scene = tasks.fold(draining().policy(drain_timeout), Scene::with);

    let outcome = scene.rechecked(Purpose::Deadline, 3000).decided();

    assert_eq!(outcome.looks(Purpose::Deadline).len(), 1);
}

#[test]
fn nothing_is_stopped_by_policy_before_the_group_has_said_what_its_tags_say() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let scene = scene.policy(stop).swept_at(MINUTE);

    let silent = scene.clone().busy(Question::Group).decided();
    let answered = scene.decided();

    assert!(silent.does().is_empty(), "{:?}", silent.does());
    assert_eq!(silent.reason().code(), "unanswered");
    assert_eq!(answered.does(), ["stop import"]);
}

#[test]
fn rule_4_where_policy_ignores_tasks_every_sweep_looks_whether_nothing_else_is_left() {
    let scene = draining().with(standalone("import")).swept_at(5 * MINUTE);

    let waits = scene.clone().decided();
    let ignores = scene.policy(ignore).decided();

    assert!(!waits.asked_first.contains(&Question::Tasks));
    assert_eq!(ignores.does(), ["stop import"]);
}
