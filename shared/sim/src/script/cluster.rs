//! Mistakes in clusters, and in the attributes of agents.

use super::ScriptError;
use super::mistake::{Mistake, at, refuse};
use crate::scenario::{GroupSpec, Scenario};
use crate::world::World;

/// Most custom attributes of a container instance (API reference, PutAttributes).
const ATTRIBUTES: usize = 10;
/// Most tags of a cluster (API reference, Cluster).
const TAGS: usize = 50;

pub(super) fn check(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, cluster) in scenario.clusters.iter().enumerate() {
        let twice = scenario.clusters[..index].iter().any(|earlier| earlier.name == cluster.name);
        let problem = format!("there is another cluster `{}`", cluster.name);
        refuse(twice, "name", &problem).map_err(|wrong| at("cluster", index, wrong))?;
        refuse(cluster.tags.len() > TAGS, "tags", "more than 50 tags")
            .map_err(|wrong| at("cluster", index, wrong))?;
        for provider in &cluster.managed_instances {
            let taken = is_taken(scenario, &cluster.name, &provider.name);
            let problem =
                format!("there is another group or capacity provider `{}`", provider.name);
            refuse(taken, "managed_instances.name", &problem)
                .map_err(|wrong| at("cluster", index, wrong))?;
        }
    }
    Ok(())
}

/// Returns true if a capacity provider of ECS Managed Instances has the name of a group or of another capacity provider
/// of its cluster. With a group's name, the names of its instances would be taken too.
///
/// "When you create a capacity provider with Amazon ECS Managed Instances, it becomes available only within the
/// specified cluster" (API reference, CreateCapacityProvider). AWS does not document if a group's provider in another
/// cluster can have the same name.
fn is_taken(scenario: &Scenario, cluster: &str, name: &str) -> bool {
    let managed = scenario.clusters.iter().flat_map(|cluster| &cluster.managed_instances);
    let of_group = |group: &GroupSpec| {
        let provider = group.capacity_provider.as_ref();
        let is_associated = group.cluster.as_deref() == Some(cluster);
        group.name == name || is_associated && provider.is_some_and(|it| it.name == name)
    };
    managed.filter(|provider| provider.name == name).count() > 1
        || scenario.groups.iter().any(of_group)
}

/// Fails unless a cluster of this name exists.
pub(super) fn known(world: &World, name: &str) -> Result<(), Mistake> {
    let problem =
        format!("no cluster `{name}`: clusters are listed, or named by groups, services and tasks");
    refuse(!world.has_cluster(name), "cluster", &problem)
}

/// Checks the attributes of a group's agents. ECS refuses more than ten custom ones (API reference, PutAttributes).
pub(super) fn attributes(group: &GroupSpec) -> Result<(), Mistake> {
    refuse(group.attributes.len() > ATTRIBUTES, "attributes", "more than 10 custom attributes")?;
    let own = |name: &&String| name.starts_with("ecs.") || name.starts_with("com.amazonaws.");
    match group.attributes.keys().find(own) {
        Some(name) => Err(("attributes", format!("`{name}` is one of the agent's own"))),
        None => Ok(()),
    }
}
