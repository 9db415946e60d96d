//! Deployments of a service: those that run, and those that failed.

use jiff::Timestamp;

use super::scope::is_new;
use crate::observation::{
    ObservedDeployment, ObservedService, ObservedServiceDeployment, RolloutState,
};

/// Returns the id of a deployment that has not ended.
///
/// A deployment of an earlier revision that still has tasks counts as well, because the newer one replaces them.
pub(crate) fn running_deployment(
    service: &ObservedService,
    service_deployments: &[ObservedServiceDeployment],
) -> Option<String> {
    let open = service_deployments.iter().find(|it| it.is_open());
    let open = open.map(|it| it.arn.rsplit('/').next().unwrap_or(&it.arn).to_owned());
    let rolling = || service.deployments.iter().find(|it| is_rolling(it)).map(|it| it.id.clone());
    let sets = || {
        let other = service.task_sets.iter().find(|it| !it.primary);
        other.map(|it| it.id.clone())
    };
    open.or_else(rolling).or_else(sets)
}

fn is_rolling(deployment: &ObservedDeployment) -> bool {
    match deployment.rollout {
        Some(RolloutState::Completed | RolloutState::Failed) => {
            !deployment.primary && has_tasks(deployment)
        }
        Some(RolloutState::InProgress | RolloutState::Other(_)) => true,
        None => !deployment.primary && has_tasks(deployment),
    }
}

fn has_tasks(deployment: &ObservedDeployment) -> bool {
    deployment.running_count + deployment.pending_count > 0
}

/// Returns the id of the current deployment and its reason, if it has failed.
pub(crate) fn failed_primary(service: &ObservedService) -> Option<(String, String)> {
    let primary = service.deployments.iter().find(|it| it.primary)?;
    let failed = primary.rollout == Some(RolloutState::Failed);
    let why = primary.rollout_reason.clone().unwrap_or_else(|| "no reason given".to_owned());
    failed.then(|| (primary.id.clone(), why))
}

/// Returns a sentence about a deployment since the start that failed, was rolled back or was stopped.
///
/// ECS stops a deployment when a newer one begins (J#33), so only the newest one counts.
pub(crate) fn failed_since(
    service: &ObservedService,
    service_deployments: &[ObservedServiceDeployment],
    started: Timestamp,
) -> Option<String> {
    let since = service_deployments.iter().filter(|it| is_new(it.created_at, started));
    if let Some(newest) = since.max_by_key(|it| (it.created_at, &it.arn)) {
        let has_failed = newest.is_rollback() || newest.status == "STOPPED";
        return (has_failed && !newest.is_open()).then(|| service_deployment_sentence(newest));
    }
    let mut since = service.deployments.iter().filter(|it| is_new(it.created_at, started));
    let failed = since.find(|it| it.rollout == Some(RolloutState::Failed))?;
    let why = failed.rollout_reason.as_deref().unwrap_or("no reason given");
    Some(format!("deployment {} has failed: {why}", failed.id))
}

fn service_deployment_sentence(deployment: &ObservedServiceDeployment) -> String {
    let id = deployment.arn.rsplit('/').next().unwrap_or(&deployment.arn);
    let mut sentence = format!("deployment {id} ended with {}", deployment.status);
    if let Some(why) = &deployment.status_reason {
        sentence.push_str(&format!(": {}", why.trim_end_matches('.')));
    }
    if let Some(breaker) = &deployment.circuit_breaker
        && breaker.status == "TRIGGERED"
    {
        let counts = format!("{} of {}", breaker.failure_count, breaker.threshold);
        sentence.push_str(&format!("; the circuit breaker counted {counts} failed tasks"));
    }
    if !deployment.triggered_alarms.is_empty() {
        let names = deployment.triggered_alarms.join(", ");
        sentence.push_str(&format!("; alarms: {names}"));
    }
    sentence
}

/// Returns true if the bounds of a rolling deployment allow neither a stop nor a start (aws-facts A.2).
///
/// The lower bound is rounded up, the upper one down.
pub(crate) fn has_no_room(service: &ObservedService) -> bool {
    let (Some(minimum), Some(maximum)) = (service.minimum_healthy_percent, service.maximum_percent)
    else {
        return false;
    };
    let desired = u64::from(service.desired_count);
    let lower = (desired * u64::from(minimum)).div_ceil(100);
    let upper = desired * u64::from(maximum) / 100;
    desired > 0 && lower >= desired && upper <= desired
}
