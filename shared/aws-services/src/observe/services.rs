//! A service: DescribeServices.

use aws::fault::Fault;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, ResourceManagementType, SchedulingStrategy, StabilityStatus};
use service::observation::{
    DeploymentController, DeploymentStrategy, ObservedDeployment, ObservedEvent,
    ObservedLoadBalancer, ObservedService, ObservedTaskSet, RolloutState,
};

use super::conversion::{count, time_or_first};

/// Returns the service of this name, or `None` if ECS knows no such service or cluster.
///
/// # Errors
///
/// The fault of the call, or of its failure.
pub(super) async fn describe(
    ecs: &Client,
    cluster: &str,
    name: &str,
) -> Result<Option<types::Service>, Fault> {
    let doing = format!("describing service {name} of cluster {cluster}");
    let call = ecs.describe_services().cluster(cluster).services(name);
    let answer = match call.send().await.map_err(|error| Fault::new(&doing, &error)) {
        Ok(answer) => answer,
        Err(Fault::NoCluster(_) | Fault::Gone(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    if let Some(found) = answer.services().iter().find(|it| it.service_name() == Some(name)) {
        return Ok(Some(found.clone()));
    }
    match answer.failures().first() {
        Some(failure) => match Fault::from_failure(&doing, failure.reason(), failure.detail()) {
            Fault::Gone(_) => Ok(None),
            fault => Err(fault),
        },
        None => Err(Fault::Busy(format!("{doing}: the answer lacks the service"))),
    }
}

/// Returns the load balancers of a service, those of its primary task set included.
pub(super) fn load_balancers(it: &types::Service) -> Vec<types::LoadBalancer> {
    let task_sets = it.task_sets().iter().flat_map(|set| set.load_balancers());
    it.load_balancers().iter().chain(task_sets).cloned().collect()
}

/// Returns the service as an observation.
pub(super) fn observed(it: &types::Service) -> ObservedService {
    let bounds = it.deployment_configuration();
    let percent = |number: Option<i32>| number.map(count);
    let primary = it.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY"));
    let connect = primary.and_then(|deployment| deployment.service_connect_configuration());
    let managed_by = it.resource_management_type();
    ObservedService {
        arn: it.service_arn().unwrap_or_default().to_owned(),
        status: it.status().unwrap_or_default().to_owned(),
        controller: controller(it.deployment_controller()),
        strategy: strategy(bounds),
        daemon: it.scheduling_strategy() == Some(&SchedulingStrategy::Daemon),
        managed_by_ecs: managed_by == Some(&ResourceManagementType::Ecs),
        desired_count: count(it.desired_count()),
        running_count: count(it.running_count()),
        pending_count: count(it.pending_count()),
        deployments: it.deployments().iter().map(deployment).collect(),
        task_sets: it.task_sets().iter().map(task_set).collect(),
        events: it.events().iter().map(event).collect(),
        load_balancers: load_balancers(it).iter().map(load_balancer).collect(),
        service_connect: connect.is_some_and(|connect| connect.enabled()),
        minimum_healthy_percent: percent(bounds.and_then(|it| it.minimum_healthy_percent())),
        maximum_percent: percent(bounds.and_then(|it| it.maximum_percent())),
    }
}

fn controller(it: Option<&types::DeploymentController>) -> DeploymentController {
    match it.map(|controller| controller.r#type().as_str()) {
        None | Some("ECS") => DeploymentController::Ecs,
        Some("CODE_DEPLOY") => DeploymentController::CodeDeploy,
        Some("EXTERNAL") => DeploymentController::External,
        Some(other) => DeploymentController::Other(other.to_owned()),
    }
}

fn strategy(it: Option<&types::DeploymentConfiguration>) -> DeploymentStrategy {
    match it.and_then(|configuration| configuration.strategy()) {
        None | Some(types::DeploymentStrategy::Rolling) => DeploymentStrategy::Rolling,
        Some(_) => DeploymentStrategy::Shifting,
    }
}

fn deployment(it: &types::Deployment) -> ObservedDeployment {
    ObservedDeployment {
        id: it.id().unwrap_or_default().to_owned(),
        primary: it.status() == Some("PRIMARY"),
        task_definition: it.task_definition().unwrap_or_default().to_owned(),
        desired_count: count(it.desired_count()),
        running_count: count(it.running_count()),
        pending_count: count(it.pending_count()),
        failed_tasks: count(it.failed_tasks()),
        created_at: time_or_first(it.created_at()),
        rollout: it.rollout_state().map(rollout),
        rollout_reason: it.rollout_state_reason().map(str::to_owned),
    }
}

fn rollout(it: &types::DeploymentRolloutState) -> RolloutState {
    match it.as_str() {
        "IN_PROGRESS" => RolloutState::InProgress,
        "COMPLETED" => RolloutState::Completed,
        "FAILED" => RolloutState::Failed,
        other => RolloutState::Other(other.to_owned()),
    }
}

fn task_set(it: &types::TaskSet) -> ObservedTaskSet {
    let percent = it.scale().map_or(100.0, |scale| scale.value());
    ObservedTaskSet {
        id: it.id().unwrap_or_default().to_owned(),
        primary: it.status() == Some("PRIMARY"),
        steady: it.stability_status() == Some(&StabilityStatus::SteadyState),
        computed_desired_count: count(it.computed_desired_count()),
        running_count: count(it.running_count()),
        pending_count: count(it.pending_count()),
        scale_percent: percent.clamp(0.0, 100.0) as u32,
    }
}

fn event(it: &types::ServiceEvent) -> ObservedEvent {
    let message = it.message().unwrap_or_default().to_owned();
    ObservedEvent { at: time_or_first(it.created_at()), message }
}

fn load_balancer(it: &types::LoadBalancer) -> ObservedLoadBalancer {
    let alternate = it.advanced_configuration().and_then(|it| it.alternate_target_group_arn());
    let groups = it.target_group_arn().into_iter().chain(alternate);
    ObservedLoadBalancer { target_groups: groups.map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_without_controller_and_strategy_rolls_by_ecs() {
        let service = observed(&types::Service::builder().status("ACTIVE").build());

        assert_eq!(service.controller, DeploymentController::Ecs);
        assert_eq!(service.strategy, DeploymentStrategy::Rolling);
        assert!(!service.daemon && !service.service_connect && !service.is_load_balanced());
    }

    #[test]
    fn classic_load_balancer_has_no_target_group() {
        let classic = types::LoadBalancer::builder().load_balancer_name("old").build();
        let service = observed(&types::Service::builder().load_balancers(classic).build());

        assert!(service.is_load_balanced());
        assert_eq!(service.load_balancers[0].target_groups, Vec::<String>::new());
    }
}
