//! ListContainerInstances, DescribeContainerInstances and UpdateContainerInstancesState.

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::ecs::Ecs;
use crate::ecs::container_instance::{ContainerInstance, Status};
use crate::ecs::identifier::{ResourceType, resource_arn};
use crate::ecs::query::Query;
use crate::ecs::shape::{self, TimeFormat};
use crate::history::Caller;
use crate::world::World;

use super::input::EcsInput;
use super::{failure, in_part, invalid};

/// Most container instances in one DescribeContainerInstances (API reference).
const DESCRIBED: usize = 100;
/// Most container instances in one UpdateContainerInstancesState (API reference).
const UPDATED: usize = 10;

/// Returns a page of ARNs. Without `status` the list has "container instances set to all states other than INACTIVE"
/// (API reference).
pub(super) fn list(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let filter = input.text("filter")?.filter(|filter| !filter.is_empty());
    let filter = filter.map(Query::parse).transpose()?;
    let status = input.text("status")?;
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(invalid("Container instance status is not valid."));
    }
    let listed = |instance: &&ContainerInstance| {
        let in_status = match status {
            Some(status) => instance.status.name() == status,
            None => instance.status != Status::Inactive,
        };
        in_status && filter.as_ref().is_none_or(|filter| filter.matches(&world.ecs, instance))
    };
    let instances = world.ecs.instances_of(&cluster).filter(listed);
    let arns = instances.map(|instance| &instance.arn);
    let (page, token) = input.page_of(arns, world.switches.page.into())?;
    Ok(json!({ "containerInstanceArns": page, "nextToken": token }))
}

const STATUSES: [&str; 5] =
    ["ACTIVE", "DRAINING", "REGISTERING", "DEREGISTERING", "REGISTRATION_FAILED"];

pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let tags = input.includes_tags(&["CONTAINER_INSTANCE_HEALTH"])?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(input, &cluster, DESCRIBED)? {
        match find(&world.ecs, &cluster, &arn) {
            Some(one) => {
                found.push(shape::container_instance(&world.ecs, one, TimeFormat::Seconds, tags));
            }
            None => failures.push(failure(&arn, "MISSING")),
        }
    }
    Ok(in_part("containerInstances", found, failures))
}

/// Sets the status of container instances. Partial failure is an answer with HTTP 200 (API reference: the output has
/// `failures`).
pub(super) fn update_state(
    world: &mut World,
    caller: &Caller,
    input: &EcsInput,
) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    let status = input.required("status")?;
    if !["ACTIVE", "DRAINING"].contains(&status) {
        return Err(invalid("Container instance status should be one of [ACTIVE, DRAINING]."));
    }
    let (mut updated, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(input, &cluster, UPDATED)? {
        let changed = match find(&world.ecs, &cluster, &arn) {
            Some(_) => world.change_status(&arn, status, caller),
            None => Err("MISSING".to_owned()),
        };
        match changed {
            Ok(()) => updated.push(arn),
            Err(reason) => failures.push(failure(&arn, &reason)),
        }
    }
    let shapes = updated.iter().filter_map(|arn| world.ecs.container_instances.get(arn));
    let shapes =
        shapes.map(|one| shape::container_instance(&world.ecs, one, TimeFormat::Seconds, false));
    Ok(in_part("containerInstances", shapes.collect(), failures))
}

/// Returns the ARNs of up to `limit` container instances that a call names.
pub(super) fn arns(input: &EcsInput, cluster: &str, limit: usize) -> Result<Vec<String>, Refusal> {
    let ids = input.ids("containerInstances", limit)?.into_iter();
    let arns = ids.map(|id| resource_arn(ResourceType::ContainerInstance, cluster, id));
    Ok(arns.collect::<Result<_, _>>()?)
}

/// Returns a container instance of a cluster by its ARN.
pub(super) fn find<'a>(ecs: &'a Ecs, cluster: &str, arn: &str) -> Option<&'a ContainerInstance> {
    ecs.container_instances.get(arn).filter(|instance| instance.cluster == cluster)
}
