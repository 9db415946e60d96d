//! ListClusters and DescribeClusters.

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::ecs::capacity_provider::CapacityProvider;
use crate::ecs::cluster::Cluster;
use crate::ecs::container_instance::{ContainerInstance, Status};
use crate::ecs::{Ecs, LaunchType, arn, identifier};
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

/// Describes up to 100 clusters (API reference, DescribeClusters), or the default cluster if the call names none.
pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let include = input.included(&["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS"])?;
    let mut asked = input.texts("clusters")?;
    if asked.is_empty() {
        asked.push("default");
    } else {
        input.ids("clusters", 100)?;
    }
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for one in asked {
        let name = identifier::cluster_name(one)?;
        match world.ecs.clusters.get(name) {
            Some(cluster) => clusters.push(shape(world, name, cluster, &include)),
            None => failures.push(failure(&arn::ecs_arn("cluster", name), "MISSING")),
        }
    }
    Ok(in_part("clusters", clusters, failures))
}

/// Returns true if `registeredContainerInstancesCount` includes a container instance. It "includes container instances in both
/// ACTIVE and DRAINING status" (API reference, Cluster). No page says that a REGISTERING one is left out.
fn is_counted(world: &World, instance: &ContainerInstance) -> bool {
    matches!(instance.status, Status::Active | Status::Draining)
        || world.switches.clusters_count_registering
}

/// Returns a cluster. A list that `include` does not ask for is empty (AWS CLI reference, describe-clusters, example
/// output).
fn shape(world: &World, name: &str, cluster: &Cluster, include: &[&str]) -> Value {
    let ecs = &world.ecs;
    let there = ecs.instances_of(name).filter(|instance| instance.status != Status::Inactive);
    let counts = there.fold((0, 0, 0), |(instances, running, pending), instance| {
        let (more_running, more_pending) = ecs.counts(instance);
        (
            instances + usize::from(is_counted(world, instance)),
            running + more_running,
            pending + more_pending,
        )
    });
    let providers = CapacityProvider::all(world).into_iter().filter(|it| it.is_in(name));
    let providers: Vec<_> = providers.map(|provider| json!(provider.name())).collect();
    let when = |what: &str, list: Vec<Value>| if include.contains(&what) { list } else { vec![] };
    let tags = cluster.tags.iter().map(|(key, value)| json!({ "key": key, "value": value }));
    let settings = vec![json!({ "name": "containerInsights", "value": "disabled" })];
    let mut shape = json!({
        "clusterArn": arn::ecs_arn("cluster", name),
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": counts.0,
        "runningTasksCount": counts.1,
        "pendingTasksCount": counts.2,
        "activeServicesCount": cluster.services.len(),
        "capacityProviders": providers,
        "defaultCapacityProviderStrategy": [],
        "statistics": when("STATISTICS", statistics(ecs, name)),
        "settings": when("SETTINGS", settings),
        "tags": when("TAGS", tags.collect()),
    });
    if include.contains(&"ATTACHMENTS") {
        shape["attachments"] = json!([]);
    }
    shape
}

/// Returns the counts by launch type, as texts (API reference, Cluster, `statistics`).
fn statistics(ecs: &Ecs, name: &str) -> Vec<Value> {
    let on_ec2 = ecs.instances_of(name).filter(|it| it.launch_type == LaunchType::Ec2);
    let (running, pending) = on_ec2.fold((0, 0), |(running, pending), instance| {
        let (more_running, more_pending) = ecs.counts(instance);
        (running + more_running, pending + more_pending)
    });
    let services = ecs.services_where(name, |_| true).len();
    let counts = [
        ("runningEC2TasksCount", running),
        ("runningFargateTasksCount", 0),
        ("pendingEC2TasksCount", pending),
        ("pendingFargateTasksCount", 0),
        ("activeEC2ServiceCount", services),
        ("activeFargateServiceCount", 0),
        ("drainingEC2ServiceCount", 0),
        ("drainingFargateServiceCount", 0),
    ];
    let shown = |(name, count): (&str, usize)| json!({ "name": name, "value": count.to_string() });
    counts.map(shown).to_vec()
}
