//! Services in AWS's JSON, with their deployments or task sets.

use serde_json::{Value, json};

use crate::scenario::ThresholdType;

use super::deployment::EcsDeployment;
use super::service::Service;
use super::shape::TimeFormat;
use super::target::CONTAINER;
use super::task::{LastStatus, Task};
use super::{Ecs, arn};

/// Format of all times here.
const TIMES: TimeFormat = TimeFormat::Seconds;

/// Returns a service with its deployments and its latest events, and with its tags only if the caller asks for tags.
pub(super) fn service(ecs: &Ecs, service: &Service, tags: bool) -> Value {
    let (running, pending) = counts(tasks_of(ecs, service));
    let events = service.events.iter().map(|event| {
        json!({ "id": event.id, "createdAt": TIMES.show(event.at), "message": event.message })
    });
    let mut shape = json!({
        "clusterArn": arn::ecs_arn("cluster", &service.cluster),
        "createdAt": TIMES.show(service.created_at),
        "deploymentConfiguration": configuration(service),
        "deploymentController": { "type": service.controller.name() },
        "deployments": deployments(ecs, service),
        "desiredCount": desired(ecs, service),
        "events": Value::from_iter(events),
        "launchType": "EC2",
        "healthCheckGracePeriodSeconds": service.health_check_grace.as_secs(),
        "loadBalancers": load_balancers(ecs, service),
        "pendingCount": pending,
        "runningCount": running,
        "schedulingStrategy": service.strategy(),
        "serviceArn": service.arn,
        "serviceName": service.name,
        "status": service.status.name(),
        "taskDefinition": service.primary.revision.arn(),
    });
    if !service.controller.is_ecs() {
        shape["taskSets"] = json!([task_set(ecs, service)]);
    }
    if let Some(latest) = service.records.first() {
        let current = latest.is_open().then_some(&latest.arn);
        shape["currentServiceDeployment"] = json!(current);
        shape["currentServiceRevisions"] = json!([{
            "arn": latest.target_revision,
            "requestedTaskCount": desired(ecs, service),
            "runningTaskCount": running,
            "pendingTaskCount": pending,
        }]);
    }
    if tags {
        let tags = service.tags.iter().map(|(key, value)| json!({ "key": key, "value": value }));
        shape["tags"] = Value::from_iter(tags);
    }
    shape
}

fn tasks_of<'a>(ecs: &'a Ecs, service: &'a Service) -> impl Iterator<Item = &'a Task> {
    service.live.iter().filter_map(|task| ecs.tasks.get(task))
}

/// Counts the tasks "in the RUNNING state" and "in the PENDING state" (API reference, Service).
fn counts<'a>(tasks: impl Iterator<Item = &'a Task>) -> (usize, usize) {
    tasks.fold((0, 0), |(running, pending), task| {
        let running = running + usize::from(task.last_status == LastStatus::Running);
        (running, pending + usize::from(task.counts_as_pending()))
    })
}

/// Returns the deployments, the PRIMARY one first. The list is "used only when a service uses the ECS deployment
/// controller" (API reference, Deployment).
fn deployments(ecs: &Ecs, service: &Service) -> Value {
    if !service.controller.is_ecs() {
        return json!([]);
    }
    let primary = deployment(ecs, service, &service.primary, desired(ecs, service));
    let earlier = ecs.active_deployments(service).map(|earlier| {
        let tasks = tasks_of(ecs, service).filter(|task| earlier.has(task) && !task.stop_desired);
        deployment(ecs, service, earlier, tasks.count())
    });
    Value::from_iter(std::iter::once(primary).chain(earlier))
}

/// Returns a deployment. The rollout state "is only returned for services that use the rolling update" (API reference,
/// Deployment, `rolloutState`).
fn deployment(ecs: &Ecs, service: &Service, one: &EcsDeployment, desired: usize) -> Value {
    let (running, pending) = counts(tasks_of(ecs, service).filter(|task| one.has(task)));
    let is_primary = one.id == service.primary.id;
    let mut shape = json!({
        "id": one.id,
        "status": if is_primary { "PRIMARY" } else { "ACTIVE" },
        "taskDefinition": one.revision.arn(),
        "desiredCount": desired,
        "runningCount": running,
        "pendingCount": pending,
        "failedTasks": one.failed_tasks,
        "createdAt": TIMES.show(one.created_at),
        "updatedAt": TIMES.show(one.updated_at),
        "launchType": "EC2",
    });
    if service.bake_time.is_none() {
        shape["rolloutState"] = json!(one.rollout.name());
        shape["rolloutStateReason"] = json!(one.reason);
    }
    shape
}

/// Returns the PRIMARY task set of a service whose deployments another controller makes. Its desired count is that of
/// the service "multiplied by the task set's scale percentage", rounded up (API reference, TaskSet).
fn task_set(ecs: &Ecs, service: &Service) -> Value {
    let (running, pending) = counts(tasks_of(ecs, service));
    let set = &service.primary;
    let id = &set.id;
    json!({
        "id": id,
        "taskSetArn": arn::within("task-set", &service.cluster, &format!("{}/{id}", service.name)),
        "clusterArn": arn::ecs_arn("cluster", &service.cluster),
        "serviceArn": service.arn,
        "status": "PRIMARY",
        "taskDefinition": set.revision.arn(),
        "computedDesiredCount": service.desired,
        "runningCount": running,
        "pendingCount": pending,
        "createdAt": TIMES.show(set.created_at),
        "updatedAt": TIMES.show(set.updated_at),
        "launchType": "EC2",
        "loadBalancers": load_balancers(ecs, service),
        "scale": { "value": 100.0, "unit": "PERCENT" },
        "stabilityStatus": if service.steady { "STEADY_STATE" } else { "STABILIZING" },
        "stabilityStatusAt": TIMES.show(set.updated_at),
    })
}

/// Returns the desired count. For a daemon service it is the number of instances that can have its task.
fn desired(ecs: &Ecs, service: &Service) -> usize {
    match service.strategy() {
        "DAEMON" => ecs.instances_of(&service.cluster).filter(|i| i.takes_service_tasks()).count(),
        _ => service.desired,
    }
}

/// Returns the load balancer of a service: its target group, with the container that gets the requests.
fn load_balancers(ecs: &Ecs, service: &Service) -> Value {
    let definition = ecs.task_definitions.get(&service.primary.revision);
    let container = definition.and_then(|definition| definition.containers.get(CONTAINER));
    let name = container.map_or("app", |container| container.name.as_str());
    let target_groups = service
        .target_group()
        .into_iter()
        .map(|arn| json!({ "targetGroupArn": arn, "containerName": name, "containerPort": 80 }));
    Value::from_iter(target_groups)
}

/// Returns the deployment configuration of a service, or of one of its deployments.
pub(super) fn configuration(service: &Service) -> Value {
    let mut shape = json!({
        "maximumPercent": service.maximum_percent,
        "minimumHealthyPercent": service.minimum_healthy_percent,
        "strategy": if service.bake_time.is_some() { "BLUE_GREEN" } else { "ROLLING" },
    });
    if let Some(breaker) = &service.circuit_breaker {
        shape["deploymentCircuitBreaker"] = json!({
            "enable": true,
            "rollback": breaker.rollback,
            "thresholdConfiguration": {
                "type": threshold_type(breaker.threshold_type),
                "value": breaker.threshold,
            },
        });
    }
    if let Some(length) = service.bake_time {
        shape["bakeTimeInMinutes"] = json!(length.as_secs() / 60);
    }
    shape
}

fn threshold_type(of: ThresholdType) -> &'static str {
    match of {
        ThresholdType::BoundedPercent => "BOUNDED_PERCENT",
        ThresholdType::UnboundedPercent => "UNBOUNDED_PERCENT",
        ThresholdType::Count => "COUNT",
    }
}
