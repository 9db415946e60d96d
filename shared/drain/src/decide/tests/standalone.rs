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
fn rule_2_task_without_a_service_is_a_standalone_task() {
    let scene = draining().with(standalone("import")).with(replica("api")).with(daemon("log"));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "3 tasks left: 1 replica, 1 standalone, 1 daemon");
}

#[test]
fn rule_2_service_without_an_answer_counts_as_a_replica_service() {
    let scene = draining().with(daemon("log")).busy(Question::Services);

    let decided = scene.swept_at(HOUR).decided();

    assert_eq!(decided.reason_text(), "1 task left: 1 replica");
}

#[test]
fn rule_4_task_with_policy_wait_runs_until_its_deadline_is_near() {
    let decided = draining().with(standalone("import")).swept_at(DAY).decided();

    assert_eq!(decided.reason_text(), "1 task left: 1 standalone");
    assert!(!decided.visible_actions().iter().any(|action| action.starts_with("stop")));
}

#[test]
fn rule_4_task_with_policy_stop_is_stopped_once_the_instance_drains() {
    let scene = scene().with(standalone("import")).with(replica("api")).policy(stop);

    let decided = scene.terminating_since(0).now(1).decided();

    assert_eq!(decided.visible_actions(), ["drain", "stop import"]);
    assert_eq!(decided.reason(), Reason::PolicyStops { tasks: 1 });
}

#[test]
fn rule_4_task_with_policy_ignore_is_not_stopped_while_others_run() {
    let scene = draining().with(standalone("import")).with(replica("api")).policy(ignore);

    let decided = scene.swept_at(MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.reason_text(), "2 tasks left: 1 replica, 1 standalone");
}

#[test]
fn rule_4_task_with_policy_ignore_is_stopped_once_nothing_else_is_left() {
    let scene = draining().with(daemon("log")).policy(ignore);

    let runs = scene.clone().with(standalone("import")).swept_at(MINUTE).decided();
    let stops = scene.with(standalone("import").stopping()).swept_at(MINUTE).decided();

    assert_eq!(runs.visible_actions(), ["stop import"]);
    assert_eq!(runs.reason(), Reason::IgnoredLeft { tasks: 1 });
    assert!(stops.visible_actions().is_empty());
    assert_eq!(stops.reason(), Reason::IgnoredLeft { tasks: 1 });
}

#[test]
fn rule_4_tag_of_the_task_overrides_the_policy() {
    let scene = draining()
        .with(standalone("stopped").tagged(StandalonePolicy::Stop))
        .with(standalone("ignored").tagged(StandalonePolicy::Ignore))
        .with(standalone("waits"));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["stop stopped"]);
}

#[test]
fn rule_5_task_near_a_deadline_is_stopped_under_each_policy() {
    let all = [StandalonePolicy::Wait, StandalonePolicy::Stop, StandalonePolicy::Ignore];
    let near = all.map(|tag| {
        let scene =
            draining().with(standalone("import").tagged(tag)).with(replica("api").stops_within(5));
        scene.policy(drain_timeout).rechecked(Purpose::Deadline, HOUR - 40).decided()
    });

    for decided in near {
        assert_eq!(decided.visible_actions(), ["stop import"]);
    }
}

#[test]
fn rule_5_task_is_stopped_its_stop_time_and_a_margin_before_the_deadline() {
    let scene = draining()
        .with(standalone("short").stops_within(5))
        .with(standalone("long").stops_within(290))
        .policy(drain_timeout);

    let rechecked_at = |second| scene.clone().rechecked(Purpose::Deadline, second).decided();

    assert_eq!(rechecked_at(3200).rechecks(Purpose::Deadline), [3300]);
    assert!(rechecked_at(3299).visible_actions().is_empty());
    assert_eq!(rechecked_at(3300).visible_actions(), ["stop long"]);
    assert_eq!(rechecked_at(3300).rechecks(Purpose::Deadline), [3585]);
    assert_eq!(rechecked_at(3584).visible_actions(), ["stop long"]);
    assert_eq!(rechecked_at(3585).visible_actions(), ["stop long", "stop short"]);
}

#[test]
fn rule_5_task_with_a_stop_time_beyond_the_deadline_is_stopped_at_once() {
    let scene = scene().with(standalone("import").stops_within(600)).in_service();

    let decided = scene.warned_of_spot(0).now(1).decided();

    assert_eq!(decided.visible_actions(), ["drain", "stop import"]);
}

#[test]
fn rule_5_task_with_an_endless_stop_time_is_stopped_at_once() {
    let scene = draining().with(standalone("import").stops_within(u64::MAX));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["stop import"]);
}

#[test]
fn rule_5_spot_deadline_gets_a_recheck() {
    let tasks = scene().with(standalone("short")).with(standalone("long").stops_within(100));

    let decided = tasks.in_service().warned_of_spot(0).now(1).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.rechecks(Purpose::Deadline), [10]);
}

#[test]
fn rule_5_task_without_a_known_stop_time_has_the_default() {
    let scene = scene().with(standalone("import").stops_within(5)).with(replica("api"));

    let decided = scene
        .in_service()
        .busy(Question::StopTimes)
        .busy(Question::Services)
        .warned_of_spot(0)
        .now(1)
        .decided();

    assert_eq!(decided.rechecks(Purpose::Deadline), [80]);
}

#[test]
fn rule_5_sweep_asks_for_the_recheck_that_stops_in_time() {
    let scene = draining().with(standalone("import").stops_within(1790)).policy(drain_timeout);

    let first_look = (1..60).find_map(|minute| {
        let decided = scene.clone().swept_at(minute * MINUTE).decided();
        decided.rechecks(Purpose::Deadline).first().copied()
    });

    assert_eq!(first_look, Some(1800));
}

#[test]
fn rule_5_stopping_task_is_not_stopped_again() {
    let scene = draining().with(standalone("import").stopping()).policy(stop);

    let decided = scene.policy(drain_timeout).swept_at(HOUR - MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_5_last_two_sweeps_that_list_the_tasks_ask_for_the_recheck() {
    for stop_time in [30, 100, 290, 600, 1790] {
        let task = standalone("import").stops_within(stop_time);
        let scene = draining().with(task).policy(drain_timeout);
        let must_stop_at = HOUR - 10 - i64::try_from(stop_time).unwrap();

        let asks = |minute: &i64| {
            let decided = scene.clone().swept_at(minute * MINUTE).decided();
            decided.rechecks(Purpose::Deadline).contains(&must_stop_at)
        };

        assert_eq!((1..60).filter(asks).count(), 2, "{stop_time} s");
    }
}

#[test]
fn rule_5_tasks_with_different_stop_times_need_one_recheck_at_a_time() {
    let tasks = (0..6).map(|n| standalone(&n.to_string()).stops_within(30 + 10 * n));
    let scene = tasks.fold(draining().policy(drain_timeout), Scene::with);

    let decided = scene.rechecked(Purpose::Deadline, 3000).decided();

    assert_eq!(decided.rechecks(Purpose::Deadline).len(), 1);
}

#[test]
fn rule_4_task_is_not_stopped_before_the_tags_of_the_group_are_known() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let scene = scene.policy(stop).swept_at(MINUTE);

    let silent = scene.clone().busy(Question::Group).decided();
    let answered = scene.decided();

    assert!(silent.visible_actions().is_empty(), "{:?}", silent.visible_actions());
    assert_eq!(silent.reason().code(), "unanswered");
    assert_eq!(answered.visible_actions(), ["stop import"]);
}

#[test]
fn rule_4_policy_ignore_lists_tasks_at_every_sweep() {
    let scene = draining().with(standalone("import")).swept_at(5 * MINUTE);

    let waits = scene.clone().decided();
    let ignores = scene.policy(ignore).decided();

    assert!(!waits.asked_first.contains(&Question::Tasks));
    assert_eq!(ignores.visible_actions(), ["stop import"]);
}
