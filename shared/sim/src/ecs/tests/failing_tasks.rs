//! Tasks that fail, and what the circuit breaker and the scheduler make of them.

use super::deployments::{force, service_deployments, shown_service, states};
use super::*;
use crate::scenario::{CircuitBreakerSpec, TaskFailure, ThresholdType};

fn breaker(rollback: bool) -> Option<CircuitBreakerSpec> {
    Some(CircuitBreakerSpec {
        rollback,
        threshold_type: ThresholdType::BoundedPercent,
        threshold: 50,
    })
}

// ECS developer guide, deployment-circuit-breaker: 3 failures at a desired count of 1, then the last COMPLETED deployment.
#[test]
fn circuit_breaker_rolls_back_a_deployment_whose_tasks_never_start() {
    let mut world = web(1);
    world.create_service(&ServiceSpec { circuit_breaker: breaker(true), ..service("api", 1) });
    let before = shown_service(&mut world)["deployments"][0]["id"].clone();
    world.fail_tasks("api", Some(TaskFailure::Start));

    force(&mut world);
    pass(&mut world, 200);

    let service = shown_service(&mut world);
    let latest = &service_deployments(&mut world)[0];
    assert_eq!(service["deployments"][0]["id"], before);
    assert_eq!(service["deployments"][0]["rolloutState"], "COMPLETED");
    let states: Vec<_> = states(&world).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["IN_PROGRESS", "FAILED", "IN_PROGRESS", "COMPLETED"]);
    assert_eq!(latest["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(latest["deploymentCircuitBreaker"]["status"], "TRIGGERED");
    assert_eq!(latest["deploymentCircuitBreaker"]["failureCount"], 3);
}

// The same page: without a rollback the deployment is stalled. The old tasks stay.
#[test]
fn circuit_breaker_without_rollback_leaves_the_deployment_failed() {
    let mut world = web(1);
    world.create_service(&ServiceSpec { circuit_breaker: breaker(false), ..service("api", 1) });
    world.fail_tasks("api", Some(TaskFailure::Start));

    force(&mut world);
    pass(&mut world, 600);

    let service = shown_service(&mut world);
    assert_eq!(service["deployments"][0]["rolloutState"], "FAILED");
    assert_eq!(
        (&service["runningCount"], &service["deployments"][1]["runningCount"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(said(&world, "deployment failed: tasks failed to start").len(), 1);
}

#[test]
fn circuit_breaker_counts_failed_health_checks_after_the_first_running_task() {
    let mut world = web(1);
    let spec = ServiceSpec {
        circuit_breaker: breaker(true),
        deregistration_delay: Some(Length::secs(5)),
        ..service("api", 1)
    };
    world.create_service(&spec);
    world.fail_tasks("api", Some(TaskFailure::HealthCheck));

    force(&mut world);
    pass(&mut world, 400);

    let failed = &service_deployments(&mut world)[0];
    assert_eq!(failed["status"], "ROLLBACK_SUCCESSFUL");
    let reason = "ECS deployment circuit breaker: tasks failed health checks.";
    assert_eq!(failed["rollback"]["reason"], reason);
    assert_eq!(said(&world, "is unhealthy in (target-group").len(), 3);
    assert!(tasks_of(&world, "api").iter().any(|task| {
        let stop = world.ecs.tasks[task].stop.clone();
        stop.is_some_and(|stop| stop.reason.starts_with("Task failed ELB health checks"))
    }));
}

// ECS developer guide, deployment-circuit-breaker: neither stage counts a task that runs and then exits.
#[test]
fn tasks_that_exit_after_their_start_never_trip_the_circuit_breaker() {
    let mut world = web(1);
    world.create_service(&ServiceSpec { circuit_breaker: breaker(true), ..service("api", 1) });
    world.fail_tasks("api", Some(TaskFailure::Exit));

    force(&mut world);
    pass(&mut world, 900);

    assert_eq!(states(&world), [(1, "IN_PROGRESS")]);
    assert!(tasks_of(&world, "api").len() > 10, "the scheduler goes on");
}

// ECS developer guide, service-throttle-logic: the delay grows, and the service says so.
#[test]
fn tasks_that_never_start_are_tried_again_after_growing_delays() {
    let mut world = web(1);
    world.create_service(&service("api", 1));
    world.fail_tasks("api", Some(TaskFailure::Start));

    let first = task_of(&world, "api");
    stop(&mut world, &first);
    pass(&mut world, 1000);

    let starts = said(&world, "has started 1 tasks");
    let gaps: Vec<_> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        gaps.windows(2).all(|pair| pair[1] + 5 >= pair[0]) && gaps[4] > 4 * gaps[0],
        "{gaps:?}"
    );
    assert_eq!(said(&world, "is unable to consistently start tasks successfully").len(), 1);
}

// ECS developer guide, ecs_services: a replacement starts first, if maximumPercent allows.
#[test]
fn unhealthy_task_stays_until_its_replacement_is_healthy() {
    let mut world = web(1);
    world.create_service(&service("api", 1));
    world.fail_tasks("api", Some(TaskFailure::HealthCheck));
    let first = task_of(&world, "api");
    stop(&mut world, &first);
    pass(&mut world, 60);
    world.fail_tasks("api", None);
    let failing = world.tasks_of_service("web", "api")[0].clone();

    pass(&mut world, 75);
    let during = world.tasks_of_service("web", "api");
    pass(&mut world, 60);

    assert_eq!((during.len(), during.contains(&failing)), (2, true));
    assert!(!world.tasks_of_service("web", "api").contains(&failing));
}
