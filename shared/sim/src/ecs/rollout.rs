//! The rollout of a deployment: its beginning and its end, with the events of both.
//!
//! A deployment that its circuit breaker fails is rolled back to "the most recent deployment that's in a COMPLETED
//! state". Without one, or without `rollback`, ECS starts no new task, "and the deployment is stalled" (ECS developer
//! guide, deployment-circuit-breaker).

use std::time::Duration;

use crate::history::Fact;
use crate::world::World;

use super::deployment::{EcsDeployment, RolloutState};
use super::service::Service;
use super::service_deployment::LifecycleStage;
use super::service_event::add_service_event;
use super::task_definition::Revision;
use super::{Ecs, bus, deployment_log, pass};

impl Ecs {
    /// Returns the earlier deployments that are ACTIVE, the newest first. ECS lists an earlier deployment while it has
    /// tasks. AWS does not document if tasks that are being stopped count: here they do not, because
    /// `runningCount` of a service does not count them either (reproio/ecs_deploy#50).
    pub(super) fn active_deployments<'a>(
        &'a self,
        service: &'a Service,
    ) -> impl Iterator<Item = &'a EcsDeployment> {
        let has_tasks = |deployment: &&EcsDeployment| {
            let mut tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
            tasks.any(|task| deployment.has(task) && !task.stop_desired)
        };
        service.earlier.iter().filter(has_tasks)
    }
}

/// Draws the id of a service's next deployment.
pub(super) fn draw_id(world: &mut World, cluster: &str, name: &str) -> String {
    let rng = world.random.stream(&format!("deployment/{cluster}/{name}"));
    format!("ecs-svc/{}", rng.u64(1_000_000_000_000_000_000..9_000_000_000_000_000_000))
}

/// Begins a deployment of a service. The deployment before it is no longer PRIMARY.
pub(super) fn begin(world: &mut World, service: &str, revision: Revision) {
    let now = world.now();
    let Some(found) = world.ecs.services.get(service) else { return };
    let (cluster, name) = (found.cluster.clone(), found.name.clone());
    let id = draw_id(world, &cluster, &name);
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let next = EcsDeployment::begun(id, revision, now);
    let last = std::mem::replace(&mut found.primary, next);
    found.earlier.insert(0, last);
    (found.steady, found.start_failures, found.starts_from) = (false, 0, Duration::ZERO);
    let stage = found.bake_time.map(|_| LifecycleStage::ScaleUp);
    found.primary.keeps_earlier = stage.is_some();
    deployment_log::begin(world, service, stage);
    announce(world, service);
}

/// Ends the rollout of the PRIMARY deployment, because its service is steady.
pub(super) fn complete(world: &mut World, service: &str) {
    let now = world.now();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    if found.primary.rollout != RolloutState::InProgress {
        return;
    }
    found.primary.complete(now);
    deployment_log::complete(world, service);
    let Some(found) = world.ecs.services.get(service) else { return };
    let words = format!("(deployment {}) deployment completed.", found.primary.id);
    add_service_event(world, service, &words);
    announce(world, service);
}

/// Fails the PRIMARY deployment, because its circuit breaker tripped.
pub(super) fn fail(world: &mut World, service: &str) {
    let now = world.now();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let has_run = found.primary.has_run;
    let why = if has_run { "tasks failed health checks" } else { "tasks failed to start" };
    let reason = format!("ECS deployment circuit breaker: {why}.");
    found.primary.fail(now, &reason);
    let words = format!("(deployment {}) deployment failed: {why}.", found.primary.id);
    let rolls_back = found.circuit_breaker.is_some_and(|breaker| breaker.rollback);
    let completed = |deployment: &EcsDeployment| deployment.rollout == RolloutState::Completed;
    let target = found.earlier.iter().position(completed).filter(|_| rolls_back);
    let back_to = target.and_then(|at| found.earlier.get(at)).map(|it| it.id.clone());
    add_service_event(world, service, &words);
    announce(world, service);
    deployment_log::fail(world, service, &reason, back_to.as_deref());
    if let Some(at) = target {
        roll_back(world, service, at);
    }
}

/// Makes an earlier deployment PRIMARY again, given by its place among the earlier ones.
fn roll_back(world: &mut World, service: &str, at: usize) {
    let now = world.now();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let mut back = found.earlier.remove(at);
    back.roll_back(now);
    let words = format!("rolling back to deployment {}.", back.id);
    let failed = std::mem::replace(&mut found.primary, back);
    found.earlier.insert(0, failed);
    (found.start_failures, found.starts_from) = (0, Duration::ZERO);
    add_service_event(world, service, &words);
    announce(world, service);
    pass::soon(world, service);
}

/// Publishes the state of the PRIMARY deployment, and writes it down.
fn announce(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let primary = found.primary.clone();
    world.note(Fact::Deployment {
        service: service.to_owned(),
        deployment: primary.id.clone(),
        state: primary.rollout.name(),
        because: primary.reason.clone(),
    });
    let (kind, name) = primary.rollout.event();
    bus::deployment_changed(world, service, kind, name, &primary);
}
