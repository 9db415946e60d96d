//! The records of a service's deployments as its rollout goes on.

use jiff::Timestamp;

use crate::world::World;

use super::deployment::EcsDeployment;
use super::service_deployment::{LifecycleStage, ServiceDeployment, ServiceDeploymentStatus};

/// Digits of the id of a service deployment or a service revision.
const DIGITS: usize = 20;

/// Records the deployment that has become PRIMARY. "A new service deployment" stops the one that runs (API reference,
/// ServiceDeployment).
pub(super) fn begin(world: &mut World, service: &str, stage: Option<LifecycleStage>) {
    let now = world.now();
    let Some(found) = world.ecs.services.get(service) else { return };
    let mut record =
        new_record(world, &found.cluster.clone(), &found.name.clone(), &found.primary.clone());
    record.stage = stage;
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    record.source_revisions =
        found.records.first().map(|last| last.target_revision.clone()).into_iter().collect();
    for open in found.records.iter_mut().filter(|record| record.is_open()) {
        open.finish(ServiceDeploymentStatus::Stopped, now);
    }
    found.records.insert(0, record);
}

/// Returns the record of a deployment that begins.
pub(super) fn new_record(
    world: &mut World,
    cluster: &str,
    service: &str,
    deployment: &EcsDeployment,
) -> ServiceDeployment {
    let stream = format!("service deployment/{cluster}/{service}");
    let (id, revision) = (world.random.hex(&stream, DIGITS), world.random.hex(&stream, DIGITS));
    let arn = |what: &str, id: &str| ServiceDeployment::arn_of(what, cluster, service, id);
    ServiceDeployment {
        arn: arn("service-deployment", &id),
        target_revision: arn("service-revision", &revision),
        source_revisions: Vec::new(),
        deployment: deployment.id.clone(),
        task_definition: deployment.revision.arn(),
        created_at: deployment.created_at,
        finished_at: None,
        updated_at: deployment.created_at,
        status: ServiceDeploymentStatus::InProgress,
        reason: deployment.reason.clone(),
        stage: None,
        tripped: false,
        failures: 0,
        rollback: None,
    }
}

/// Records that the rollout of the PRIMARY deployment is COMPLETED. After a rollback, the record of the failed deployment
/// ends.
pub(super) fn complete(world: &mut World, service: &str) {
    let now = world.now();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let reason = found.primary.reason.clone();
    for open in found.records.iter_mut().filter(|record| record.is_open()) {
        let status = match open.rollback {
            Some(_) => ServiceDeploymentStatus::RollbackSuccessful,
            None => ServiceDeploymentStatus::Successful,
        };
        open.finish(status, now);
        open.reason.clone_from(&reason);
    }
}

/// Records that the circuit breaker failed the latest deployment. `back_to` is the deployment to which ECS rolls back.
pub(super) fn fail(world: &mut World, service: &str, reason: &str, back_to: Option<&str>) {
    let now = world.now();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let failures = found.records.first().map_or(0, |latest| failures_of(found, &latest.deployment));
    let revision = back_to.and_then(|id| {
        let earlier = found.records.iter().find(|record| record.deployment == id);
        earlier.map(|record| record.target_revision.clone())
    });
    let Some(latest) = found.records.first_mut().filter(|record| record.is_open()) else { return };
    (latest.tripped, latest.failures) = (true, failures);
    reason.clone_into(&mut latest.reason);
    match revision {
        Some(revision) => begin_rollback(latest, reason, revision, now),
        None => latest.finish(ServiceDeploymentStatus::Stopped, now),
    }
}

/// Returns the number of failed tasks of a deployment of a service.
fn failures_of(service: &super::service::Service, id: &str) -> usize {
    let all = std::iter::once(&service.primary).chain(&service.earlier);
    let mut of_this = all.filter(|deployment| deployment.id == id);
    of_this.next().map_or(0, |deployment| deployment.failed_tasks)
}

fn begin_rollback(record: &mut ServiceDeployment, reason: &str, to: String, at: Timestamp) {
    (record.status, record.updated_at) = (ServiceDeploymentStatus::RollbackInProgress, at);
    record.rollback = Some((reason.to_owned(), at, to));
}

/// Records the stage of the latest blue/green deployment.
pub(super) fn enter_stage(world: &mut World, service: &str, stage: LifecycleStage) {
    let now = world.now();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    if let Some(latest) = found.records.first_mut().filter(|record| record.is_open()) {
        (latest.stage, latest.updated_at) = (Some(stage), now);
    }
}
