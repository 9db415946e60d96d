//! Agents of container instances: DescribeContainerInstances.

use std::collections::{BTreeMap, BTreeSet};

use aws::fault::Fault;
use aws_sdk_ecs::Client;
use service::observation::ObservedTask;

use super::container_instances;

/// Returns `agentConnected` of the container instances with tasks on their way out, by ARN. One that is gone is left out.
///
/// # Errors
///
/// The fault of a chunk that was not answered in full.
pub(super) async fn describe(
    ecs: &Client,
    cluster: &str,
    tasks: &[ObservedTask],
) -> Result<BTreeMap<String, bool>, Fault> {
    let leaving = tasks.iter().filter(|task| task.is_leaving());
    let hosts: BTreeSet<String> = leaving.filter_map(|it| it.container_instance.clone()).collect();
    let hosts: Vec<String> = hosts.into_iter().collect();
    let described = container_instances::describe(ecs, cluster, &hosts).await?.into_iter();
    Ok(described.filter_map(|it| Some((it.container_instance_arn?, it.agent_connected))).collect())
}
