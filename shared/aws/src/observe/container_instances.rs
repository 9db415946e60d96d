//! Container instances: ListContainerInstances, DescribeContainerInstances.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, ContainerInstanceStatus};
use drain::attribute::{self, DrainAttribute};
use drain::observation::{ContainerInstance, Described, Status};

use super::arn_answers::{Answers, merged, unanswered};
use super::{all, count, moment, short};
use crate::fault::Fault;

/// API reference, DescribeContainerInstances.
const DESCRIBED_AT_ONCE: usize = 100;
/// ECS developer guide, service quotas: custom attributes per resource.
const CUSTOM_ATTRIBUTES: usize = 10;

/// Which container instances of a cluster are listed.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'a> {
    /// Those of these EC2 instances, in any state but INACTIVE.
    Ec2Instances(&'a [String]),
    /// Those that are DRAINING.
    Draining,
    /// Those of these EC2 instances that are DRAINING.
    DrainingAmong(&'a [String]),
    /// Those that carry our attribute.
    Remembered,
}

/// A container instance, and the EC2 instance that it is; none where it is an external one.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The EC2 instance.
    pub ec2_instance: Option<String>,
    /// The container instance, described.
    pub container_instance: ContainerInstance,
}

/// ARNs of the container instances of a cluster that are selected.
///
/// # Errors
///
/// The fault of the page that was not answered.
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
        Selection::Remembered => call.filter(format!("attribute:{} exists", attribute::NAME)),
    };
    let doing = || format!("listing container instances of cluster {}", short(cluster));
    let mut pages = call.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.map_err(|error| Fault::new(doing(), &error))?);
    }
    Ok(arns)
}

/// Cluster query language (ECS developer guide): `ec2InstanceId in ['i-1', 'i-2']`.
fn filter(ids: &[String]) -> String {
    format!("ec2InstanceId in ['{}']", ids.join("', '"))
}

/// What ECS says of container instances of one cluster, by their ARNs.
pub async fn describe(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> BTreeMap<String, Result<Found, Fault>> {
    let chunks = arns.chunks(DESCRIBED_AT_ONCE);
    let answers = all(chunks.map(|chunk| describe_some(ecs, cluster, chunk)).collect()).await;
    answers.into_iter().flatten().collect()
}

async fn describe_some(ecs: &Client, cluster: &str, arns: &[String]) -> Answers<Found> {
    let doing = format!("describing container instances of cluster {}", short(cluster));
    let call = ecs.describe_container_instances().cluster(cluster);
    match call.set_container_instances(Some(arns.to_vec())).send().await {
        Ok(answer) => {
            let found = convert_all(cluster, answer.container_instances());
            merged(&doing, arns, found, answer.failures())
        }
        Err(error) => unanswered(arns, &Fault::new(&doing, &error)),
    }
}

/// Container instances as AWS describes them, by their ARNs.
pub(crate) fn convert_all(
    cluster: &str,
    all: &[types::ContainerInstance],
) -> impl Iterator<Item = (String, Found)> {
    let found = all.iter().map(move |it| found(cluster, it));
    found.map(|one| (one.container_instance.arn.clone(), one))
}

/// A container instance as AWS describes it, in the cluster that was asked.
fn found(cluster: &str, it: &types::ContainerInstance) -> Found {
    let arn = it.container_instance_arn().unwrap_or_default();
    Found {
        ec2_instance: it.ec2_instance_id().filter(|id| is_ec2(id)).map(str::to_owned),
        container_instance: ContainerInstance {
            arn: arn.to_owned(),
            cluster: cluster_arn(cluster, arn),
            described: Some(described(it)),
        },
    }
}

/// An external instance carries the id of a managed instance, `mi-...`, in the same field (ECS API reference,
/// ContainerInstance).
fn is_ec2(id: &str) -> bool {
    !id.starts_with("mi-")
}

fn described(it: &types::ContainerInstance) -> Described {
    let ours = it.attributes().iter().find(|one| one.name() == attribute::NAME);
    let custom = it.attributes().iter().filter(|one| !is_built_in(one.name())).count();
    Described {
        status: status(it.status().unwrap_or_default()),
        agent_connected: it.agent_connected(),
        tasks: count(it.running_tasks_count()) + count(it.pending_tasks_count()),
        registered_at: it.registered_at().and_then(moment),
        attribute: ours.and_then(|one| DrainAttribute::parse(one.value().unwrap_or_default())),
        attribute_fits: ours.is_some() || custom < CUSTOM_ATTRIBUTES,
    }
}

/// What is said of a container instance that ECS no longer has.
pub fn gone(arn: &str, cluster: &str) -> ContainerInstance {
    let described = Described {
        status: Status::Inactive,
        agent_connected: false,
        tasks: 0,
        registered_at: None,
        attribute: None,
        attribute_fits: false,
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

/// Attributes that ECS and its agent set by themselves (ECS developer guide, attributes).
fn is_built_in(name: &str) -> bool {
    name.starts_with("ecs.") || name.starts_with("com.amazonaws.")
}

/// The ARN of a cluster that may be configured by its name: account and Region are those of its container instance,
/// whose own ARN does not always name the cluster.
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
    fn a_filter_names_every_instance() {
        assert_eq!(filter(&ids(&["i-1", "i-2"])), "ec2InstanceId in ['i-1', 'i-2']");
    }

    #[test]
    fn a_cluster_that_is_configured_by_name_is_known_by_its_arn() {
        let old = "arn:aws:ecs:eu-west-1:111122223333:container-instance/0f1e";
        let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

        assert_eq!(cluster_arn("web", old), arn);
        assert_eq!(cluster_arn(arn, old), arn);
    }

    #[test]
    fn an_external_instance_is_no_ec2_instance() {
        let described = |id| types::ContainerInstance::builder().ec2_instance_id(id).build();

        assert_eq!(found("web", &described("mi-0b1d")).ec2_instance, None);
        assert_eq!(found("web", &described("i-0b1d")).ec2_instance.as_deref(), Some("i-0b1d"));
    }

    #[test]
    fn ten_custom_attributes_leave_no_room_for_an_eleventh() {
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
