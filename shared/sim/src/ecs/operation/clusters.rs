//! ListClusters and DescribeClusters.

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::ecs::container_instance::Status;
use crate::ecs::{Ecs, arn};
use crate::world::World;

use super::input::EcsInput;
use super::{failure, in_part};

pub(super) fn list(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let names = world.ecs.clusters.keys();
    let mut arns: Vec<_> = names.map(|name| arn::ecs_arn("cluster", name)).collect();
    arns.sort();
    let (page, token) = input.page(arns.iter())?;
    Ok(json!({ "clusterArns": page, "nextToken": token }))
}

/// Describes up to 100 clusters (API reference, DescribeClusters); the default one where none is named.
pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    input.includes_tags(&["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS"])?;
    let mut asked = input.texts("clusters")?;
    if asked.is_empty() {
        asked.push("default");
    } else {
        input.ids("clusters", 100)?;
    }
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for one in asked {
        let name = arn::id(one);
        if world.ecs.clusters.contains_key(name) {
            clusters.push(shape(&world.ecs, name));
        } else {
            failures.push(failure(&arn::ecs_arn("cluster", name), "MISSING"));
        }
    }
    Ok(in_part("clusters", clusters, failures))
}

fn shape(ecs: &Ecs, name: &str) -> Value {
    let there = ecs.instances_of(name).filter(|instance| instance.status != Status::Inactive);
    let counts = there.fold((0, 0, 0), |(instances, running, pending), instance| {
        let (more_running, more_pending) = ecs.counts(instance);
        (instances + 1, running + more_running, pending + more_pending)
    });
    json!({
        "clusterArn": arn::ecs_arn("cluster", name),
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": counts.0,
        "runningTasksCount": counts.1,
        "pendingTasksCount": counts.2,
        "activeServicesCount": ecs.clusters.get(name).map_or(0, |cluster| cluster.services.len()),
    })
}
