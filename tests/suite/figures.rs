//! The figures that the documents promise.

use replay::{Responder, Run};

use crate::shipped::{run, shipped};
use crate::world::{killed, played_by};

fn drain_calls(run: &Run) -> f64 {
    run.summary.calls_per_instance.as_ref().expect("instances were drained").drain
}

#[test]
fn an_instance_refresh_loses_nothing() {
    let run = run("instance-refresh");

    assert_eq!(run.summary.instances_drained, 20);
    assert_eq!(killed(run), 0);
    assert_eq!(run.summary.tasks_stopped_by_responder.standalone, 0);
    assert_eq!(run.summary.lifecycle_actions.continued, 20);
    assert_eq!(run.summary.lifecycle_actions.timed_out, 0);
}

#[test]
fn a_lifecycle_action_is_completed_within_two_seconds_of_the_last_task() {
    let summary = &run("instance-refresh").summary;

    assert!(summary.completion_lag_seconds.as_ref().expect("actions were completed").p99 <= 2.0);
    assert!(summary.own_lag_seconds.as_ref().expect("actions were completed").p99 <= 0.5);
}

#[test]
fn the_calls_of_a_drain_do_not_grow_with_the_length_of_its_tasks() {
    let short = run("instance-refresh");
    let long = run("instance-refresh-long-tasks");

    // With two calls ebb learns if it may write to the cluster and the group: DescribeClusters and
    // DescribeAutoScalingGroups.
    assert!(drain_calls(short) <= 11.8, "{}", drain_calls(short));
    assert!(
        (drain_calls(long) - drain_calls(short)).abs() <= 0.6,
        "{} and {}",
        drain_calls(short),
        drain_calls(long)
    );
    assert!(long.summary.virtual_seconds > 5.0 * short.summary.virtual_seconds);
}

#[test]
fn without_ebb_tasks_are_killed_and_counted() {
    assert!(killed(&played_by(Responder::None, &shipped("instance-refresh"))) > 0);
}

#[test]
fn managed_draining_does_nothing_for_a_group_without_a_capacity_provider() {
    let managed = played_by(Responder::Managed, &shipped("instance-refresh"));
    let none = played_by(Responder::None, &shipped("instance-refresh"));

    assert_eq!(managed.summary.instances_drained, 0);
    assert_eq!(managed.summary.tasks_killed, none.summary.tasks_killed);
}

#[test]
fn managed_draining_with_a_capacity_provider_waits_for_standalone_tasks() {
    let managed = played_by(Responder::Managed, &shipped("capacity-provider-refresh"));

    assert!(managed.summary.instances_drained > 0);
    assert_eq!(managed.summary.tasks_killed.standalone, 0);
    assert_eq!(managed.summary.tasks_stopped_by_responder.standalone, 0);
}
