//! Stability of a service, and the gaps to it (J#44 to J#47).
//!
//! Stable means: the deployment is complete, or the task set steady. The desired count runs, nothing starts and nothing
//! stops. Each task is healthy for its containers and in its target groups. The waiter of the SDKs checks only the counts.

use jiff::Timestamp;

use super::health::{Targets, TaskHealth, health};
use crate::gap::StabilityGap;
use crate::observation::{ObservedService, ObservedTask, RolloutState};

/// Returns all that is missing until the service is stable at its desired count. Empty if it is stable.
pub(crate) fn gaps(
    service: &ObservedService,
    tasks: &[ObservedTask],
    targets: &Targets,
    now: Timestamp,
) -> Vec<StabilityGap> {
    let mut gaps = deployment_gaps(service);
    gaps.extend(count_gaps(service, tasks));
    gaps.extend(health_gaps(service, tasks, targets, now));
    gaps
}

/// Returns the number of tasks that ECS keeps beyond the desired count.
pub(crate) fn surplus(service: &ObservedService, tasks: &[ObservedTask]) -> usize {
    let kept = tasks.iter().filter(|task| task.is_kept()).count();
    kept.saturating_sub(service.desired_count as usize)
}

/// Returns a fingerprint of the desired count and the tasks that ECS keeps. Two looks with the same one saw the same service.
pub(crate) fn fingerprint(service: &ObservedService, tasks: &[ObservedTask]) -> u64 {
    let mut kept: Vec<&str> =
        tasks.iter().filter(|task| task.is_kept()).map(|task| task.arn.as_str()).collect();
    kept.sort_unstable();
    let count = service.desired_count.to_string();
    let parts = std::iter::once(count.as_str()).chain(kept);
    // FNV-1a: the same in every process and version, unlike the hashes of the standard library.
    let bytes = parts.flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn deployment_gaps(service: &ObservedService) -> Vec<StabilityGap> {
    let state = |rollout: &Option<RolloutState>| match rollout {
        Some(RolloutState::InProgress) => "IN_PROGRESS".to_owned(),
        Some(RolloutState::Failed) => "FAILED".to_owned(),
        Some(RolloutState::Other(other)) => other.clone(),
        Some(RolloutState::Completed) | None => "ACTIVE".to_owned(),
    };
    let is_complete =
        |rollout: &Option<RolloutState>| matches!(rollout, None | Some(RolloutState::Completed));
    let rolling = service.deployments.iter().filter(|it| !it.primary || !is_complete(&it.rollout));
    let rolling =
        rolling.map(|it| StabilityGap::Rollout { id: it.id.clone(), state: state(&it.rollout) });
    let unsteady = service.task_sets.iter().filter(|it| !it.steady);
    rolling.chain(unsteady.map(|it| StabilityGap::TaskSet { id: it.id.clone() })).collect()
}

fn count_gaps(service: &ObservedService, tasks: &[ObservedTask]) -> Vec<StabilityGap> {
    let desired = service.desired_count;
    let mut gaps = Vec::new();
    let leaving: Vec<_> =
        tasks.iter().filter(|it| it.is_leaving()).map(|it| it.id().to_owned()).collect();
    if !leaving.is_empty() {
        gaps.push(StabilityGap::Stopping { tasks: leaving });
    }
    let surplus = u32::try_from(surplus(service, tasks)).unwrap_or(u32::MAX);
    if surplus > 0 {
        gaps.push(StabilityGap::Surplus { running: desired.saturating_add(surplus), desired });
    }
    let starting = tasks.iter().filter(|it| it.is_kept() && !is_running(it)).count();
    if starting > 0 {
        gaps.push(StabilityGap::Starting { tasks: starting });
    }
    let running = tasks.iter().filter(|it| it.is_kept() && is_running(it)).count();
    let running = u32::try_from(running).unwrap_or(u32::MAX);
    let counted = service.running_count.min(running);
    if counted < desired {
        gaps.push(StabilityGap::Running { running: counted, desired });
    } else if service.running_count > desired && surplus == 0 {
        gaps.push(StabilityGap::Surplus { running: service.running_count, desired });
    }
    if service.pending_count > 0 && starting == 0 {
        gaps.push(StabilityGap::Starting { tasks: service.pending_count as usize });
    }
    gaps
}

fn is_running(task: &ObservedTask) -> bool {
    task.last_status == crate::observation::TaskStatus::Running
}

fn health_gaps(
    service: &ObservedService,
    tasks: &[ObservedTask],
    targets: &Targets,
    now: Timestamp,
) -> Vec<StabilityGap> {
    let (mut young, mut containers, mut unhealthy) = (0, Vec::new(), Vec::new());
    for task in tasks {
        match health(task, service, targets, now) {
            TaskHealth::Healthy | TaskHealth::Starting | TaskHealth::Leaving => {}
            TaskHealth::JustStarted => young += 1,
            TaskHealth::Container => containers.push(task.id().to_owned()),
            TaskHealth::Target(state) => unhealthy.push(format!("{} {state}", task.id())),
        }
    }
    let young = (young > 0).then_some(StabilityGap::JustStarted { tasks: young });
    let containers =
        (!containers.is_empty()).then_some(StabilityGap::ContainerHealth { tasks: containers });
    let unhealthy =
        (!unhealthy.is_empty()).then_some(StabilityGap::TargetHealth { tasks: unhealthy });
    young.into_iter().chain(containers).chain(unhealthy).collect()
}
