//! Auto Scaling groups: DescribeAutoScalingGroups.

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::{Group, GroupMember};

use super::conversion::count;
use super::group_members::from_instance;
use crate::fault::Fault;
use crate::limits::{GROUPS_PER_DESCRIBE, GROUPS_PER_PAGE};
use crate::parallel::{concat, in_parallel};

/// Prefix of the keys of ebb's tags.
const TAG_PREFIX: &str = "ebb:";
/// Tag that ECS sets on the group of a capacity provider (ECS developer guide, capacity providers).
const CAPACITY_PROVIDER_TAG: &str = "AmazonECSManaged";

/// A group as Auto Scaling describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupAnswer {
    /// `AutoScalingGroupName`.
    pub name: String,
    /// Settings of the group. Its hooks are not known yet, so `foreign_hooks` is empty.
    pub group: Group,
    /// Instances by id, without those of the warm pool.
    pub members: Vec<(String, GroupMember)>,
    /// True if the group has a warm pool.
    pub has_warm_pool: bool,
    /// True if the group belongs to a capacity provider of ECS.
    pub has_capacity_provider: bool,
}

/// Returns groups by name. A group that does not exist is left out.
///
/// # Errors
///
/// The fault of the chunk that failed.
pub async fn describe(autoscaling: &Client, names: &[String]) -> Result<Vec<GroupAnswer>, Fault> {
    let chunks = names.chunks(GROUPS_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_pages(autoscaling, Some(chunk)));
    concat(in_parallel(calls.collect()).await)
}

/// Returns all groups of the account and Region.
///
/// # Errors
///
/// The fault of the page that failed.
pub async fn describe_all(autoscaling: &Client) -> Result<Vec<GroupAnswer>, Fault> {
    describe_pages(autoscaling, None).await
}

async fn describe_pages(
    autoscaling: &Client,
    names: Option<&[String]>,
) -> Result<Vec<GroupAnswer>, Fault> {
    let call = autoscaling.describe_auto_scaling_groups().max_records(GROUPS_PER_PAGE);
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
    let members: Vec<_> = instances
        .filter_map(|it| Some((it.instance_id()?.to_owned(), from_instance(name, it))))
        .collect();
    let leaving = members.iter().filter(|(_, member)| is_leaving(member)).count();
    GroupAnswer {
        name: name.to_owned(),
        group: Group {
            capacity_rebalance: it.capacity_rebalance().unwrap_or(false),
            desired_capacity: it.desired_capacity().map_or(0, count),
            leaving: u32::try_from(leaving).unwrap_or(u32::MAX),
            tags: ebb_tags(it.tags()),
            foreign_hooks: Vec::new(),
            retains_abandoned: retains_abandoned(it),
        },
        members,
        has_warm_pool: it.warm_pool_configuration().is_some(),
        has_capacity_provider: it.tags().iter().any(|tag| tag.key() == Some(CAPACITY_PROVIDER_TAG)),
    }
}

fn retains_abandoned(it: &types::AutoScalingGroup) -> bool {
    let triggers = it.instance_lifecycle_policy().and_then(|policy| policy.retention_triggers());
    let abandon = triggers.and_then(|triggers| triggers.terminate_hook_abandon());
    abandon == Some(&types::RetentionAction::Retain)
}

fn ebb_tags(tags: &[types::TagDescription]) -> Vec<(String, String)> {
    let of_ebb = tags.iter().filter(|tag| tag.key().is_some_and(|key| key.starts_with(TAG_PREFIX)));
    let pair = |tag: &types::TagDescription| {
        Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))
    };
    of_ebb.filter_map(pair).collect()
}

/// Returns true if an instance is neither in service nor launching. A retained instance has left already.
fn is_leaving(member: &GroupMember) -> bool {
    !member.is_in_service_or_pending() && !member.is_retained()
}

#[cfg(test)]
mod tests {
    use aws_sdk_autoscaling::types::LifecycleState;

    use super::*;

    fn instance(state: LifecycleState) -> types::Instance {
        types::Instance::builder().instance_id("i-1").lifecycle_state(state).build()
    }

    #[test]
    fn launching_and_retained_instances_do_not_count_as_leaving() {
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
    fn tags_of_ebb_are_the_only_ones_kept() {
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
