//! Places of EC2 instances in their groups: DescribeAutoScalingInstances, DescribeWarmPool.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::GroupMember;

use super::{all, together};
use crate::fault::Fault;

/// API reference, DescribeAutoScalingInstances.
const DESCRIBED_AT_ONCE: usize = 50;

/// The places of EC2 instances, by their ids; an instance that is in no group is not among them.
///
/// # Errors
///
/// The fault of a chunk that was not answered.
pub async fn describe(
    autoscaling: &Client,
    ids: &[String],
) -> Result<BTreeMap<String, GroupMember>, Fault> {
    let chunks = ids.chunks(DESCRIBED_AT_ONCE);
    let answers = all(chunks.map(|chunk| describe_some(autoscaling, chunk)).collect()).await;
    Ok(together(answers)?.into_iter().collect())
}

async fn describe_some(
    autoscaling: &Client,
    ids: &[String],
) -> Result<Vec<(String, GroupMember)>, Fault> {
    let call = autoscaling.describe_auto_scaling_instances().set_instance_ids(Some(ids.to_vec()));
    let mut pages = call.into_paginator().items().send();
    let mut members = Vec::new();
    while let Some(it) = pages.next().await {
        let it = it.map_err(|error| Fault::new("describing Auto Scaling instances", &error))?;
        members.extend(it.instance_id().map(|id| (id.to_owned(), detailed(&it))));
    }
    Ok(members)
}

/// The instances of a group's warm pool, which the descriptions of the group leave out.
///
/// # Errors
///
/// The fault of the page that was not answered.
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
        members.extend(it.instance_id().map(|id| (id.to_owned(), member(group, &it))));
    }
    Ok(members)
}

fn detailed(it: &types::AutoScalingInstanceDetails) -> GroupMember {
    GroupMember {
        group: it.auto_scaling_group_name().unwrap_or_default().to_owned(),
        lifecycle_state: it.lifecycle_state().unwrap_or_default().to_owned(),
        healthy: is_healthy(it.health_status()),
    }
}

/// An instance as its group, or its group's warm pool, lists it.
pub(super) fn member(group: &str, it: &types::Instance) -> GroupMember {
    let state = it.lifecycle_state().map(types::LifecycleState::as_str);
    GroupMember {
        group: group.to_owned(),
        lifecycle_state: state.unwrap_or_default().to_owned(),
        healthy: is_healthy(it.health_status()),
    }
}

/// DescribeAutoScalingInstances writes `HEALTHY`, DescribeAutoScalingGroups `Healthy`.
fn is_healthy(status: Option<&str>) -> bool {
    status.is_some_and(|status| status.eq_ignore_ascii_case("Healthy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_is_read_in_either_spelling() {
        assert!(is_healthy(Some("HEALTHY")));
        assert!(is_healthy(Some("Healthy")));
        assert!(!is_healthy(Some("UNHEALTHY")));
        assert!(!is_healthy(None));
    }
}
