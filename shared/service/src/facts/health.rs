//! Health of one task: that of its containers, and that of its targets.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::limits::HEALTHY_AFTER;
use crate::moment::after;
use crate::observation::{
    ContainerHealth, ObservedLoadBalancer, ObservedService, ObservedTarget, ObservedTask,
    TargetState, TaskStatus,
};

/// Registrations of the tasks in target groups, by ARN of the task.
pub(crate) type Targets = BTreeMap<String, Vec<ObservedTarget>>;

/// Health of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TaskHealth {
    /// The task runs, and every check passes.
    Healthy,
    /// The task does not run yet.
    Starting,
    /// The task has no health check, and has run for less than 40 seconds.
    JustStarted,
    /// The health of its containers is not HEALTHY.
    Container,
    /// A target is not healthy. Holds its state.
    Target(String),
    /// The task is on its way out, or has ended.
    Leaving,
}

/// Returns the health of a task.
pub(crate) fn health(
    task: &ObservedTask,
    service: &ObservedService,
    targets: &Targets,
    now: Timestamp,
) -> TaskHealth {
    if !task.is_kept() {
        return TaskHealth::Leaving;
    }
    if task.last_status != TaskStatus::Running {
        return TaskHealth::Starting;
    }
    if task.health.is_some_and(|health| health != ContainerHealth::Healthy) {
        return TaskHealth::Container;
    }
    let groups = service.load_balancers.iter().filter(|it| !it.target_groups.is_empty());
    let registered = targets.get(&task.arn).map(Vec::as_slice).unwrap_or_default();
    if let Some(state) = groups.clone().find_map(|group| target_gap(group, registered)) {
        return TaskHealth::Target(state);
    }
    let has_checks = task.health.is_some() || groups.count() > 0;
    let is_young = task.started_at.is_none_or(|at| now < after(at, HEALTHY_AFTER));
    if !has_checks && is_young { TaskHealth::JustStarted } else { TaskHealth::Healthy }
}

/// Returns the state of a task's target behind a load balancer, unless it is healthy.
fn target_gap(balancer: &ObservedLoadBalancer, registered: &[ObservedTarget]) -> Option<String> {
    let own: Vec<_> =
        registered.iter().filter(|it| balancer.target_groups.contains(&it.target_group)).collect();
    if own.iter().any(|target| target.state == TargetState::Healthy) {
        return None;
    }
    Some(own.first().map_or_else(|| "not registered".to_owned(), |it| it.state.to_string()))
}
