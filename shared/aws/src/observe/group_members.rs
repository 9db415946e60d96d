//! EC2 instances as their groups list them: DescribeAutoScalingInstances, DescribeWarmPool.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::GroupMember;

use crate::fault::Fault;
use crate::limits::MEMBERS_PER_DESCRIBE;
use crate::parallel::{concat, in_parallel};

/// Returns group members by EC2 instance id. An instance without a group is left out.
///
/// # Errors
///
/// The fault of the chunk that failed.
pub async fn describe(
    autoscaling: &Client,
    ids: &[String],
) -> Result<BTreeMap<String, GroupMember>, Fault> {
    let chunks = ids.chunks(MEMBERS_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(autoscaling, chunk));
    Ok(concat(in_parallel(calls.collect()).await)?.into_iter().collect())
}

async fn describe_chunk(
    autoscaling: &Client,
    ids: &[String],
) -> Result<Vec<(String, GroupMember)>, Fault> {
    let call = autoscaling.describe_auto_scaling_instances().set_instance_ids(Some(ids.to_vec()));
    let mut pages = call.into_paginator().items().send();
    let mut members = Vec::new();
    while let Some(it) = pages.next().await {
        let it = it.map_err(|error| Fault::new("describing Auto Scaling instances", &error))?;
        members.extend(it.instance_id().map(|id| (id.to_owned(), from_details(&it))));
    }
    Ok(members)
}

/// Returns the instances of a group's warm pool, which DescribeAutoScalingGroups leaves out.
///
/// # Errors
///
/// The fault of the page that failed.
pub async fn warm_pool(
    autoscaling: &Client,
    group: &str,
) -> Result<Vec<(String, GroupMember)>, Fault> {
    let call = autoscaling.describe_warm_pool().auto_scaling_group_name(group);
    let mut pages = call.into_paginator().items().send();
    let mut members = Vec::new();
    while let Some(it) = pages.next().await {
        let doing = format!("describing the warm pool of group {group}");
        let it = it.map_err(|error| Fault::new(doing, &error))?;
        members.extend(it.instance_id().map(|id| (id.to_owned(), from_instance(group, &it))));
    }
    Ok(members)
}

fn from_details(it: &types::AutoScalingInstanceDetails) -> GroupMember {
    GroupMember {
        group: it.auto_scaling_group_name().unwrap_or_default().to_owned(),
        lifecycle_state: it.lifecycle_state().unwrap_or_default().to_owned(),
        healthy: is_healthy(it.health_status()),
    }
}

/// Returns true if a lifecycle state is one of those that the SDK lists (Auto Scaling API reference, Instance).
pub fn is_known_state(state: &str) -> bool {
    types::LifecycleState::try_parse(state).is_ok()
}

/// Converts an instance that its group, or the group's warm pool, lists.
pub(super) fn from_instance(group: &str, it: &types::Instance) -> GroupMember {
    let state = it.lifecycle_state().map(types::LifecycleState::as_str);
    GroupMember {
        group: group.to_owned(),
        lifecycle_state: state.unwrap_or_default().to_owned(),
        healthy: is_healthy(it.health_status()),
    }
}

/// Returns true if the status is healthy. DescribeAutoScalingInstances writes `HEALTHY`, DescribeAutoScalingGroups
/// writes `Healthy`.
fn is_healthy(status: Option<&str>) -> bool {
    status.is_some_and(|status| status.eq_ignore_ascii_case("Healthy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_status_is_recognized_in_either_spelling() {
        assert!(is_healthy(Some("HEALTHY")));
        assert!(is_healthy(Some("Healthy")));
        assert!(!is_healthy(Some("UNHEALTHY")));
        assert!(!is_healthy(None));
    }
}
