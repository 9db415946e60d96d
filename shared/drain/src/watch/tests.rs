use super::*;

const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_442_000 + second).unwrap()
}

fn change(status: &str, tasks: u32, version: i64) -> ContainerInstanceChange {
    ContainerInstanceChange {
        container_instance: "ci-1".to_owned(),
        cluster: CLUSTER.to_owned(),
        ec2_instance: Some("i-1".to_owned()),
        status: status.to_owned(),
        agent_connected: true,
        tasks: Some(tasks),
        registered_at: None,
        attribute: None,
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
        at: at(0),
    }
}

fn names(candidates: Vec<Candidate>) -> Vec<String> {
    candidates.into_iter().map(|candidate| candidate.container_instance).collect()
}

#[test]
fn a_task_that_stops_while_others_are_counted_asks_for_nothing() {
    let mut watch = Watch::default();
    watch.container_instance_changed(&change("DRAINING", 2, 10), at(0));

    watch.task_stopped(&stopped("t-1"), at(1));

    assert!(watch.clusters_to_ask(at(1)).is_empty());
    assert!(watch.to_look_at(at(1)).is_empty());
}

#[test]
fn the_last_task_that_is_counted_asks_for_a_look() {
    let mut watch = Watch::default();
    watch.container_instance_changed(&change("DRAINING", 1, 10), at(0));
    watch.task_stopped(&stopped("t-1"), at(1));

    watch.container_instance_changed(&change("DRAINING", 0, 11), at(1));

    assert_eq!(names(watch.to_look_at(at(1))), ["ci-1"]);
}

#[test]
fn an_older_version_after_a_newer_one_changes_nothing() {
    let mut watch = Watch::default();
    watch.container_instance_changed(&change("DRAINING", 2, 11), at(0));
    watch.task_stopped(&stopped("t-1"), at(1));

    watch.container_instance_changed(&change("DRAINING", 0, 10), at(1));

    assert!(watch.to_look_at(at(1)).is_empty());
}

#[test]
fn an_unknown_container_instance_is_asked_for_once_and_dropped_when_it_does_not_drain() {
    let mut watch = Watch::default();
    watch.task_stopped(&stopped("t-1"), at(0));
    assert_eq!(watch.clusters_to_ask(at(0)), BTreeSet::from([CLUSTER.to_owned()]));

    watch.draining_in(CLUSTER, BTreeSet::new(), at(0));

    assert!(watch.to_look_at(at(0)).is_empty());
    watch.task_stopped(&stopped("t-2"), at(3));
    assert!(watch.clusters_to_ask(at(3)).is_empty());
    watch.task_stopped(&stopped("t-3"), at(9));
    assert!(!watch.clusters_to_ask(at(9)).is_empty());
}

#[test]
fn an_unknown_container_instance_that_drains_is_looked_at() {
    let mut watch = Watch::default();
    watch.task_stopped(&stopped("t-1"), at(0));

    watch.draining_in(CLUSTER, BTreeSet::from(["ci-1".to_owned()]), at(0));

    assert_eq!(names(watch.to_look_at(at(0))), ["ci-1"]);
}

#[test]
fn tasks_that_a_look_saw_stopping_are_crossed_off_without_another_look() {
    let mut watch = Watch::default();
    watch.container_instance_changed(&change("DRAINING", 0, 10), at(0));
    watch.task_stopped(&stopped("t-1"), at(1));
    watch.looked_at("ci-1", 0, Some(BTreeSet::from(["t-2".to_owned(), "t-3".to_owned()])), at(1));

    watch.task_stopped(&stopped("t-2"), at(2));
    let early = names(watch.to_look_at(at(2)));
    watch.task_stopped(&stopped("t-3"), at(3));

    assert!(early.is_empty());
    assert_eq!(names(watch.to_look_at(at(3))), ["ci-1"]);
}
