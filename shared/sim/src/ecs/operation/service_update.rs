//! UpdateService, as far as the simulator knows it: the desired count, the bounds, and new deployments.

use std::time::Duration;

use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::ecs::identifier::{ResourceType, resource_arn};
use crate::ecs::service::{Service, ServiceStatus};
use crate::ecs::service_change::{ServiceChange, apply};
use crate::ecs::service_shape;
use crate::ecs::task_definition::Revision;
use crate::history::Caller;
use crate::scenario::ServiceController;
use crate::world::World;

use super::deployment_configuration::configuration;
use super::input::{EcsInput, malformed};
use super::invalid;
use super::services::task_definition_name;

/// The parameters of UpdateService.
pub(super) const UPDATE: &[&str] = &[
    "cluster",
    "service",
    "desiredCount",
    "taskDefinition",
    "deploymentConfiguration",
    "forceNewDeployment",
    GRACE,
];

const GRACE: &str = "healthCheckGracePeriodSeconds";

pub(super) fn update(
    world: &mut World,
    caller: &Caller,
    input: &EcsInput,
) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let arn = resource_arn(ResourceType::Service, &cluster, input.required("service")?)?;
    let found = world.ecs.services.get(&arn);
    let missing = || ApiError::client("ServiceNotFoundException", "Service not found.");
    let service = found.ok_or_else(missing)?;
    if service.status != ServiceStatus::Active {
        let message = "Service was not ACTIVE.";
        return Err(ApiError::client("ServiceNotActiveException", message).into());
    }
    let change = change_of(world, service, input)?;
    apply(world, &arn, change, caller);
    let service = world.ecs.services.get(&arn);
    let shape = service.map(|service| service_shape::service(&world.ecs, service, true));
    Ok(json!({ "service": shape }))
}

fn change_of(world: &World, service: &Service, input: &EcsInput) -> Result<ServiceChange, Refusal> {
    let grace = input.number(GRACE)?;
    let grace = grace.map(|secs| u64::try_from(secs).map_err(|_| malformed(GRACE))).transpose()?;
    Ok(ServiceChange {
        desired: desired(service, input)?,
        deployment: deployment(world, service, input)?,
        health_check_grace: grace.map(Duration::from_secs),
        ..configuration(service, input)?
    })
}

/// Reads the desired count. A DAEMON service has none (fabfuel/ecs-deploy#59).
fn desired(service: &Service, input: &EcsInput) -> Result<Option<usize>, Refusal> {
    let Some(count) = input.number("desiredCount")? else { return Ok(None) };
    if service.strategy() == "DAEMON" {
        return Err(invalid(
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count \
             value and try again",
        ));
    }
    if count > i64::from(i32::MAX) {
        return Err(malformed("desiredCount"));
    }
    let count = usize::try_from(count).ok();
    count.map(Some).ok_or_else(|| invalid("desiredCount cannot be negative."))
}

/// Returns the task definition of the deployment that the call triggers; none if it triggers none. Another controller
/// than ECS refuses even its present task definition (pulumi/pulumi#3607).
fn deployment(
    world: &World,
    service: &Service,
    input: &EcsInput,
) -> Result<Option<Revision>, Refusal> {
    let given = input.text("taskDefinition")?;
    let forced = input.boolean("forceNewDeployment")?.unwrap_or(false);
    if !service.controller.is_ecs() {
        return other_controller(world, service, given.is_some(), forced);
    }
    let Some(given) = given else {
        return Ok(forced.then(|| service.primary.revision.clone()));
    };
    let found = world.ecs.task_definitions.named(task_definition_name(given)?);
    let missing = || ApiError::client("ClientException", "TaskDefinition not found.");
    let revision = found.ok_or_else(missing)?.clone();
    Ok((forced || revision != service.primary.revision).then_some(revision))
}

/// Answers for a service whose deployments CodeDeploy or another tool makes. AWS does not document a forced deployment
/// of such a service.
fn other_controller(
    world: &World,
    service: &Service,
    has_definition: bool,
    forced: bool,
) -> Result<Option<Revision>, Refusal> {
    let name = service.controller.name();
    let refused = forced && !world.switches.other_controllers_ignore_forced_deployments;
    match (has_definition, refused) {
        // boto/boto3#1936
        (true, _) if service.controller == ServiceController::CodeDeploy => Err(invalid(
            "Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy \
             to trigger a new deployment.",
        )),
        (true, _) => Err(invalid(format!(
            "Unable to update task definition on services with a {name} deployment controller."
        ))),
        (false, true) => Err(invalid(format!(
            "Unable to force a new deployment on services with a {name} deployment controller."
        ))),
        (false, false) => Ok(None),
    }
}
