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
        container_instance: "ci-1".to_owned(),
        ec2_instance: Some("i-1".to_owned()),
        tasks,
    }
}

/// A process that heard of the drain while `tasks` were counted.
fn watching(tasks: u32) -> Watch {
    let mut watch = Watch::default();
    watch.container_instance_changed(&change(tasks, 10), SETTLE, at(0));
    watch
}

fn looks(watch: &mut Watch, second: i64) -> usize {
    watch.candidates(at(second)).len()
}

#[test]
fn a_task_that_stops_while_others_are_counted_asks_for_nothing() {
    let mut watch = watching(2);

    watch.task_stopped(&stopped("t-1"), at(1));

    assert!(watch.queries(at(1)).is_empty());
    assert_eq!(looks(&mut watch, 1), 0);
}

#[test]
fn the_last_task_that_is_counted_asks_for_a_look_in_either_order_of_its_events() {
    let (mut task_first, mut count_first) = (watching(1), watching(1));

    task_first.task_stopped(&stopped("t-1"), at(1));
    task_first.container_instance_changed(&change(0, 11), SETTLE, at(1));
    count_first.container_instance_changed(&change(0, 11), SETTLE, at(1));
    count_first.task_stopped(&stopped("t-1"), at(2));

    assert_eq!(looks(&mut task_first, 1), 1);
    assert_eq!(looks(&mut count_first, 2), 1);
}

#[test]
fn a_change_that_leaves_nothing_counted_stands_in_for_a_task_event_that_another_process_got() {
    let mut watch = watching(1);

    watch.container_instance_changed(&change(0, 11), SETTLE, at(1));

    assert_eq!(looks(&mut watch, 1), 1);
}

#[test]
fn an_event_that_comes_twice_stands_in_for_one() {
    let mut watch = watching(1);
    watch.container_instance_changed(&change(0, 11), SETTLE, at(1));
    let left = BTreeSet::from(["t-1".to_owned(), "t-2".to_owned()]);
    watch.checked(&draining(0), CLUSTER, Some(left), at(1));

    watch.container_instance_changed(&change(0, 12), SETTLE, at(2));
    watch.container_instance_changed(&change(0, 12), SETTLE, at(3));

    assert_eq!(looks(&mut watch, 3), 0);
}

#[test]
fn an_older_version_after_a_newer_one_changes_nothing() {
    let mut watch = watching(2);
    watch.task_stopped(&stopped("t-1"), at(1));

    watch.container_instance_changed(&change(0, 9), SETTLE, at(1));

    assert_eq!(looks(&mut watch, 1), 0);
}

fn asks(watch: &mut Watch, second: i64) -> Option<ClusterQuery> {
    watch.queries(at(second)).remove(CLUSTER)
}

#[test]
fn an_unknown_container_instance_is_described_and_of_no_concern_if_it_does_not_drain() {
    let mut watch = Watch::default();
    watch.listed(CLUSTER, Vec::new(), at(0));
    watch.task_stopped(&stopped("t-1"), at(9));
    assert_eq!(asks(&mut watch, 9), Some(ClusterQuery::Describe(vec!["ci-1".to_owned()])));

    watch.described(CLUSTER, &["ci-1".to_owned()], &[], at(9));

    assert_eq!(asks(&mut watch, 9), None);
    assert_eq!(looks(&mut watch, 9), 0);
}

#[test]
fn a_cluster_that_is_gone_takes_what_is_known_and_what_is_unknown_of_it_and_of_no_other() {
    let after_the_end_of = |cluster: &str| {
        let (mut known, mut unknown) = (watching(2), Watch::default());
        unknown.task_stopped(&stopped("t-1"), at(9));
        known.cluster_is_gone(cluster);
        unknown.cluster_is_gone(cluster);
        (known.is_draining("ci-1"), asks(&mut unknown, 9).is_some())
    };

    assert_eq!(after_the_end_of("another"), (true, true));
    assert_eq!(after_the_end_of(CLUSTER), (false, false));
}

#[test]
fn a_task_that_ended_by_itself_asks_for_nothing_where_its_instance_is_unknown() {
    let mut watch = Watch::default();

    watch.task_stopped(&TaskStopped { ended_by_itself: true, ..stopped("t-1") }, at(0));

    assert_eq!(asks(&mut watch, 0), None);
}

#[test]
fn one_list_serves_any_number_of_events_for_some_seconds() {
    let mut watch = Watch::default();

    watch.task_stopped(&stopped("t-1"), at(0));
    let first = asks(&mut watch, 0);
    watch.listed(CLUSTER, Vec::new(), at(0));
    watch.task_stopped(&stopped("t-2"), at(4));
    let second = asks(&mut watch, 4);
    watch.task_stopped(&stopped("t-3"), at(9));
    let third = asks(&mut watch, 9);

    assert_eq!(first, Some(ClusterQuery::List));
    assert_eq!(second, None);
    assert_eq!(third, Some(ClusterQuery::Describe(vec!["ci-1".to_owned()])));
}

#[test]
fn everything_that_a_list_names_is_described_once() {
    let mut watch = Watch::default();

    let first = watch.listed(CLUSTER, vec!["ci-1".to_owned()], at(0));
    watch.described(CLUSTER, &first, &[draining(2)], at(0));
    let second = watch.listed(CLUSTER, vec!["ci-1".to_owned()], at(9));

    assert_eq!(first, ["ci-1"]);
    assert!(second.is_empty());
}

#[test]
fn an_unknown_container_instance_that_drains_is_worth_a_later_look_if_nothing_is_counted_on_it() {
    for (tasks, expected) in [(0, 1), (2, 0)] {
        let mut watch = Watch::default();
        watch.task_stopped(&stopped("t-1"), at(0));

        let later = watch.described(CLUSTER, &["ci-1".to_owned()], &[draining(tasks)], at(0));

        assert_eq!(later.len(), expected, "{tasks} tasks");
        assert_eq!(looks(&mut watch, 0), 0);
        assert_eq!(asks(&mut watch, 9), None, "what is known is not asked for again");
    }
}

#[test]
fn a_drain_that_is_not_settled_or_not_ours_is_left_to_whoever_began_it() {
    for attribute in [None, Some(format!("1/s:{}", at(-3).as_second()))] {
        let mut watch = watching(1);

        let young = ContainerInstanceChange { attribute, ..change(0, 11) };
        watch.container_instance_changed(&young, SETTLE, at(1));

        assert_eq!(looks(&mut watch, 1), 0);
    }
}

#[test]
fn an_agent_that_is_away_tells_of_no_end() {
    let mut watch = watching(1);

    watch.container_instance_changed(
        &ContainerInstanceChange { agent_connected: false, ..change(0, 11) },
        SETTLE,
        at(1),
    );

    assert_eq!(looks(&mut watch, 1), 0);
}

#[test]
fn tasks_that_a_look_saw_stopping_are_crossed_off_without_another_look() {
    let mut watch = watching(1);
    let remaining = BTreeSet::from(["t-2".to_owned(), "t-3".to_owned()]);
    watch.checked(&draining(0), CLUSTER, Some(remaining), at(1));

    watch.task_stopped(&stopped("t-2"), at(2));
    let early = looks(&mut watch, 2);
    watch.task_stopped(&stopped("t-3"), at(3));

    assert_eq!(early, 0);
    assert_eq!(looks(&mut watch, 3), 1);
}

#[test]
fn what_a_look_saw_empty_is_not_looked_at_again_for_the_other_event_of_the_same_end() {
    let mut watch = watching(1);
    watch.task_stopped(&stopped("t-1"), at(1));
    watch.checked(&draining(0), CLUSTER, Some(BTreeSet::new()), at(1));

    watch.container_instance_changed(&change(0, 11), SETTLE, at(2));

    assert_eq!(looks(&mut watch, 2), 0);
}

#[test]
fn an_agent_that_comes_back_after_its_instance_was_let_go_asks_for_a_look() {
    let mut watch = watching(0);
    watch.completed("ci-1", CLUSTER, at(1));
    let away = ContainerInstanceChange { agent_connected: false, ..change(0, 11) };
    watch.container_instance_changed(&away, SETTLE, at(2));
    let while_away = looks(&mut watch, 2);

    watch.container_instance_changed(&change(0, 12), SETTLE, at(3));

    assert_eq!((while_away, looks(&mut watch, 3)), (0, 1));
}

#[test]
fn an_instance_that_is_let_go_asks_for_nothing_more() {
    let mut watch = watching(0);
    watch.completed("ci-1", CLUSTER, at(1));

    watch.task_stopped(&stopped("t-1"), at(2));
    watch.container_instance_changed(&change(0, 12), SETTLE, at(2));

    assert!(watch.queries(at(2)).is_empty());
    assert_eq!(looks(&mut watch, 2), 0);
}

#[test]
fn an_instance_that_is_active_again_begins_anew() {
    let mut watch = watching(0);
    watch.completed("ci-1", CLUSTER, at(1));
    let active = ContainerInstanceChange { status: "ACTIVE".to_owned(), ..change(0, 12) };
    watch.container_instance_changed(&active, SETTLE, at(2));

    watch.container_instance_changed(&change(1, 13), SETTLE, at(3));
    watch.container_instance_changed(&change(0, 14), SETTLE, at(4));
    watch.task_stopped(&stopped("t-1"), at(5));

    assert_eq!(looks(&mut watch, 5), 1);
}

#[test]
fn an_instance_of_which_nothing_is_heard_for_two_hours_is_forgotten() {
    for (second, known) in [(2 * 3600 - 1, true), (2 * 3600, false)] {
        let mut watch = watching(1);

        watch.candidates(at(second));

        assert_eq!(watch.is_draining("ci-1"), known, "after {second} s");
    }
}

#[test]
fn an_instance_that_a_look_finds_no_longer_draining_is_forgotten() {
    let mut watch = watching(1);

    watch.forget("ci-1");

    assert!(!watch.is_draining("ci-1"));
}
