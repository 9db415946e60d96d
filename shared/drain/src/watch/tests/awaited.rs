//! Instances whose last task nothing waits for.

use super::*;

#[test]
fn instance_under_a_spot_warning_makes_a_candidate_only_for_a_lifecycle_action() {
    let mut watch = watching(1);
    let drained = at(-60).as_second();
    let changed = |attribute: String, version| ContainerInstanceChange {
        attribute: Some(attribute),
        ..change(0, version)
    };

    let warned = changed(format!("1/s:{drained}/i:{}", at(60).as_second()), 11);
    watch.container_instance_changed(&warned, SETTLE, at(1));
    let after_the_warning = candidates(&mut watch, 1);
    let held = changed(format!("1/s:{drained}/i:{}/a:{drained}:", at(60).as_second()), 12);
    watch.container_instance_changed(&held, SETTLE, at(2));

    assert_eq!(after_the_warning, 0);
    assert_eq!(candidates(&mut watch, 2), 1);
}

#[test]
fn completed_instance_is_no_candidate_and_causes_no_query() {
    let mut watch = watching(0);
    watch.completed("ci-1", CLUSTER, at(1));

    watch.task_stopped(&stopped("t-1"), at(2));
    watch.container_instance_changed(&change(0, 12), SETTLE, at(2));

    assert!(watch.queries(at(2)).is_empty());
    assert_eq!(candidates(&mut watch, 2), 0);
}
