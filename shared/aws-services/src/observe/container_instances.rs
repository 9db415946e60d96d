//! Container instances of tasks: DescribeContainerInstances.

use aws::fault::Fault;
use aws::limits::CONTAINER_INSTANCES_PER_DESCRIBE;
use aws::parallel::in_parallel;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::ContainerInstance;

/// Returns the container instances with these ARNs, in no order. One that is gone is left out.
///
/// # Errors
///
/// The fault of a chunk that was not answered in full.
pub(super) async fn describe(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> Result<Vec<ContainerInstance>, Fault> {
    let chunks = arns.chunks(CONTAINER_INSTANCES_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk)).collect();
    let chunks = in_parallel(calls).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(chunks.concat())
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> Result<Vec<ContainerInstance>, Fault> {
    let doing = format!("describing container instances of cluster {cluster}");
    let call = ecs.describe_container_instances().cluster(cluster);
    let call = call.set_container_instances(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    if let Some(fault) = faults.into_iter().find(|fault| !fault.is_gone()) {
        return Err(fault);
    }
    Ok(answer.container_instances.unwrap_or_default())
}
