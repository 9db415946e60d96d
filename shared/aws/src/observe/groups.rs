//! Auto Scaling groups: DescribeAutoScalingGroups.

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::{Group, GroupMember};

use super::group_members::member;
use super::{all, count, together};
use crate::fault::Fault;

/// API reference, DescribeAutoScalingGroups: fifty names without a greater MaxRecords.
const NAMED_AT_ONCE: usize = 50;
/// API reference, DescribeAutoScalingGroups.
const GROUPS_IN_A_PAGE: i32 = 100;
/// What the keys of our tags begin with.
const TAG: &str = "ebb:";
/// The tag that ECS sets on a group of a capacity provider (ECS developer guide, capacity providers).
const CAPACITY_PROVIDER_TAG: &str = "AmazonECSManaged";

/// What a group says of itself and its instances.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupAnswer {
    /// Its name.
    pub name: String,
    /// Its settings; whether ECS managed draining has a hook on it is not among them yet.
    pub group: Group,
    /// Its instances, without those of its warm pool.
    pub members: Vec<(String, GroupMember)>,
    /// Whether it has a warm pool.
    pub has_warm_pool: bool,
    /// Whether a capacity provider of ECS has it.
    pub has_capacity_provider: bool,
}

/// Groups by their names; one that does not exist is not among them.
///
/// # Errors
///
/// The fault of a chunk that was not answered.
pub async fn named(autoscaling: &Client, names: &[String]) -> Result<Vec<GroupAnswer>, Fault> {
    let chunks = names.chunks(NAMED_AT_ONCE);
    together(all(chunks.map(|chunk| describe(autoscaling, Some(chunk))).collect()).await)
}

/// All groups of the account and Region.
///
/// # Errors
///
/// The fault of the page that was not answered.
pub async fn every(autoscaling: &Client) -> Result<Vec<GroupAnswer>, Fault> {
    describe(autoscaling, None).await
}

async fn describe(
    autoscaling: &Client,
    names: Option<&[String]>,
) -> Result<Vec<GroupAnswer>, Fault> {
    let call = autoscaling.describe_auto_scaling_groups().max_records(GROUPS_IN_A_PAGE);
    let call = call.set_auto_scaling_group_names(names.map(<[String]>::to_vec));
    let mut pages = call.into_paginator().items().send();
    let mut groups = Vec::new();
    while let Some(it) = pages.next().await {
        let it = it.map_err(|error| Fault::new("describing Auto Scaling groups", &error))?;
        groups.push(group(&it));
    }
    Ok(groups)
}

fn group(it: &types::AutoScalingGroup) -> GroupAnswer {
    let name = it.auto_scaling_group_name().unwrap_or_default();
    let instances = it.instances().iter();
    let members: Vec<_> =
        instances.filter_map(|it| Some((it.instance_id()?.to_owned(), member(name, it)))).collect();
    let leaving = members.iter().filter(|(_, member)| is_leaving(member)).count();
    GroupAnswer {
        name: name.to_owned(),
        group: Group {
            capacity_rebalance: it.capacity_rebalance().unwrap_or(false),
            desired_capacity: it.desired_capacity().map_or(0, count),
            leaving: u32::try_from(leaving).unwrap_or(u32::MAX),
            tags: tags(it.tags()),
            managed_draining: false,
        },
        members,
        has_warm_pool: it.warm_pool_configuration().is_some(),
        has_capacity_provider: it.tags().iter().any(|tag| tag.key() == Some(CAPACITY_PROVIDER_TAG)),
    }
}

fn tags(tags: &[types::TagDescription]) -> Vec<(String, String)> {
    let ours = tags.iter().filter(|tag| tag.key().is_some_and(|key| key.starts_with(TAG)));
    let pair = |tag: &types::TagDescription| {
        Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))
    };
    ours.filter_map(pair).collect()
}

/// Whether an instance is neither in service nor on its way in. One that is retained has left.
fn is_leaving(member: &GroupMember) -> bool {
    let stays =
        member.lifecycle_state == "InService" || member.lifecycle_state.starts_with("Pending");
    !stays && !member.is_retained()
}

#[cfg(test)]
mod tests {
    use aws_sdk_autoscaling::types::LifecycleState;

    use super::*;

    fn instance(state: LifecycleState) -> types::Instance {
        types::Instance::builder().instance_id("i-1").lifecycle_state(state).build()
    }

    #[test]
    fn neither_an_instance_on_its_way_in_nor_one_that_is_retained_is_leaving() {
        let it = types::AutoScalingGroup::builder()
            .auto_scaling_group_name("web")
            .instances(instance(LifecycleState::InService))
            .instances(instance(LifecycleState::PendingWait))
            .instances(instance(LifecycleState::TerminatingWait))
            .instances(instance(LifecycleState::TerminatingRetained))
            .build();

        assert_eq!(group(&it).group.leaving, 1);
    }

    #[test]
    fn only_our_tags_are_kept() {
        let tag = |key: &str| types::TagDescription::builder().key(key).value("stop").build();
        let it = types::AutoScalingGroup::builder()
            .tags(tag("ebb:standalone"))
            .tags(tag("team"))
            .tags(tag("AmazonECSManaged"))
            .build();

        let answer = group(&it);

        assert_eq!(answer.group.tags, [("ebb:standalone".to_owned(), "stop".to_owned())]);
        assert!(answer.has_capacity_provider);
    }
}
