//! What ECS puts on the event bus: task, container-instance and service events, shaped as the samples of the ECS
//! developer guide (ecs_cwe_events).

use serde_json::{Value, json};

use crate::eventbridge::BusEvent;
use crate::world::World;

use super::arn;
use super::shape::{self, Clock};

/// A task's `lastStatus` or `desiredStatus` changed.
pub(super) fn task_changed(world: &mut World, task: &str) {
    let Some(found) = world.ecs.tasks.get(task) else { return };
    let mut detail = shape::task(&world.ecs, found, Clock::Text, false);
    detail["updatedAt"] = Clock::Text.show(world.now());
    world.publish(BusEvent {
        source: "aws.ecs",
        detail_type: "ECS Task State Change",
        resources: vec![task.to_owned()],
        detail,
        about: format!("task {} {}", arn::id(task), found.last_status.name()),
    });
}

/// A container instance changed: its status, its agent's connection, its attributes, or its tasks ("ECS Container
/// Instance State Change" is sent when tasks take or free resources: ECS developer guide,
/// ecs_container_instance_events).
pub(super) fn container_instance_changed(world: &mut World, instance: &str) {
    let Some(found) = world.ecs.container_instances.get(instance) else { return };
    let mut detail = shape::container_instance(&world.ecs, found, Clock::Text, false);
    detail["clusterArn"] = json!(arn::of("cluster", &found.cluster));
    detail["updatedAt"] = Clock::Text.show(world.now());
    world.publish(BusEvent {
        source: "aws.ecs",
        detail_type: "ECS Container Instance State Change",
        resources: vec![instance.to_owned()],
        detail,
        about: format!("{} {}", found.ec2_instance, found.status.name()),
    });
}

/// The scheduler says something of a service.
pub(super) fn service_action(world: &mut World, service: &str, kind: &str, name: &'static str) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let mut detail = json!({
        "eventType": kind,
        "eventName": name,
        "clusterArn": arn::of("cluster", &found.cluster),
        "createdAt": Clock::Text.show(world.now()),
    });
    if kind == "ERROR" {
        let instances = world.ecs.instances_of(&found.cluster);
        let arns = instances.filter(|i| i.takes_tasks()).map(|i| i.arn.clone());
        detail["containerInstanceArns"] = Value::from_iter(arns);
        detail["reason"] = json!("RESOURCE:MEMORY");
    }
    world.publish(BusEvent {
        source: "aws.ecs",
        detail_type: "ECS Service Action",
        resources: vec![service.to_owned()],
        detail,
        about: format!("service {} {name}", found.name),
    });
}
