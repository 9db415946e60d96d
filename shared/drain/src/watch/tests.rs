//! Tests of the watch.

mod awaited;
mod checks;
mod resources;

use super::*;

const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";
const SETTLE: Duration = Duration::from_secs(10);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_442_000 + second).unwrap()
}

fn change(tasks: u32, version: i64) -> ContainerInstanceChange {
    ContainerInstanceChange {
        container_instance: "ci-1".to_owned(),
        cluster: CLUSTER.to_owned(),
        ec2_instance: Some("i-1".to_owned()),
        status: "DRAINING".to_owned(),
        agent_connected: true,
        tasks: Some(tasks),
        holds_resources: None,
        registered_at: None,
        attribute: Some(format!("1/s:{}", at(-60).as_second())),
        version,
        at: at(0),
    }
}

fn stopped(task: &str) -> TaskStopped {
    TaskStopped {
        task: task.to_owned(),
        cluster: CLUSTER.to_owned(),
        container_instance: "ci-1".to_owned(),
        group: "family:import".to_owned(),
        version: 5,
        exit_codes: Vec::new(),
        stopped_reason: String::new(),
        ended_by_itself: false,
        at: at(0),
    }
}

fn draining(tasks: u32) -> DrainingInstance {
    DrainingInstance {
        awaited: true,
        container_instance: "ci-1".to_owned(),
        ec2_instance: Some("i-1".to_owned()),
        tasks,
    }
}

/// Returns the watch of a process that received the start of the drain while `tasks` were counted.
fn watching(tasks: u32) -> Watch {
    let mut watch = Watch::default();
    watch.container_instance_changed(&change(tasks, 10), SETTLE, at(0));
    watch
}

fn candidates(watch: &mut Watch, second: i64) -> usize {
    watch.candidates(at(second)).len()
}

#[test]
fn stopped_task_beside_counted_ones_causes_no_call() {
    let mut watch = watching(2);

    watch.task_stopped(&stopped("t-1"), at(1));

    assert!(watch.queries(at(1)).is_empty());
    assert_eq!(candidates(&mut watch, 1), 0);
}

#[test]
fn last_counted_task_makes_a_candidate_in_either_order_of_its_events() {
    let (mut task_first, mut count_first) = (watching(1), watching(1));

    task_first.task_stopped(&stopped("t-1"), at(1));
    task_first.container_instance_changed(&change(0, 11), SETTLE, at(1));
    count_first.container_instance_changed(&change(0, 11), SETTLE, at(1));
    count_first.task_stopped(&stopped("t-1"), at(2));

    assert_eq!(candidates(&mut task_first, 1), 1);
    assert_eq!(candidates(&mut count_first, 2), 1);
}

#[test]
fn change_without_counted_tasks_makes_a_candidate_without_a_task_event() {
    let mut watch = watching(1);

    watch.container_instance_changed(&change(0, 11), SETTLE, at(1));

    assert_eq!(candidates(&mut watch, 1), 1);
}

#[test]
fn duplicate_event_counts_once() {
    let mut watch = watching(1);
    watch.container_instance_changed(&change(0, 11), SETTLE, at(1));
    let left = BTreeSet::from(["t-1".to_owned(), "t-2".to_owned()]);
    watch.checked(&draining(0), CLUSTER, Some(left), at(1));

    watch.container_instance_changed(&change(0, 12), SETTLE, at(2));
    watch.container_instance_changed(&change(0, 12), SETTLE, at(3));

    assert_eq!(candidates(&mut watch, 3), 0);
}

#[test]
fn older_version_after_a_newer_one_changes_nothing() {
    let mut watch = watching(2);
    watch.task_stopped(&stopped("t-1"), at(1));

    watch.container_instance_changed(&change(0, 9), SETTLE, at(1));

    assert_eq!(candidates(&mut watch, 1), 0);
}

fn query(watch: &mut Watch, second: i64) -> Option<ClusterQuery> {
    watch.queries(at(second)).remove(CLUSTER)
}

#[test]
fn unknown_container_instance_is_described_and_dropped_if_not_draining() {
    let mut watch = Watch::default();
    watch.listed(CLUSTER, Vec::new(), at(0));
    watch.task_stopped(&stopped("t-1"), at(9));
    assert_eq!(query(&mut watch, 9), Some(ClusterQuery::Describe(vec!["ci-1".to_owned()])));

    watch.described(CLUSTER, &["ci-1".to_owned()], &[], at(9));

    assert_eq!(query(&mut watch, 9), None);
    assert_eq!(candidates(&mut watch, 9), 0);
}

#[test]
fn cluster_that_is_gone_is_forgotten_with_its_container_instances_only() {
    let after_the_end_of = |cluster: &str| {
        let (mut known, mut unknown) = (watching(2), Watch::default());
        unknown.task_stopped(&stopped("t-1"), at(9));
        known.forget_cluster(cluster);
        unknown.forget_cluster(cluster);
        (known.is_draining("ci-1"), query(&mut unknown, 9).is_some())
    };

    assert_eq!(after_the_end_of("another"), (true, true));
    assert_eq!(after_the_end_of(CLUSTER), (false, false));
}

#[test]
fn task_that_ended_by_itself_on_an_unknown_instance_causes_no_query() {
    let mut watch = Watch::default();

    watch.task_stopped(&TaskStopped { ended_by_itself: true, ..stopped("t-1") }, at(0));

    assert_eq!(query(&mut watch, 0), None);
}

#[test]
fn young_list_answers_for_all_events() {
    let mut watch = Watch::default();

    watch.task_stopped(&stopped("t-1"), at(0));
    let first = query(&mut watch, 0);
    watch.listed(CLUSTER, Vec::new(), at(0));
    watch.task_stopped(&stopped("t-2"), at(4));
    let second = query(&mut watch, 4);
    watch.task_stopped(&stopped("t-3"), at(9));
    let third = query(&mut watch, 9);

    assert_eq!(first, Some(ClusterQuery::List));
    assert_eq!(second, None);
    assert_eq!(third, Some(ClusterQuery::Describe(vec!["ci-1".to_owned()])));
}

#[test]
fn listed_container_instance_is_described_once() {
    let mut watch = Watch::default();

    let first = watch.listed(CLUSTER, vec!["ci-1".to_owned()], at(0));
    watch.described(CLUSTER, &first, &[draining(2)], at(0));
    let second = watch.listed(CLUSTER, vec!["ci-1".to_owned()], at(9));

    assert_eq!(first, ["ci-1"]);
    assert!(second.is_empty());
}

#[test]
fn described_container_instance_is_returned_for_later_if_no_task_is_counted() {
    for (tasks, expected) in [(0, 1), (2, 0)] {
        let mut watch = Watch::default();
        watch.task_stopped(&stopped("t-1"), at(0));

        let later = watch.described(CLUSTER, &["ci-1".to_owned()], &[draining(tasks)], at(0));

        assert_eq!(later.len(), expected, "{tasks} tasks");
        assert_eq!(candidates(&mut watch, 0), 0);
        assert_eq!(query(&mut watch, 9), None, "a known instance is not queried again");
    }
}

#[test]
fn drain_that_is_foreign_or_not_settled_makes_no_candidate() {
    for attribute in [None, Some(format!("1/s:{}", at(-3).as_second()))] {
        let mut watch = watching(1);

        let young = ContainerInstanceChange { attribute, ..change(0, 11) };
        watch.container_instance_changed(&young, SETTLE, at(1));

        assert_eq!(candidates(&mut watch, 1), 0);
    }
}

#[test]
fn change_with_a_disconnected_agent_makes_no_candidate() {
    let mut watch = watching(1);

    let away = ContainerInstanceChange { agent_connected: false, ..change(0, 11) };
    watch.container_instance_changed(&away, SETTLE, at(1));

    assert_eq!(candidates(&mut watch, 1), 0);
}

#[test]
fn remaining_tasks_of_a_check_make_a_candidate_once_all_have_stopped() {
    let mut watch = watching(1);
    let remaining = BTreeSet::from(["t-2".to_owned(), "t-3".to_owned()]);
    watch.checked(&draining(0), CLUSTER, Some(remaining), at(1));

    watch.task_stopped(&stopped("t-2"), at(2));
    let early = candidates(&mut watch, 2);
    watch.task_stopped(&stopped("t-3"), at(3));

    assert_eq!(early, 0);
    assert_eq!(candidates(&mut watch, 3), 1);
}

#[test]
fn instance_found_empty_is_no_candidate_for_the_second_event_of_the_same_end() {
    let mut watch = watching(1);
    watch.task_stopped(&stopped("t-1"), at(1));
    watch.checked(&draining(0), CLUSTER, Some(BTreeSet::new()), at(1));

    watch.container_instance_changed(&change(0, 11), SETTLE, at(2));

    assert_eq!(candidates(&mut watch, 2), 0);
}

#[test]
fn agent_that_reconnects_after_completion_makes_a_candidate() {
    let mut watch = watching(0);
    watch.completed("ci-1", CLUSTER, at(1));
    let away = ContainerInstanceChange { agent_connected: false, ..change(0, 11) };
    watch.container_instance_changed(&away, SETTLE, at(2));
    let while_away = candidates(&mut watch, 2);

    watch.container_instance_changed(&change(0, 12), SETTLE, at(3));

    assert_eq!((while_away, candidates(&mut watch, 3)), (0, 1));
}

#[test]
fn instance_that_was_active_again_is_watched_anew() {
    let mut watch = watching(0);
    watch.completed("ci-1", CLUSTER, at(1));
    let active = ContainerInstanceChange { status: "ACTIVE".to_owned(), ..change(0, 12) };
    watch.container_instance_changed(&active, SETTLE, at(2));

    watch.container_instance_changed(&change(1, 13), SETTLE, at(3));
    watch.container_instance_changed(&change(0, 14), SETTLE, at(4));
    watch.task_stopped(&stopped("t-1"), at(5));

    assert_eq!(candidates(&mut watch, 5), 1);
}

#[test]
fn instance_without_events_for_two_hours_is_forgotten() {
    for (second, known) in [(2 * 3600 - 1, true), (2 * 3600, false)] {
        let mut watch = watching(1);

        watch.candidates(at(second));

        assert_eq!(watch.is_draining("ci-1"), known, "after {second} s");
    }
}

#[test]
fn instance_that_no_longer_drains_is_forgotten() {
    let mut watch = watching(1);

    watch.forget("ci-1");

    assert!(!watch.is_draining("ci-1"));
}
