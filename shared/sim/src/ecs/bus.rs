//! ECS's events on the bus: task, container-instance and service events, shaped as the samples of the ECS developer
//! guide (ecs_cwe_events).

use serde_json::{Value, json};

use crate::eventbridge::BusEvent;
use crate::world::World;

use super::arn;
use super::container_instance::ContainerInstance;
use super::deployment::EcsDeployment;
use super::shape::{self, TimeFormat};
use super::task::Task;

/// Publishes a change of a task's `lastStatus` or `desiredStatus`.
pub(super) fn task_changed(world: &mut World, task: &str) {
    if let Some(event) = world.ecs.tasks.get(task).map(|task| task_event(world, task)) {
        world.publish(event);
    }
}

pub(super) fn task_event(world: &World, task: &Task) -> BusEvent {
    let mut detail = shape::task(&world.ecs, task, TimeFormat::Text, false);
    detail["updatedAt"] = TimeFormat::Text.show(world.now());
    BusEvent {
        source: "aws.ecs",
        detail_type: "ECS Task State Change",
        resources: vec![task.arn.clone()],
        detail,
        about: format!("task {} {}", arn::id(&task.arn), task.last_status.name()),
    }
}

/// Publishes a change of a container instance: its status, its agent's connection, its attributes, or its tasks. "ECS
/// Container Instance State Change" is sent when tasks take or free resources (ECS developer guide,
/// ecs_container_instance_events).
pub(super) fn container_instance_changed(world: &mut World, instance: &str) {
    let instance = world.ecs.container_instances.get(instance);
    if let Some(event) = instance.map(|instance| container_instance_event(world, instance)) {
        world.publish(event);
    }
}

pub(super) fn container_instance_event(world: &World, instance: &ContainerInstance) -> BusEvent {
    let mut detail = shape::container_instance(&world.ecs, instance, TimeFormat::Text, false);
    detail["clusterArn"] = json!(arn::ecs_arn("cluster", &instance.cluster));
    detail["updatedAt"] = TimeFormat::Text.show(world.now());
    BusEvent {
        source: "aws.ecs",
        detail_type: "ECS Container Instance State Change",
        resources: vec![instance.arn.clone()],
        detail,
        about: format!("{} {}", instance.ec2_instance, instance.status.name()),
    }
}

/// Publishes a service action of the scheduler.
pub(super) fn service_action(world: &mut World, service: &str, kind: &str, name: &'static str) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let mut detail = json!({
        "eventType": kind,
        "eventName": name,
        "clusterArn": arn::ecs_arn("cluster", &found.cluster),
        "createdAt": TimeFormat::Text.show(world.now()),
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

/// Publishes the rollout state of a deployment. The detail has no cluster: the ARN of the service is in `resources`
/// (ECS developer guide, ecs_service_deployment_events).
pub(super) fn deployment_changed(
    world: &mut World,
    service: &str,
    kind: &str,
    name: &'static str,
    deployment: &EcsDeployment,
) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let about = format!("service {} {name}", found.name);
    let detail = json!({
        "eventType": kind,
        "eventName": name,
        "deploymentId": deployment.id,
        "updatedAt": TimeFormat::Text.show(deployment.updated_at),
        "reason": deployment.reason,
    });
    world.publish(BusEvent {
        source: "aws.ecs",
        detail_type: "ECS Deployment State Change",
        resources: vec![service.to_owned()],
        detail,
        about,
    });
}
