//! Changes of a service: its desired count, its bounds and its deployments.

use std::time::Duration;

use crate::history::{Caller, Fact};
use crate::scenario::{CircuitBreakerSpec, TaskFailure};
use crate::world::World;

use super::deployment::RolloutState;
use super::service::ServiceStatus;
use super::task::LastStatus;
use super::task_definition::Revision;
use super::{arn, bus, pass, rollout};

/// Change of a service. None leaves a value unchanged.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceChange {
    pub desired: Option<usize>,
    pub minimum_healthy_percent: Option<u32>,
    pub maximum_percent: Option<u32>,
    /// The deployment circuit breaker; inner none disables it.
    pub circuit_breaker: Option<Option<CircuitBreakerSpec>>,
    pub health_check_grace: Option<Duration>,
    /// The task definition of a new deployment.
    pub deployment: Option<Revision>,
}

impl World {
    /// Returns the ARNs of a service's tasks that are not being stopped.
    pub(crate) fn tasks_of_service(&self, cluster: &str, service: &str) -> Vec<String> {
        let service = self.ecs.services.get(&arn::within("service", cluster, service));
        let live = service.into_iter().flat_map(|service| &service.live);
        let tasks = live.filter_map(|task| self.ecs.tasks.get(task));
        tasks.filter(|task| !task.stop_desired).map(|task| task.arn.clone()).collect()
    }

    /// Deletes a service and stops its tasks, as DeleteService does with `force`.
    pub(crate) fn delete_service(&mut self, cluster: &str, service: &str) {
        let service = arn::within("service", cluster, service);
        let Some(found) = self.ecs.services.get_mut(&service) else { return };
        found.status = ServiceStatus::Draining;
        let change = ServiceChange { desired: Some(0), ..ServiceChange::default() };
        apply(self, &service, change, &Caller::Other("operator".to_owned()));
    }

    /// Makes the tasks of a family that start from now on fail, or succeed.
    pub(crate) fn fail_tasks(&mut self, family: &str, failure: Option<TaskFailure>) {
        self.ecs.failing.insert(family.to_owned(), failure);
    }

    /// Returns the desired count of a service, given by its ARN, if it is ACTIVE.
    pub(crate) fn active_desired_count(&self, service: &str) -> Option<usize> {
        let found = self.ecs.services.get(service);
        let active = found.filter(|found| found.status == ServiceStatus::Active);
        active.map(|found| found.desired)
    }

    /// Returns the number of RUNNING tasks of a service, given by its ARN.
    pub(crate) fn running_count(&self, service: &str) -> usize {
        let live = self.ecs.services.get(service).map(|found| &found.live);
        let tasks = live.into_iter().flatten().filter_map(|task| self.ecs.tasks.get(task));
        tasks.filter(|task| task.last_status == LastStatus::Running).count()
    }

    /// Returns true if a deployment of a service, given by its ARN, is in progress.
    pub(crate) fn is_deploying(&self, service: &str) -> bool {
        let found = self.ecs.services.get(service);
        found.is_some_and(|found| found.primary.rollout == RolloutState::InProgress)
    }

    /// Sets the desired count of a service, given by its ARN, for another part of AWS. ECS sends
    /// SERVICE_DESIRED_COUNT_UPDATED then, but "not when the desired count is manually updated by a user" (ECS
    /// developer guide, ecs_service_events).
    pub(crate) fn scale_service(&mut self, service: &str, desired: usize, by: &Caller) {
        let change = ServiceChange { desired: Some(desired), ..ServiceChange::default() };
        apply(self, service, change, by);
        bus::service_action(self, service, "INFO", "SERVICE_DESIRED_COUNT_UPDATED");
    }
}

/// Changes a service. The scheduler's next pass carries the change out.
pub(super) fn apply(world: &mut World, service: &str, change: ServiceChange, by: &Caller) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let (least, most) = (found.minimum_healthy_percent, found.maximum_percent);
    found.minimum_healthy_percent = change.minimum_healthy_percent.unwrap_or(least);
    found.maximum_percent = change.maximum_percent.unwrap_or(most);
    found.circuit_breaker = change.circuit_breaker.unwrap_or(found.circuit_breaker);
    found.health_check_grace = change.health_check_grace.unwrap_or(found.health_check_grace);
    if let Some(desired) = change.desired.filter(|desired| *desired != found.desired) {
        (found.desired, found.steady) = (desired, false);
        let (service, by) = (service.to_owned(), by.clone());
        world.note(Fact::DesiredCount { service, desired, by });
    }
    if let Some(revision) = change.deployment {
        rollout::begin(world, service, revision);
    }
    pass::soon(world, service);
}
