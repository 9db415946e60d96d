//! The verdict of the health checks on a task of a service: those of its load balancer, or else those of its container.
//!
//! The grace period of a service ignores both kinds (API reference, Service, `healthCheckGracePeriodSeconds`).

use std::ops::Range;
use std::time::Duration;

use crate::scenario::TaskFailure;
use crate::world::{World, WorldEvent};

use super::service::Service;
use super::service_event::add_service_event;
use super::task::LastStatus;
use super::{EcsEvent, circuit_breaker, pass, target, task_status};

/// Time after which a load balancer finds a new target unhealthy. Two checks in a row fail, 30 s apart, the second
/// within 5 s (ELB API reference, CreateTargetGroup: the defaults).
const TARGET: Range<Duration> = Duration::from_secs(30)..Duration::from_secs(65);
/// Time after which a container is unhealthy. Three checks in a row fail, 30 s apart (API reference, HealthCheck: the
/// defaults).
const CONTAINER: Range<Duration> = Duration::from_secs(90)..Duration::from_secs(95);

/// Plans the verdict on a task that is RUNNING now.
pub(super) fn begins(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let fails = task.failure == Some(TaskFailure::HealthCheck);
    let service = task.service.as_ref().and_then(|service| world.ecs.services.get(service));
    let Some(service) = service else { return };
    let (range, event) = if fails {
        (failing_range(service), EcsEvent::Unhealthy { task: arn.to_owned() })
    } else {
        (service.healthy_after.0.clone(), EcsEvent::Healthy { task: arn.to_owned() })
    };
    let delay = world.random.length(&format!("task/{arn}"), &range);
    world.after(delay, WorldEvent::Ecs(event));
}

fn failing_range(service: &Service) -> Range<Duration> {
    let range = if service.deregistration_delay.is_some() { TARGET } else { CONTAINER };
    let grace = service.health_check_grace;
    range.start + grace..range.end + grace
}

/// Makes a task of a service healthy.
pub(super) fn healthy(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|t| t.truth == LastStatus::Running) else {
        return;
    };
    task.healthy = true;
    let (service, is_stopping) = (task.service.clone(), task.stop_desired);
    target::healthy(world, arn);
    if !is_stopping {
        task_status::note_health(world, arn, true);
    }
    if let Some(service) = service {
        circuit_breaker::healthy(world, &service, arn);
        pass::soon(world, &service);
    }
}

/// Marks a task that failed its health checks. The scheduler replaces it.
pub(super) fn unhealthy(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|t| t.truth == LastStatus::Running) else {
        return;
    };
    if task.stop_desired {
        return;
    }
    task.failed = true;
    let Some(service) = task.service.clone() else { return };
    task_status::note_health(world, arn, false);
    say_unhealthy(world, &service, arn);
    circuit_breaker::failed_health_checks(world, &service, arn);
    pass::soon(world, &service);
}

/// Adds the service event about an unhealthy target (ECS developer guide, service-event-messages-list).
fn say_unhealthy(world: &mut World, service: &str, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let Some(group) = world.ecs.services.get(service).and_then(Service::target_group) else {
        return;
    };
    let (instance, port) = (&task.ec2_instance, task.host_port.unwrap_or_default());
    let words = format!(
        "(instance {instance}) (port {port}) is unhealthy in (target-group {group}) due to (reason Health checks failed)"
    );
    add_service_event(world, service, &words);
}
