//! Refusals that follow from the service itself.

use crate::facts::rollout::{failed_primary, running_deployment};
use crate::kind::OperationKind;
use crate::observation::{DeploymentController, ObservedService, ObservedServiceDeployment};
use crate::reason::OperationRefusal;

/// Returns why the operation cannot begin on this service, as far as the service alone says so.
pub(super) fn service_refusal(
    kind: OperationKind,
    service: &ObservedService,
) -> Option<OperationRefusal> {
    if service.status != "ACTIVE" {
        return Some(OperationRefusal::ServiceNotActive { status: service.status.clone() });
    }
    if service.daemon {
        let is_shutdown = kind == OperationKind::Shutdown;
        let runs = OperationRefusal::DaemonRuns;
        return Some(if is_shutdown { runs } else { OperationRefusal::Daemon });
    }
    if service.managed_by_ecs {
        return Some(OperationRefusal::ManagedByEcs);
    }
    let way_out = controller_way_out(kind, &service.controller);
    way_out.map(|way_out| OperationRefusal::Controller {
        kind,
        controller: service.controller.to_string(),
        way_out,
    })
}

/// Returns the call that restarts a service instead of UpdateService, which its controller does not allow (J.2).
fn controller_way_out(
    kind: OperationKind,
    controller: &DeploymentController,
) -> Option<&'static str> {
    match (kind, controller) {
        (_, DeploymentController::Other(_)) => Some("ebb does not know this controller"),
        (OperationKind::Restart, DeploymentController::CodeDeploy) => Some(
            "start a deployment of the same revision with `aws deploy create-deployment`, or recycle the service",
        ),
        (OperationKind::Restart, DeploymentController::External) => {
            Some("create a new task set with `aws ecs create-task-set`, or recycle the service")
        }
        _ => None,
    }
}

/// Returns why the operation cannot begin while the deployments are as they are.
pub(super) fn deployment_refusal(
    kind: OperationKind,
    service: &ObservedService,
    service_deployments: &[ObservedServiceDeployment],
) -> Option<OperationRefusal> {
    if let Some(id) = running_deployment(service, service_deployments) {
        return Some(OperationRefusal::RunningDeployment { id });
    }
    if kind == OperationKind::Restart {
        return None;
    }
    if let Some((id, why)) = failed_primary(service) {
        return Some(OperationRefusal::FailedDeployment { id, why });
    }
    let is_single = |sets: &[_]| matches!(sets, [set] if is_whole(set));
    let has_sets = !service.task_sets.is_empty();
    (has_sets && !is_single(&service.task_sets)).then_some(OperationRefusal::TaskSets)
}

/// Returns true if the task set follows the desired count one to one.
fn is_whole(set: &crate::observation::ObservedTaskSet) -> bool {
    set.scale_percent == 100
}
