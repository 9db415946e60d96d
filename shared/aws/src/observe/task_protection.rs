//! Protection of tasks from scale-in: GetTaskProtection.

use std::collections::BTreeSet;

use aws_sdk_ecs::Client;

use super::conversion::short_id;
use crate::fault::Fault;
use crate::limits::TASKS_PER_PROTECTION;
use crate::parallel::{concat, in_parallel};

/// Returns the ARNs of the protected ones among these tasks of one cluster. A task that is gone is not protected.
///
/// # Errors
///
/// The fault of the chunk that failed.
pub async fn protected(
    ecs: &Client,
    cluster: &str,
    tasks: &[String],
) -> Result<BTreeSet<String>, Fault> {
    let calls =
        tasks.chunks(TASKS_PER_PROTECTION).map(|chunk| protected_chunk(ecs, cluster, chunk));
    Ok(concat(in_parallel(calls.collect()).await)?.into_iter().collect())
}

async fn protected_chunk(
    ecs: &Client,
    cluster: &str,
    tasks: &[String],
) -> Result<Vec<String>, Fault> {
    let doing = format!("reading the protection of tasks in cluster {}", short_id(cluster));
    let call = ecs.get_task_protection().cluster(cluster).set_tasks(Some(tasks.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let protected = answer.protected_tasks().iter().filter(|it| it.protection_enabled());
    Ok(protected.filter_map(|it| it.task_arn().map(str::to_owned)).collect())
}
