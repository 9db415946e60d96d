//! Registrations of tasks in the target groups of their service.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use aws::fault::Fault;
use aws::parallel::in_parallel;
use aws_sdk_ecs::types::LoadBalancer;
use service::observation::{ObservedTarget, TargetState};

use super::task_addresses::TaskAddress;
use crate::target_health::{TargetGroups, TargetHealth};

/// Returns the registrations of tasks, by the ARN of the task. A task that is in no target group has none.
///
/// # Errors
///
/// The fault of a target group that was not answered. One that does not exist has no targets.
pub(super) async fn describe(
    target_groups: &TargetGroups,
    load_balancers: &[LoadBalancer],
    addresses: &BTreeMap<String, TaskAddress>,
    hosts: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Vec<ObservedTarget>>, Fault> {
    let arns: BTreeSet<&str> = load_balancers.iter().flat_map(groups).collect();
    let arns: Vec<&str> = arns.into_iter().collect();
    let answers = in_parallel(arns.iter().map(|arn| target_groups.health(arn)).collect()).await;
    let mut health = BTreeMap::new();
    for (arn, answer) in arns.into_iter().zip(answers) {
        match answer {
            Ok(targets) => drop(health.insert(arn, targets)),
            Err(Fault::Gone(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    let mut found: BTreeMap<String, Vec<ObservedTarget>> = BTreeMap::new();
    for balancer in load_balancers {
        let container = balancer.container_name().unwrap_or_default();
        let port = balancer.container_port().unwrap_or_default();
        for (task, address) in addresses {
            let Some(target) = address.target(container, port, hosts) else { continue };
            for group in groups(balancer) {
                if let Some(health) = health.get(group).and_then(|group| group.get(&target)) {
                    let registrations = found.entry(task.clone()).or_default();
                    registrations.push(registration(group, health));
                }
            }
        }
    }
    Ok(found)
}

/// Returns the longest deregistration delay of the target groups. One that does not exist has none.
///
/// # Errors
///
/// The fault of a target group that was not answered.
pub(super) async fn deregistration_delay(
    target_groups: &TargetGroups,
    load_balancers: &[LoadBalancer],
) -> Result<Duration, Fault> {
    let arns: BTreeSet<&str> = load_balancers.iter().flat_map(groups).collect();
    let mut longest = Duration::ZERO;
    for arn in arns {
        match target_groups.deregistration_delay(arn).await {
            Ok(delay) => longest = longest.max(delay),
            Err(Fault::Gone(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(longest)
}

fn groups(balancer: &LoadBalancer) -> impl Iterator<Item = &str> {
    let configuration = balancer.advanced_configuration();
    let alternate = configuration.and_then(|it| it.alternate_target_group_arn());
    balancer.target_group_arn().into_iter().chain(alternate)
}

fn registration(group: &str, health: &TargetHealth) -> ObservedTarget {
    let state = TargetState::from_str(&health.state);
    ObservedTarget {
        target_group: group.to_owned(),
        state: state.unwrap_or_else(|_| TargetState::Other(health.state.clone())),
        reason: health.reason.clone(),
    }
}
