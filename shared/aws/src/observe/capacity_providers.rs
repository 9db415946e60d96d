//! Kinds of capacity providers: DescribeCapacityProviders.
//!
//! Rule 9. ECS drains the instances of a provider of ECS Managed Instances itself, with a deadline of seven days (ECS
//! developer guide, managed-instance-draining for ECS Managed Instances).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{CapacityProvider, CapacityProviderType};

use super::conversion::short_id;
use crate::fault::Fault;
use crate::limits::CAPACITY_PROVIDERS_PER_DESCRIBE;
use crate::parallel::{concat, in_parallel};

/// Kind of a capacity provider, as far as ebb needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// Instances of an Auto Scaling group.
    AutoScaling,
    /// ECS Managed Instances.
    ManagedInstances,
}

/// Returns the kinds of capacity providers, by cluster and name.
///
/// One call answers ten providers of Auto Scaling groups, of whatever clusters. Providers of ECS Managed Instances
/// belong to one cluster, and ECS may answer them only with its name (ECS API reference, DescribeCapacityProviders). So
/// the providers that the first call leaves out cost one call for each cluster. So do those of `shared_names`, which other
/// clusters may list, because a provider of ECS Managed Instances may have the name of a group's provider. No page excludes it.
///
/// # Errors
///
/// The fault of the call that failed.
pub async fn kinds(
    ecs: &Client,
    wanted: &BTreeSet<(String, String)>,
    shared_names: &BTreeSet<String>,
) -> Result<BTreeMap<(String, String), ProviderKind>, Fault> {
    let names: BTreeSet<String> = wanted.iter().map(|(_, name)| name.clone()).collect();
    let names: Vec<String> = names.difference(shared_names).cloned().collect();
    let of_groups = describe(ecs, None, &names).await?;
    let of_groups: BTreeSet<&str> = of_groups
        .iter()
        .filter(|(_, kind)| *kind == ProviderKind::AutoScaling)
        .map(|(name, _)| name.as_str())
        .collect();
    let mut kinds = BTreeMap::new();
    let mut open: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (cluster, name) in wanted {
        if of_groups.contains(name.as_str()) {
            kinds.insert((cluster.clone(), name.clone()), ProviderKind::AutoScaling);
        } else {
            open.entry(cluster).or_default().push(name.clone());
        }
    }
    let calls = open.iter().map(|(cluster, names)| describe(ecs, Some(cluster), names));
    for (cluster, answer) in open.keys().zip(in_parallel(calls.collect()).await) {
        kinds.extend(answer?.into_iter().map(|(name, kind)| (((*cluster).to_owned(), name), kind)));
    }
    Ok(kinds)
}

/// Describes capacity providers by name. One that ECS does not answer is left out.
async fn describe(
    ecs: &Client,
    cluster: Option<&str>,
    names: &[String],
) -> Result<Vec<(String, ProviderKind)>, Fault> {
    let calls = names.chunks(CAPACITY_PROVIDERS_PER_DESCRIBE).map(|chunk| async move {
        let call = ecs.describe_capacity_providers().set_cluster(cluster.map(str::to_owned));
        let doing = match cluster {
            Some(cluster) => {
                format!("describing capacity providers of cluster {}", short_id(cluster))
            }
            None => "describing capacity providers".to_owned(),
        };
        let answer = call.set_capacity_providers(Some(chunk.to_vec())).send().await;
        let answer = answer.map_err(|error| Fault::new(doing, &error))?;
        let found = answer.capacity_providers().iter();
        Ok(found.filter_map(|it| Some((it.name()?.to_owned(), kind(it)?))).collect())
    });
    concat(in_parallel(calls.collect()).await)
}

fn kind(it: &CapacityProvider) -> Option<ProviderKind> {
    let is_managed = it.r#type() == Some(&CapacityProviderType::ManagedInstances)
        || it.managed_instances_provider().is_some();
    let is_of_a_group = it.r#type() == Some(&CapacityProviderType::Ec2Autoscaling)
        || it.auto_scaling_group_provider().is_some();
    match (is_managed, is_of_a_group) {
        (true, _) => Some(ProviderKind::ManagedInstances),
        (false, true) => Some(ProviderKind::AutoScaling),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_is_the_type_of_the_provider() {
        let of = |kind_of_aws| CapacityProvider::builder().r#type(kind_of_aws).build();

        let managed = kind(&of(CapacityProviderType::ManagedInstances));
        let auto_scaling = kind(&of(CapacityProviderType::Ec2Autoscaling));

        assert_eq!(managed, Some(ProviderKind::ManagedInstances));
        assert_eq!(auto_scaling, Some(ProviderKind::AutoScaling));
        assert_eq!(kind(&of(CapacityProviderType::Fargate)), None);
    }
}
