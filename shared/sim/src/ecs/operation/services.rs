//! ListServices, DescribeServices and DescribeTaskDefinition.

use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::ecs::identifier::{ResourceType, relative, resource_arn};
use crate::ecs::service::ServiceStatus;
use crate::ecs::{service_shape, shape};
use crate::world::World;

use super::input::EcsInput;
use super::{failure, in_part};

/// Most services in one DescribeServices (API reference).
const DESCRIBED: usize = 10;
/// Services on a page of ListServices without `maxResults`, 10 (API reference).
const PAGE: i64 = 10;

/// The parameters of ListServices.
pub(super) const LIST: &[&str] =
    &["cluster", "launchType", "schedulingStrategy", "maxResults", "nextToken"];

/// Lists the ACTIVE services. A service that is deleted no longer appears (API reference, DeleteService).
pub(super) fn list(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let strategy = input.text("schedulingStrategy")?;
    let on_ec2 = input.text("launchType")?.is_none_or(|launch_type| launch_type == "EC2");
    let arns = world.ecs.services_where(&cluster, |service| {
        on_ec2
            && service.status == ServiceStatus::Active
            && strategy.is_none_or(|strategy| service.strategy() == strategy)
    });
    let (page, token) = input.page_of(arns.iter(), PAGE)?;
    Ok(json!({ "serviceArns": page, "nextToken": token }))
}

pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let tags = input.includes_tags(&[])?;
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    let names = input.ids("services", DESCRIBED)?.into_iter();
    let arns = names.map(|name| resource_arn(ResourceType::Service, &cluster, name));
    for arn in arns.collect::<Result<Vec<_>, _>>()? {
        match world.ecs.services.get(&arn).filter(|service| service.cluster == cluster) {
            Some(service) => services.push(service_shape::service(&world.ecs, service, tags)),
            None => failures.push(failure(&arn, "MISSING")),
        }
    }
    Ok(in_part("services", services, failures))
}

/// Describes a task definition by family, by `family:revision`, or by ARN.
pub(super) fn task_definition(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    input.includes_tags(&[])?;
    let given = task_definition_name(input.required("taskDefinition")?)?;
    let definitions = &world.ecs.task_definitions;
    let found = definitions.named(given).and_then(|revision| definitions.get(revision));
    let missing = || ApiError::client("ClientException", "Unable to describe task definition.");
    let found = found.ok_or_else(missing)?;
    Ok(json!({ "taskDefinition": shape::task_definition(found), "tags": [] }))
}

/// Returns the family, or family and revision, from such a text or from the ARN of a task definition.
pub(super) fn task_definition_name(given: &str) -> Result<&str, ApiError> {
    if given.starts_with("arn:") { relative(given, "task-definition") } else { Ok(given) }
}
