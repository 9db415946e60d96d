//! Container instances: ListContainerInstances, DescribeContainerInstances.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, ContainerInstanceStatus};
use drain::attribute::{self, DrainAttribute};
use drain::observation::{ContainerInstance, Described, Status};
use drain::task::Owner;

use super::arn_answers::{ArnAnswers, all_failed, merge};
use super::conversion::{count, short_id, timestamp};
use crate::fault::Fault;
use crate::limits::{CONTAINER_INSTANCES_PER_DESCRIBE, CUSTOM_ATTRIBUTES};
use crate::parallel::in_parallel;

/// Selection of container instances in a cluster.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'a> {
    /// Container instances of these EC2 instances, in any status but INACTIVE.
    Ec2Instances(&'a [String]),
    /// DRAINING container instances.
    Draining,
    /// DRAINING container instances of these EC2 instances.
    DrainingAmong(&'a [String]),
    /// DRAINING container instances with tasks of services.
    DrainingWithServiceTasks,
    /// ACTIVE container instances with the attribute `ebb.drain`.
    ActiveWithAttribute,
}

/// A container instance with its EC2 instance, as ECS describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedInstance {
    /// The EC2 instance; `None` for an external instance.
    pub ec2_instance: Option<String>,
    /// Name of its capacity provider; `None` without one.
    pub capacity_provider: Option<String>,
    /// The container instance.
    pub container_instance: ContainerInstance,
}

/// Returns the ARNs of the selected container instances of a cluster.
///
/// # Errors
///
/// The fault of the page that failed.
pub async fn list(
    ecs: &Client,
    cluster: &str,
    selection: Selection<'_>,
) -> Result<Vec<String>, Fault> {
    let call = ecs.list_container_instances().cluster(cluster);
    let call = match selection {
        Selection::Ec2Instances(ids) => call.filter(filter(ids)),
        Selection::Draining => call.status(ContainerInstanceStatus::Draining),
        Selection::DrainingAmong(ids) => {
            call.filter(filter(ids)).status(ContainerInstanceStatus::Draining)
        }
        Selection::DrainingWithServiceTasks => {
            // The page names `=~` among the operators, and none in particular for this subject (ECS developer guide,
            // cluster-query-language).
            let filter = format!("task:group =~ {}.*", Owner::SERVICE_GROUP);
            call.filter(filter).status(ContainerInstanceStatus::Draining)
        }
        Selection::ActiveWithAttribute => {
            let filter = format!("attribute:{} exists", attribute::NAME);
            call.filter(filter).status(ContainerInstanceStatus::Active)
        }
    };
    let doing = || format!("listing container instances of cluster {}", short_id(cluster));
    let mut pages = call.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.map_err(|error| Fault::new(doing(), &error))?);
    }
    Ok(arns)
}

/// Returns a filter in the cluster query language (ECS developer guide): `ec2InstanceId in ['i-1', 'i-2']`.
fn filter(ids: &[String]) -> String {
    format!("ec2InstanceId in ['{}']", ids.join("', '"))
}

/// Describes container instances of one cluster, and returns the answers by ARN.
pub async fn describe(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> BTreeMap<String, Result<DescribedInstance, Fault>> {
    let chunks = arns.chunks(CONTAINER_INSTANCES_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk));
    in_parallel(calls.collect()).await.into_iter().flatten().collect()
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> ArnAnswers<DescribedInstance> {
    let doing = format!("describing container instances of cluster {}", short_id(cluster));
    let call = ecs.describe_container_instances().cluster(cluster);
    match call.set_container_instances(Some(arns.to_vec())).send().await {
        Ok(answer) => {
            let found = by_arn(cluster, answer.container_instances());
            merge(&doing, arns, found, answer.failures())
        }
        Err(error) => all_failed(arns, &Fault::new(&doing, &error)),
    }
}

/// Converts container instances of one cluster, and returns them by ARN.
pub(crate) fn by_arn(
    cluster: &str,
    instances: &[types::ContainerInstance],
) -> impl Iterator<Item = (String, DescribedInstance)> {
    let converted = instances.iter().map(move |it| described_instance(cluster, it));
    converted.map(|one| (one.container_instance.arn.clone(), one))
}

/// Converts a container instance of the cluster that was asked.
fn described_instance(cluster: &str, it: &types::ContainerInstance) -> DescribedInstance {
    let arn = it.container_instance_arn().unwrap_or_default();
    DescribedInstance {
        ec2_instance: it.ec2_instance_id().filter(|id| is_ec2(id)).map(str::to_owned),
        capacity_provider: it.capacity_provider_name().map(str::to_owned),
        container_instance: ContainerInstance {
            arn: arn.to_owned(),
            cluster: cluster_arn(cluster, arn),
            described: Some(described(it)),
        },
    }
}

/// Returns true if this is the id of an EC2 instance.
///
/// An external instance has the id of a managed instance, `mi-...`, in this field (ECS API reference,
/// ContainerInstance).
fn is_ec2(id: &str) -> bool {
    !id.starts_with("mi-")
}

fn described(it: &types::ContainerInstance) -> Described {
    let of_ebb = it.attributes().iter().find(|one| one.name() == attribute::NAME);
    let custom = it.attributes().iter().filter(|one| !is_built_in(one.name())).count();
    Described {
        status: status(it.status().unwrap_or_default()),
        agent_connected: it.agent_connected(),
        tasks: count(it.running_tasks_count()) + count(it.pending_tasks_count()),
        holds_resources: holds_resources(it),
        registered_at: it.registered_at().and_then(timestamp),
        attribute: of_ebb.and_then(|one| DrainAttribute::parse(one.value().unwrap_or_default())),
        attribute_fits: of_ebb.is_some() || custom < CUSTOM_ATTRIBUTES,
        left_behind: Vec::new(),
    }
}

/// Returns true if less CPU or memory remains than the agent registered (ECS API reference, ContainerInstance).
fn holds_resources(it: &types::ContainerInstance) -> bool {
    let amount = |resources: &[types::Resource], name| {
        let found = resources.iter().find(|resource| resource.name() == Some(name));
        found.map(types::Resource::integer_value)
    };
    ["CPU", "MEMORY"].into_iter().any(|name| {
        let registered = amount(it.registered_resources(), name);
        amount(it.remaining_resources(), name).zip(registered).is_some_and(|(left, all)| left < all)
    })
}

/// Returns a container instance that ECS no longer has, as INACTIVE.
pub fn inactive(arn: &str, cluster: &str) -> ContainerInstance {
    let described = Described {
        status: Status::Inactive,
        agent_connected: false,
        tasks: 0,
        holds_resources: false,
        registered_at: None,
        attribute: None,
        attribute_fits: false,
        left_behind: Vec::new(),
    };
    ContainerInstance {
        arn: arn.to_owned(),
        cluster: cluster.to_owned(),
        described: Some(described),
    }
}

fn status(text: &str) -> Status {
    match text {
        "ACTIVE" => Status::Active,
        "DRAINING" => Status::Draining,
        "INACTIVE" => Status::Inactive,
        other => Status::Other(other.to_owned()),
    }
}

/// Returns true for an attribute that ECS or the agent sets (ECS developer guide, attributes).
fn is_built_in(name: &str) -> bool {
    name.starts_with("ecs.") || name.starts_with("com.amazonaws.")
}

/// Returns the ARN of a cluster, which may be configured by name.
///
/// Account and Region are those of the container instance, whose own ARN does not always name the cluster.
pub(super) fn cluster_arn(cluster: &str, container_instance: &str) -> String {
    let account = container_instance.split(":container-instance/").next().unwrap_or_default();
    if cluster.starts_with("arn:") || account.is_empty() {
        return cluster.to_owned();
    }
    format!("{account}:cluster/{cluster}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn filter_names_every_instance() {
        assert_eq!(filter(&ids(&["i-1", "i-2"])), "ec2InstanceId in ['i-1', 'i-2']");
    }

    #[test]
    fn cluster_configured_by_name_gets_its_arn() {
        let old = "arn:aws:ecs:eu-west-1:111122223333:container-instance/0f1e";
        let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

        assert_eq!(cluster_arn("web", old), arn);
        assert_eq!(cluster_arn(arn, old), arn);
    }

    #[test]
    fn external_instance_has_no_ec2_instance() {
        let ec2_instance = |id| {
            let it = types::ContainerInstance::builder().ec2_instance_id(id).build();
            described_instance("web", &it).ec2_instance
        };

        assert_eq!(ec2_instance("mi-0b1d"), None);
        assert_eq!(ec2_instance("i-0b1d").as_deref(), Some("i-0b1d"));
    }

    #[test]
    fn attribute_does_not_fit_beside_ten_custom_attributes() {
        let attribute = |name: String| types::Attribute::builder().name(name).build().unwrap();
        let built_in = (0..20).map(|n| attribute(format!("ecs.capability.{n}")));
        let custom = (0..10).map(|n| attribute(format!("rack-{n}")));

        let roomy =
            types::ContainerInstance::builder().set_attributes(Some(built_in.collect())).build();
        let full =
            types::ContainerInstance::builder().set_attributes(Some(custom.collect())).build();

        assert!(described(&roomy).attribute_fits);
        assert!(!described(&full).attribute_fits);
    }
}
