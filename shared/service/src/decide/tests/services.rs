//! The service of a scene, and its deployments.

use super::scene::{DAY, at};
use crate::observation::*;

/// Returns a service that rolled out its only deployment long ago.
pub(super) fn service() -> ObservedService {
    ObservedService {
        arn: "arn:aws:ecs:eu-west-1:111122223333:service/shop/api".to_owned(),
        status: "ACTIVE".to_owned(),
        controller: DeploymentController::Ecs,
        strategy: DeploymentStrategy::Rolling,
        daemon: false,
        managed_by_ecs: false,
        desired_count: 3,
        running_count: 0,
        pending_count: 0,
        deployments: vec![deployment("ecs-svc/1", -DAY)],
        task_sets: Vec::new(),
        events: Vec::new(),
        load_balancers: Vec::new(),
        service_connect: false,
        minimum_healthy_percent: Some(100),
        maximum_percent: Some(200),
    }
}

/// Returns a completed deployment that began at this second, as the current one.
pub(super) fn deployment(id: &str, second: i64) -> ObservedDeployment {
    ObservedDeployment {
        id: id.to_owned(),
        primary: true,
        task_definition: "api:7".to_owned(),
        desired_count: 3,
        running_count: 3,
        pending_count: 0,
        failed_tasks: 0,
        created_at: at(second),
        rollout: Some(RolloutState::Completed),
        rollout_reason: None,
    }
}

/// Returns a service deployment that began at this second.
pub(super) fn service_deployment(status: &str, second: i64) -> ObservedServiceDeployment {
    ObservedServiceDeployment {
        arn: format!("arn:aws:ecs:eu-west-1:111122223333:service-deployment/shop/api/d{second}"),
        status: status.to_owned(),
        status_reason: None,
        created_at: at(second),
        lifecycle_stage: None,
        circuit_breaker: None,
        triggered_alarms: Vec::new(),
    }
}

pub(super) fn target_group() -> String {
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/1".to_owned()
}
