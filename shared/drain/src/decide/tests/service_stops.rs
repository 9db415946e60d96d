//! Rule 5. Service tasks before a deadline at which their host is certain to go.

use super::scene::*;
use crate::decision::Question;
use crate::policy::{CompletionResult, Policy, ServiceTaskPolicy};
use crate::signal::Purpose;

fn drain_timeout(policy: &mut Policy) {
    policy.drain_timeout = Some(seconds(3600));
}

fn abandon(policy: &mut Policy) {
    policy.at_deadline = CompletionResult::Abandon;
}

fn draining() -> Scene {
    scene().draining_for_us_since(0)
}

/// Returns an instance in service that drains since `drained` for a Spot warning of `second`.
fn warned_at(second: i64, drained: i64) -> Scene {
    scene().in_service().draining().leaving_since(None).remembering(|memory| {
        memory.draining_since = Some(at(drained));
        memory.interrupted_at = Some(at(second + 2 * MINUTE));
    })
}

/// Returns the actions 40 s before a drain timeout: the default stop time and the margin.
fn actions_near_the_drain_timeout(scene: Scene) -> Vec<String> {
    scene.policy(drain_timeout).rechecked(Purpose::Deadline, HOUR - 40).decided().visible_actions()
}

#[test]
fn rule_5_service_task_is_stopped_before_the_drain_timeout() {
    assert_eq!(actions_near_the_drain_timeout(draining().with(replica("api"))), ["stop api"]);
}

#[test]
fn rule_5_stops_begin_earlier_where_many_instances_have_a_deadline_at_that_time() {
    let draining = draining().with(replica("api")).policy(drain_timeout);
    let ahead = |second| draining.clone().stops_ahead(30).rechecked(Purpose::Deadline, second);

    assert!(ahead(HOUR - 71).decided().visible_actions().is_empty());
    assert_eq!(ahead(HOUR - 70).decided().visible_actions(), ["stop api"]);
    let swept = draining.stops_ahead(30).swept_at(HOUR - 2 * MINUTE).decided();
    assert_eq!(swept.rechecks(Purpose::Deadline), [HOUR - 70]);
}

#[test]
fn rule_5_stops_before_a_spot_interruption_do_not_follow_the_deadlines_of_others() {
    let early = warned_at(0, 0).with(replica("api")).stops_ahead(30);

    assert!(early.rechecked(Purpose::Deadline, 79).decided().visible_actions().is_empty());
}

#[test]
fn rule_5_service_task_is_stopped_before_the_end_of_a_spot_warning() {
    let scene = warned_at(0, 0).with(replica("api"));

    let early = scene.clone().rechecked(Purpose::Deadline, 79).decided();
    let due = scene.rechecked(Purpose::Deadline, 80).decided();

    assert!(early.visible_actions().is_empty());
    assert_eq!(due.visible_actions(), ["stop api"]);
}

#[test]
fn rule_5_service_task_is_stopped_before_the_global_timeout() {
    let scene = draining().with(replica("api")).hooks(&[hook("ebb", 36)]);

    let decided = scene.rechecked(Purpose::Deadline, HOUR - 90 - 40).decided();

    assert_eq!(decided.visible_actions(), ["stop api"]);
}

#[test]
fn rule_5_service_task_is_left_at_a_drain_timeout_with_another_terminating_hook() {
    let held = draining()
        .with(replica("api"))
        .with(standalone("import"))
        .group(|group| group.foreign_hooks = vec!["other".to_owned()])
        .policy(drain_timeout)
        .rechecked(Purpose::Deadline, HOUR - 40)
        .decided();

    assert_eq!(held.visible_actions(), ["stop import"]);
    assert!(held.notes().iter().any(|note| note.contains("lifecycle hook other holds")));
}

#[test]
fn rule_5_service_task_is_left_if_an_abandon_retains_the_instance() {
    let scene = draining().with(replica("api")).policy(abandon);
    let retains = scene.clone().group(|group| group.retains_abandoned = true);

    assert!(actions_near_the_drain_timeout(retains).is_empty());
    assert_eq!(actions_near_the_drain_timeout(scene), ["stop api"]);
}

#[test]
fn rule_5_policy_leave_leaves_service_tasks() {
    let leave = |policy: &mut Policy| policy.service_tasks = ServiceTaskPolicy::Leave;

    assert!(
        actions_near_the_drain_timeout(draining().with(replica("api")).policy(leave)).is_empty()
    );
}

#[test]
fn rule_5_deregistration_delay_counts_behind_a_load_balancer_only() {
    let delay = |policy: &mut Policy| policy.deregistration_delay = seconds(60);
    let scene = draining()
        .with(replica("web").load_balanced())
        .with(replica("api"))
        .policy(drain_timeout)
        .policy(delay);

    let decided = scene.rechecked(Purpose::Deadline, HOUR - 100).decided();

    assert_eq!(decided.visible_actions(), ["stop web"]);
}

#[test]
fn rule_5_stops_of_one_moment_are_standalone_replica_daemon() {
    let scene = draining().with(daemon("log")).with(replica("api")).with(standalone("import"));

    assert_eq!(actions_near_the_drain_timeout(scene), ["stop import", "stop api", "stop log"]);
}

#[test]
fn rule_5_stop_times_of_services_are_not_read_hours_before_a_deadline() {
    let scene = draining().with(replica("api")).with(standalone("import"));

    let far = scene.swept_at(MINUTE).decided();

    assert!(!far.asked_first.contains(&Question::ServiceStopTimes));
    assert!(far.asked_first.contains(&Question::StopTimes));
}

#[test]
fn rule_5_daemon_task_alone_is_stopped_at_its_latest_moment() {
    let scene = warned_at(0, 50).with(daemon("log"));

    let decided = scene.rechecked(Purpose::Deadline, 80).decided();

    assert_eq!(decided.visible_actions(), ["stop log"]);
}

#[test]
fn rule_5_service_task_is_stopped_at_a_spot_warning_even_if_its_group_does_not_answer() {
    let scene = warned_at(0, 0).with(replica("api")).busy(Question::Group);

    let decided = scene.rechecked(Purpose::Deadline, 80).decided();

    assert_eq!(decided.visible_actions(), ["stop api"]);
}
