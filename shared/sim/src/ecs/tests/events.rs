//! Events of ECS on the event bus.

use super::*;
use crate::ecs::bus;

/// Asserts that a detail has every field of the sample, with the sample's type.
fn has_the_fields_of(detail: &Value, sample: &[&str]) {
    for field in sample {
        assert!(detail.get(field).is_some(), "{field} is missing in {detail}");
    }
}

// ECS developer guide, ecs_task_events (sample).
#[test]
fn a_task_event_has_the_fields_of_the_sample() {
    let mut world = web(1);
    world.start_task(&standalone("batch"), "i-1");
    let arn = task_of(&world, "batch");

    let event = bus::task_event(&world, &world.ecs.tasks[&arn]);

    has_the_fields_of(
        &event.detail,
        &[
            "attachments",
            "attributes",
            "availabilityZone",
            "clusterArn",
            "connectivity",
            "connectivityAt",
            "containerInstanceArn",
            "containers",
            "cpu",
            "createdAt",
            "desiredStatus",
            "enableExecuteCommand",
            "group",
            "launchType",
            "lastStatus",
            "memory",
            "overrides",
            "startedAt",
            "taskArn",
            "taskDefinitionArn",
            "updatedAt",
            "version",
        ],
    );
    assert_eq!(event.detail["updatedAt"], "2026-03-02T09:00:00.000Z");
    assert_eq!(event.resources, [arn]);
}

// ECS developer guide, ecs_container_instance_events (sample).
#[test]
fn a_container_instance_event_has_the_fields_of_the_sample() {
    let mut world = web(1);
    world.start_task(&standalone("batch"), "i-1");
    let arn = on(&world, "i-1");

    let event = bus::container_instance_event(&world, &world.ecs.container_instances[&arn]);

    has_the_fields_of(
        &event.detail,
        &[
            "agentConnected",
            "attributes",
            "clusterArn",
            "containerInstanceArn",
            "ec2InstanceId",
            "registeredResources",
            "remainingResources",
            "status",
            "version",
            "versionInfo",
            "updatedAt",
            "registeredAt",
            "runningTasksCount",
            "pendingTasksCount",
        ],
    );
    assert_eq!(event.detail["runningTasksCount"], 1);
}

// ECS developer guide, ecs_cwe_events: "Each time a resource changes state, this version is incremented".
#[test]
fn a_version_counts_every_change() {
    let mut world = web(1);
    world.start_task(&standalone("batch"), "i-1");
    let (arn, instance) = (task_of(&world, "batch"), on(&world, "i-1"));
    let before = world.ecs.container_instances[&instance].version;

    drain(&mut world, "i-1");
    stop(&mut world, &arn);
    pass(&mut world, 60);

    // desiredStatus, STOPPING, DEPROVISIONING, STOPPED.
    assert_eq!(world.ecs.tasks[&arn].version, 1 + 4);
    // DRAINING, and the task's resources are free again.
    assert_eq!(world.ecs.container_instances[&instance].version, before + 2);
}
