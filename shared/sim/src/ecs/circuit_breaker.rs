//! The deployment circuit breaker: counts the failed tasks of a deployment, and fails the deployment at its threshold.
//!
//! Before the first RUNNING task of a deployment, tasks that never reach RUNNING count. Afterwards, failed health checks
//! count. A task that runs and then exits counts in neither stage (ECS developer guide, deployment-circuit-breaker).

use crate::scenario::{CircuitBreakerSpec, ThresholdType};
use crate::world::World;

use super::deployment::RolloutState;
use super::rollout;
use super::service::Service;

/// Least and greatest threshold that follows from a percentage (ECS developer guide, deployment-circuit-breaker: "the
/// minimum and maximum threshold values are 3 and 200").
const BOUNDS: (usize, usize) = (3, 200);

/// Returns the number of failed tasks at which a circuit breaker fails a deployment. A percentage of the desired count
/// is rounded up. AWS does not document the rounding of `UNBOUNDED_PERCENT`.
pub(super) fn threshold(breaker: &CircuitBreakerSpec, desired: usize) -> usize {
    let percentage = (desired * breaker.threshold).div_ceil(100);
    match breaker.threshold_type {
        ThresholdType::BoundedPercent => percentage.clamp(BOUNDS.0, BOUNDS.1),
        ThresholdType::UnboundedPercent => percentage.max(1),
        ThresholdType::Count => breaker.threshold.max(1),
    }
}

/// Counts a task that stopped before it was RUNNING.
pub(super) fn failed_to_start(world: &mut World, service: &str, task: &str) {
    count(world, service, task, |has_run| !has_run);
}

/// Counts a task that failed its health checks.
pub(super) fn failed_health_checks(world: &mut World, service: &str, task: &str) {
    count(world, service, task, |has_run| has_run);
}

/// Counts a failure of the PRIMARY deployment in progress, if the stage of the deployment counts such failures.
fn count(world: &mut World, service: &str, task: &str, counts: impl Fn(bool) -> bool) {
    let task = world.ecs.tasks.get(task);
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let primary = &mut found.primary;
    let is_its_own = task.is_some_and(|task| primary.has(task));
    if !is_its_own || primary.rollout != RolloutState::InProgress || !counts(primary.has_run) {
        return;
    }
    primary.failed_tasks += 1;
    if is_tripped(found) {
        rollout::fail(world, service);
    }
}

fn is_tripped(service: &Service) -> bool {
    let breaker = service.circuit_breaker.as_ref();
    breaker
        .is_some_and(|breaker| service.primary.failed_tasks >= threshold(breaker, service.desired))
}

/// Resets the count after a task of the deployment became healthy (API reference, DeploymentCircuitBreaker,
/// `resetOnHealthyTask`: true by default).
pub(super) fn healthy(world: &mut World, service: &str, task: &str) {
    let task = world.ecs.tasks.get(task);
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    if task.is_some_and(|task| found.primary.has(task)) {
        found.primary.failed_tasks = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(desired: usize) -> usize {
        let breaker = CircuitBreakerSpec {
            rollback: true,
            threshold_type: ThresholdType::BoundedPercent,
            threshold: 50,
        };
        threshold(&breaker, desired)
    }

    // ECS developer guide, deployment-circuit-breaker: the table of examples.
    #[test]
    fn threshold_is_half_of_the_desired_count_between_3_and_200() {
        assert_eq!([1, 25, 400, 800].map(bounded), [3, 13, 200, 200]);
    }

    #[test]
    fn threshold_of_a_count_does_not_follow_the_desired_count() {
        let breaker = CircuitBreakerSpec {
            rollback: false,
            threshold_type: ThresholdType::Count,
            threshold: 7,
        };

        assert_eq!((threshold(&breaker, 1), threshold(&breaker, 1_000)), (7, 7));
    }
}
