//! ListServiceDeployments, DescribeServiceDeployments and DescribeServiceRevisions.

use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::ecs::circuit_breaker::threshold;
use crate::ecs::identifier::{ResourceType, relative, resource_arn};
use crate::ecs::service::Service;
use crate::ecs::service_deployment::{ServiceDeployment, ServiceDeploymentStatus};
use crate::ecs::shape::TimeFormat;
use crate::ecs::{Ecs, arn, service_shape};
use crate::world::World;

use super::input::EcsInput;
use super::{failure, in_part};

/// Most service deployments or revisions in one call (API reference, `serviceDeploymentArns`, `serviceRevisionArns`).
const DESCRIBED: usize = 20;
/// Service deployments on a page without `maxResults` (API reference, ListServiceDeployments).
const PAGE: i64 = 20;

/// The parameters of ListServiceDeployments.
pub(super) const LIST: &[&str] =
    &["cluster", "service", "status", "createdAt", "nextToken", "maxResults"];

const TIMES: TimeFormat = TimeFormat::Seconds;

/// Lists the service deployments of a service.
pub(super) fn list(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let arn = resource_arn(ResourceType::Service, &cluster, input.required("service")?)?;
    let missing = || ApiError::client("ServiceNotFoundException", "Service not found.");
    let service = world.ecs.services.get(&arn).ok_or_else(missing)?;
    let statuses = input.texts("status")?;
    let (after, before) = created_at(input)?;
    let is_asked = |record: &&ServiceDeployment| {
        let created = record.created_at.as_millisecond() as f64 / 1000.0;
        (statuses.is_empty() || statuses.contains(&record.status.name()))
            && after.is_none_or(|after| created >= after)
            && before.is_none_or(|before| created <= before)
    };
    let mut found: Vec<_> = service.records.iter().filter(is_asked).collect();
    found.sort_by(|one, other| one.arn.cmp(&other.arn));
    let (page, token) = input.page_of(found.iter().map(|record| &record.arn), PAGE)?;
    let on_page = |record: &&&ServiceDeployment| page.contains(&&record.arn);
    let briefs = found.iter().filter(on_page).map(|record| brief(service, record));
    Ok(json!({ "serviceDeployments": Value::from_iter(briefs), "nextToken": token }))
}

/// Reads the bounds of `createdAt`, in seconds.
fn created_at(input: &EcsInput) -> Result<(Option<f64>, Option<f64>), Refusal> {
    let Some(given) = input.structure("createdAt")? else { return Ok((None, None)) };
    let bound = |name: &str| given.get(name).and_then(Value::as_f64);
    Ok((bound("after"), bound("before")))
}

/// Describes service deployments. One that does not exist is MISSING.
pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in input.ids("serviceDeploymentArns", DESCRIBED)? {
        relative(arn, "service-deployment")?;
        match record(&world.ecs, |record| record.arn == arn) {
            Some((service, record)) => found.push(shape(service, record)),
            None => failures.push(failure(arn, "MISSING")),
        }
    }
    Ok(in_part("serviceDeployments", found, failures))
}

/// Describes service revisions. One that does not exist is MISSING.
pub(super) fn describe_revisions(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in input.ids("serviceRevisionArns", DESCRIBED)? {
        relative(arn, "service-revision")?;
        match record(&world.ecs, |record| record.target_revision == arn) {
            Some((service, record)) => found.push(revision(service, record)),
            None => failures.push(failure(arn, "MISSING")),
        }
    }
    Ok(in_part("serviceRevisions", found, failures))
}

/// Returns the record for which a condition holds, with its service.
fn record(
    ecs: &Ecs,
    holds: impl Fn(&ServiceDeployment) -> bool,
) -> Option<(&Service, &ServiceDeployment)> {
    let records = |service: &'_ Service| service.records.iter().position(&holds);
    let (service, at) = ecs.services.values().find_map(|it| Some((it, records(it)?)))?;
    Some((service, service.records.get(at)?))
}

fn brief(service: &Service, record: &ServiceDeployment) -> Value {
    json!({
        "serviceDeploymentArn": record.arn,
        "serviceArn": service.arn,
        "clusterArn": arn::ecs_arn("cluster", &service.cluster),
        "startedAt": TIMES.show(record.created_at),
        "createdAt": TIMES.show(record.created_at),
        "finishedAt": record.finished_at.map(|at| TIMES.show(at)),
        "targetServiceRevisionArn": record.target_revision,
        "status": record.status.name(),
        "statusReason": record.reason,
    })
}

fn shape(service: &Service, record: &ServiceDeployment) -> Value {
    let source = record.source_revisions.iter().map(|arn| json!({ "arn": arn }));
    let mut shape = brief(service, record);
    shape["updatedAt"] = TIMES.show(record.updated_at);
    shape["sourceServiceRevisions"] = Value::from_iter(source);
    shape["targetServiceRevision"] = json!({ "arn": record.target_revision });
    shape["deploymentConfiguration"] = service_shape::configuration(service);
    shape["deploymentCircuitBreaker"] = circuit_breaker(service, record);
    if let Some(stage) = record.stage {
        shape["lifecycleStage"] = json!(stage.name());
    }
    if let Some((reason, at, revision)) = &record.rollback {
        shape["rollback"] = json!({
            "reason": reason,
            "startedAt": TIMES.show(*at),
            "serviceRevisionArn": revision,
        });
    }
    if let Some(object) = shape.as_object_mut() {
        object.remove("targetServiceRevisionArn");
    }
    shape
}

/// Returns the circuit breaker of a service deployment (API reference, ServiceDeploymentCircuitBreaker).
fn circuit_breaker(service: &Service, record: &ServiceDeployment) -> Value {
    let Some(breaker) = &service.circuit_breaker else { return json!({ "status": "DISABLED" }) };
    let is_running = record.status == ServiceDeploymentStatus::InProgress;
    let status = match (record.tripped, is_running) {
        (true, _) => "TRIGGERED",
        (false, true) => "MONITORING",
        (false, false) => "MONITORING_COMPLETE",
    };
    let failures = if is_running { service.primary.failed_tasks } else { record.failures };
    json!({
        "status": status,
        "failureCount": failures,
        "threshold": threshold(breaker, service.desired),
    })
}

fn revision(service: &Service, record: &ServiceDeployment) -> Value {
    json!({
        "serviceRevisionArn": record.target_revision,
        "serviceArn": service.arn,
        "clusterArn": arn::ecs_arn("cluster", &service.cluster),
        "taskDefinition": record.task_definition,
        "launchType": "EC2",
        "createdAt": TIMES.show(record.created_at),
    })
}
