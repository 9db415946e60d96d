//! Shipped scenarios of operations on services: what an operator gets.

use std::collections::BTreeSet;
use std::time::Duration;

use replay::Run;
use replay::operations::OperationFigures;
use sim::history::{Caller, Entry, Fact};

use crate::shipped::{run, shipped};
use crate::world::{calls, killed, story};

/// Returns the figures of the only operation of a scenario that began.
fn operation(name: &str) -> &'static OperationFigures {
    let begun = |it: &&OperationFigures| it.original_desired_count.is_some();
    let mut all = run(name).operations.iter().filter(begun);
    let first = all.next().unwrap_or_else(|| panic!("{name} has no operation"));
    assert!(all.next().is_none(), "{name} has two operations");
    first
}

fn is_function(by: &Caller) -> bool {
    matches!(by, Caller::Function { name, .. } if name == "service-operation")
}

/// Returns the desired counts that a service got, in order.
fn desired_counts(run: &Run) -> Vec<usize> {
    let counts = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::DesiredCount { desired, .. } => Some(*desired),
        _ => None,
    });
    counts.collect()
}

/// Returns the ARNs of the tasks that are STOPPED at a time or before it.
fn stopped_until(run: &Run, time: Duration) -> BTreeSet<&str> {
    let until = run.history.iter().take_while(|entry| entry.at <= time);
    let stopped = until.filter_map(|entry| match &entry.fact {
        Fact::Task { task, last_status: "STOPPED", .. } => Some(task.arn.as_str()),
        _ => None,
    });
    stopped.collect()
}

/// Returns the log lines about operations with a text in them.
fn lines_with<'a>(run: &'a Run, text: &str) -> Vec<&'a str> {
    let lines = run.logged.iter().map(|line| line.message.as_str());
    lines.filter(|line| line.contains(text)).collect()
}

#[test]
fn recycle_with_maintain_service_state_never_has_fewer_healthy_tasks_than_before() {
    let recycle = operation("recycle-service");

    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("done", 0));
    assert_eq!((recycle.min_healthy_tasks, recycle.max_stopping_tasks), (Some(4), 1));
}

#[test]
fn recycle_without_maintain_service_state_starts_no_task_beyond_the_desired_count() {
    let name = "recycle-without-maintaining";
    let recycle = operation(name);

    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("done", 0));
    assert_eq!(recycle.min_healthy_tasks, Some(3));
    assert_eq!(desired_counts(run(name)), [4], "{}", story(run(name)));
}

#[test]
fn recycle_behind_a_load_balancer_fails_no_request() {
    let name = "recycle-behind-a-load-balancer";

    let served = run(name).summary.requests_served.expect("requests came");
    assert_eq!((operation(name).tasks_left, operation(name).requests_failed), (0, 0));
    assert!(served > 50_000, "{served}");
}

#[test]
fn recycle_behind_a_load_balancer_stops_no_task_itself() {
    let run = run("recycle-behind-a-load-balancer");

    assert_eq!(calls(run, "ecs:StopTask"), 0);
    assert!(calls(run, "ecs:UpdateTaskProtection") > 0);
}

#[test]
fn recycle_at_a_scaling_bound_leaves_bounds_and_flags_as_they_were() {
    let run = run("recycle-at-a-scaling-bound");
    let scaling = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::ScalableTarget { min, max, suspended, .. } => Some((*min, *max, *suspended)),
        _ => None,
    });

    let all: Vec<_> = scaling.collect();

    let before = (2, 4, [true, false, false]);
    assert_eq!(all, [before, (2, 5, [true; 3]), before]);
}

#[test]
fn recycle_at_a_scaling_bound_is_corrected_by_nothing() {
    let run = run("recycle-at-a-scaling-bound");

    let by_others = run.history.iter().filter(|Entry { at, fact }| match fact {
        Fact::DesiredCount { by, .. } => *at > Duration::ZERO && !is_function(by),
        _ => false,
    });
    assert_eq!(by_others.count(), 0, "{}", story(run));
    assert_eq!(operation("recycle-at-a-scaling-bound").min_healthy_tasks, Some(4));
}

#[test]
fn recycle_stops_at_the_first_replacement_that_never_becomes_healthy() {
    let recycle = operation("recycle-never-healthy");

    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("failed", 2));
    assert!(recycle.reason.contains("Task failed container health checks"), "{}", recycle.reason);
    assert!(recycle.reason.contains("container app: exit code 143"), "{}", recycle.reason);
}

#[test]
fn recycle_with_a_replacement_that_never_becomes_healthy_keeps_all_healthy_tasks() {
    let recycle = operation("recycle-never-healthy");

    assert_eq!((recycle.final_desired_count, recycle.min_healthy_tasks), (Some(4), Some(4)));
}

#[test]
fn recycle_stops_protected_tasks_after_the_others_and_after_their_protection() {
    let (name, until) = ("recycle-protected-tasks", Duration::from_secs(730));
    let run = run(name);
    let protected = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::Protection { task, by, .. } if !is_function(by) => Some(task.arn.as_str()),
        _ => None,
    });

    let protected: BTreeSet<&str> = protected.collect();

    let stopped = stopped_until(run, until);
    assert_eq!((protected.len(), stopped.len()), (2, 3), "{}", story(run));
    assert!(protected.is_disjoint(&stopped), "{}", story(run));
    assert_eq!((operation(name).outcome.as_str(), operation(name).tasks_left), ("done", 0));
}

#[test]
fn protected_tasks_of_a_recycle_are_named_once_by_each_process() {
    let run = run("recycle-protected-tasks");
    let started = run.history.iter().filter(|entry| {
        matches!(&entry.fact, Fact::Invoked { function, cold: true, .. } if function == "service-operation")
    });

    let named = lines_with(run, "protected from scale-in by another owner");

    assert!(!named.is_empty() && named.len() <= started.count(), "{}", story(run));
}

#[test]
fn cancelled_recycle_stops_no_further_old_task_and_restores_the_count() {
    let recycle = operation("recycle-cancelled");

    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("cancelled", 3));
    assert_eq!((recycle.original_desired_count, recycle.final_desired_count), (Some(5), Some(5)));
    assert!(recycle.reason.contains("user/ana"), "{}", recycle.reason);
}

#[test]
fn recycle_whose_function_is_killed_three_times_goes_on_each_time() {
    let name = "recycle-crashed-and-resumed";
    let kills = run(name).history.iter().filter(|entry| matches!(entry.fact, Fact::Fault { .. }));

    assert_eq!(kills.count(), shipped(name).faults.len());
    let recycle = operation(name);
    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("done", 0));
    assert_eq!((recycle.min_healthy_tasks, recycle.requests_failed), (Some(4), 0));
}

#[test]
fn killed_function_has_a_line_in_the_timeline() {
    let text = story(run("recycle-crashed-and-resumed"));

    assert!(text.contains("killed after the call of RegisterScalableTarget"), "{text}");
}

#[test]
fn recycle_of_500_tasks_ends_and_keeps_all_of_them_healthy() {
    let recycle = operation("recycle-500-tasks");

    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("done", 0));
    assert_eq!((recycle.min_healthy_tasks, recycle.max_stopping_tasks), (Some(500), 100));
    assert!(recycle.seconds > 900.0, "{}", recycle.seconds);
}

#[test]
fn drain_during_a_recycle_is_completed_and_kills_no_task() {
    let run = run("recycle-during-a-drain");

    assert_eq!((run.summary.lifecycle_actions.continued, killed(run)), (1, 0), "{}", story(run));
}

#[test]
fn recycle_during_a_drain_is_done_and_fails_no_request() {
    let recycle = operation("recycle-during-a-drain");

    assert_eq!((recycle.outcome.as_str(), recycle.tasks_left), ("done", 0));
    assert_eq!((recycle.min_healthy_tasks, recycle.requests_failed), (Some(6), 0));
}

#[test]
fn recycle_of_a_daemon_service_is_refused_and_names_the_other_call() {
    let run = run("recycle-refused");

    let refused = run.operations.iter().find(|it| it.service == "log-router").unwrap();

    assert_eq!(refused.outcome, "failed");
    assert!(refused.reason.contains("aws ecs update-service"), "{}", refused.reason);
}

#[test]
fn second_recycle_of_a_service_is_refused_and_names_the_first() {
    let run = run("recycle-refused");

    let refused = lines_with(run, "refused: operation recycle/shop/api/");

    assert_eq!(refused.len(), 1, "{}", story(run));
    assert!(!desired_counts(run).contains(&4), "the batch of the second request is 2");
}

#[test]
fn restart_ends_when_no_old_task_is_left() {
    let restart = operation("restart-service");

    assert_eq!((restart.kind.as_str(), restart.outcome.as_str()), ("restart", "done"));
    assert_eq!((restart.tasks_left, restart.requests_failed), (0, 0));
}

#[test]
fn restart_that_the_circuit_breaker_rolls_back_has_failed_and_keeps_the_old_tasks() {
    let restart = operation("restart-rolled-back");

    assert_eq!((restart.outcome.as_str(), restart.tasks_left), ("failed", 4));
    assert_eq!(restart.min_healthy_tasks, Some(4));
    assert!(restart.reason.contains("ROLLBACK_SUCCESSFUL"), "{}", restart.reason);
}

#[test]
fn end_of_an_operation_is_its_last_line() {
    let run = run("restart-rolled-back");

    let last = run.logged.iter().rfind(|line| line.field("service") == Some("api")).unwrap();

    assert_eq!(last.operation_outcome(), Some("failed"), "{}", story(run));
}

#[test]
fn blue_green_restart_ends_after_the_bake_time() {
    let restart = operation("restart-blue-green");

    assert_eq!((restart.outcome.as_str(), restart.tasks_left), ("done", 0));
    assert!(restart.seconds > 300.0, "{}", restart.seconds);
    assert_eq!(restart.requests_failed, 0);
}
