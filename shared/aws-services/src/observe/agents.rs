//! Agents of container instances: DescribeContainerInstances.

use std::collections::{BTreeMap, BTreeSet};

use aws::fault::Fault;
use aws::limits::CONTAINER_INSTANCES_PER_DESCRIBE;
use aws::parallel::in_parallel;
use aws_sdk_ecs::Client;
use service::observation::ObservedTask;

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
    let chunks = hosts.chunks(CONTAINER_INSTANCES_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk)).collect();
    let mut found = BTreeMap::new();
    for chunk in in_parallel(calls).await {
        found.extend(chunk?);
    }
    Ok(found)
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> Result<Vec<(String, bool)>, Fault> {
    let doing = format!("describing container instances of cluster {cluster}");
    let call = ecs.describe_container_instances().cluster(cluster);
    let call = call.set_container_instances(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    if let Some(fault) = faults.into_iter().find(|fault| !fault.is_gone()) {
        return Err(fault);
    }
    let instances = answer.container_instances.unwrap_or_default().into_iter();
    Ok(instances.filter_map(|it| Some((it.container_instance_arn?, it.agent_connected))).collect())
}
