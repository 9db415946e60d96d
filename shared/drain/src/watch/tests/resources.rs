//! Resources of changes, which say whether tasks are left that nothing counts.

use super::*;

#[test]
fn change_makes_a_candidate_only_once_no_task_holds_resources() {
    let mut watch = watching(4);
    let held = ContainerInstanceChange { holds_resources: Some(true), ..change(0, 11) };
    watch.container_instance_changed(&held, SETTLE, at(1));
    let while_held = candidates(&mut watch, 1);

    let free = ContainerInstanceChange { holds_resources: Some(false), ..change(0, 12) };
    watch.container_instance_changed(&free, SETTLE, at(2));

    assert_eq!((while_held, candidates(&mut watch, 2)), (0, 1));
}

#[test]
fn task_that_stopped_while_others_hold_resources_makes_no_candidate() {
    let mut watch = watching(4);
    watch.task_stopped(&stopped("t-1"), at(1));
    let held = ContainerInstanceChange { holds_resources: Some(true), at: at(9), ..change(0, 11) };
    watch.container_instance_changed(&held, SETTLE, at(9));
    let while_held = candidates(&mut watch, 9);

    watch.task_stopped(&TaskStopped { at: at(10), ..stopped("t-2") }, at(11));

    assert_eq!((while_held, candidates(&mut watch, 11)), (0, 1));
}

#[test]
fn task_that_ended_by_itself_leaves_the_word_to_the_change_if_changes_have_the_resources() {
    let mut watch = watching(4);
    let held = ContainerInstanceChange { holds_resources: Some(true), ..change(0, 11) };
    watch.container_instance_changed(&held, SETTLE, at(1));

    watch.task_stopped(&TaskStopped { ended_by_itself: true, at: at(2), ..stopped("t-1") }, at(2));

    assert_eq!(candidates(&mut watch, 2), 0);
}

#[test]
fn change_without_held_resources_ends_all_remaining_tasks() {
    let mut watch = watching(0);
    let remaining = BTreeSet::from(["t-2".to_owned(), "t-3".to_owned()]);
    watch.checked(&draining(0), CLUSTER, Some(remaining), at(1));

    let free = ContainerInstanceChange { holds_resources: Some(false), ..change(0, 12) };
    watch.container_instance_changed(&free, SETTLE, at(2));

    assert_eq!(candidates(&mut watch, 2), 1);
}
