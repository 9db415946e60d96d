//! Scale-in protection of tasks: GetTaskProtection.

use std::collections::BTreeMap;

use aws::fault::Fault;
use aws::limits::TASKS_PER_PROTECTION;
use aws::parallel::in_parallel;
use aws_sdk_ecs::Client;
use jiff::Timestamp;

use super::conversion::timestamp;

/// Protected tasks by ARN, each with the end of its protection.
pub(super) type ProtectedTasks = BTreeMap<String, Option<Timestamp>>;

/// Returns the protected ones among these tasks. A task that ended meanwhile is not protected.
///
/// # Errors
///
/// The fault of a chunk that was not answered in full.
pub(super) async fn describe(
    ecs: &Client,
    cluster: &str,
    tasks: &[String],
) -> Result<ProtectedTasks, Fault> {
    let chunks = tasks.chunks(TASKS_PER_PROTECTION);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk)).collect();
    let mut found = ProtectedTasks::new();
    for chunk in in_parallel(calls).await {
        found.extend(chunk?);
    }
    Ok(found)
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    tasks: &[String],
) -> Result<ProtectedTasks, Fault> {
    let doing = format!("reading the protection of tasks in cluster {cluster}");
    let call = ecs.get_task_protection().cluster(cluster).set_tasks(Some(tasks.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    if let Some(fault) = faults.into_iter().find(|fault| !fault.is_gone()) {
        return Err(fault);
    }
    let protected = answer.protected_tasks().iter().filter(|it| it.protection_enabled());
    let end = |it: &aws_sdk_ecs::types::ProtectedTask| it.expiration_date().and_then(timestamp);
    Ok(protected.filter_map(|it| Some((it.task_arn()?.to_owned(), end(it)))).collect())
}
