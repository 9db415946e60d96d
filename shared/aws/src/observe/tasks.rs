//! Tasks on container instances: ListTasks, DescribeTasks.
//!
//! Both desired statuses are listed. A stopping task has the desired status STOPPED long before its last status is, and
//! `runningTasksCount` and the default of ListTasks leave it out.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::list_tasks::builders::ListTasksFluentBuilder;
use aws_sdk_ecs::types::{self, DesiredStatus, TaskField};
use drain::task::{Owner, Task};
use tokio::time::{Instant, timeout_at};

use super::arn_answers::{ArnAnswers, all_failed, merge};
use super::conversion::{short_id, timestamp};
use crate::fault::Fault;
use crate::feed::Feed;
use crate::limits::{LISTING_TIME, SWEEP_LISTING_TIME, TASKS_PER_DESCRIBE};
use crate::parallel::in_parallel;

/// Prefix of the `stoppedReason` of a task that ebb stopped.
pub const STOPPED_BY_EBB: &str = "ebb: ";
/// Tag that gives a standalone task a policy of its own.
const POLICY_TAG: &str = "ebb:standalone";

/// A container instance whose tasks are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskHost {
    /// ARN of the cluster.
    pub cluster: String,
    /// ARN of the container instance.
    pub container_instance: String,
    /// Number of tasks that ECS counts on it: `runningTasksCount` + `pendingTasksCount`.
    pub counted: usize,
}

/// A task, and the ARN of its container instance.
#[derive(Debug, Clone)]
pub(super) struct HostedTask {
    pub(super) container_instance: String,
    pub(super) task: Task,
}

/// The lists of tasks that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskLists {
    /// RUNNING and STOPPED.
    Both,
    /// RUNNING: tasks that have not begun to stop.
    Running,
}

/// Returns the tasks on container instances, by the ARN of the container instance.
///
/// `known_stopped` returns tasks that were seen STOPPED. STOPPED is final, so they are not described again. A list that is
/// not answered by `until` is busy.
pub async fn list_and_describe(
    ecs: &Client,
    hosts: &[TaskHost],
    wanted: TaskLists,
    until: Instant,
    known_stopped: impl Fn(&str) -> Option<Task>,
) -> BTreeMap<String, Result<Vec<Task>, Fault>> {
    let lists = hosts.iter().map(|host| list_until(until, ecs, host, wanted));
    let lists = in_parallel(lists.collect()).await;
    let mut unknown: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (host, arns) in hosts.iter().zip(&lists) {
        let new = arns.iter().flatten().filter(|arn| known_stopped(arn).is_none());
        unknown.entry(&host.cluster).or_default().extend(new.cloned());
    }
    let described = describe(ecs, unknown).await;
    let tasks = lists.into_iter().map(|arns| assemble(arns?, &known_stopped, &described));
    hosts.iter().map(|host| host.container_instance.clone()).zip(tasks).collect()
}

/// Returns the time until which a batch that begins now lists tasks.
pub fn listing_end(feed: Feed) -> Instant {
    let time = if feed == Feed::Sweep { SWEEP_LISTING_TIME } else { LISTING_TIME };
    Instant::now() + time
}

/// Lists the tasks, or fails as busy at this time.
async fn list_until(
    until: Instant,
    ecs: &Client,
    host: &TaskHost,
    wanted: TaskLists,
) -> Result<Vec<String>, Fault> {
    let id = short_id(&host.container_instance);
    match timeout_at(until, list(ecs, host, wanted)).await {
        Ok(answer) => answer,
        Err(_) => Err(Fault::Busy(format!("listing tasks on {id}: too many instances at once"))),
    }
}

/// Lists the tasks: first those with the desired status RUNNING, then those with STOPPED.
///
/// A desired status only changes from RUNNING to STOPPED, so a task that changes it between the two lists is in both.
/// In the other order, or side by side, it could be in neither.
async fn list(ecs: &Client, host: &TaskHost, wanted: TaskLists) -> Result<Vec<String>, Fault> {
    let mut arns = BTreeSet::from_iter(list_desired(ecs, host, DesiredStatus::Running).await?);
    if wanted == TaskLists::Both {
        arns.extend(list_desired(ecs, host, DesiredStatus::Stopped).await?);
    }
    Ok(arns.into_iter().collect())
}

async fn list_desired(
    ecs: &Client,
    host: &TaskHost,
    desired: DesiredStatus,
) -> Result<Vec<String>, Fault> {
    let call = ecs.list_tasks().cluster(&host.cluster).container_instance(&host.container_instance);
    let doing = || format!("listing tasks on {}", short_id(&host.container_instance));
    all_pages(call.desired_status(desired), doing).await
}

/// Returns the ARNs of all pages of a list.
pub(super) async fn all_pages(
    call: ListTasksFluentBuilder,
    doing: impl Fn() -> String,
) -> Result<Vec<String>, Fault> {
    let mut pages = call.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.map_err(|error| Fault::new(doing(), &error))?);
    }
    Ok(arns)
}

/// Describes tasks, whose ARNs are given by cluster.
pub(super) async fn describe(
    ecs: &Client,
    arns: BTreeMap<&str, BTreeSet<String>>,
) -> ArnAnswers<HostedTask> {
    let arns: Vec<(&str, Vec<String>)> =
        arns.into_iter().map(|(cluster, arns)| (cluster, arns.into_iter().collect())).collect();
    let calls = arns.iter().flat_map(|(cluster, arns)| {
        arns.chunks(TASKS_PER_DESCRIBE).map(move |chunk| describe_chunk(ecs, cluster, chunk))
    });
    in_parallel(calls.collect()).await.into_iter().flatten().collect()
}

async fn describe_chunk(ecs: &Client, cluster: &str, arns: &[String]) -> ArnAnswers<HostedTask> {
    let doing = format!("describing tasks of cluster {}", short_id(cluster));
    let call = ecs.describe_tasks().cluster(cluster).include(TaskField::Tags);
    match call.set_tasks(Some(arns.to_vec())).send().await {
        Ok(answer) => merge(&doing, arns, by_arn(answer.tasks()), answer.failures()),
        Err(error) => all_failed(arns, &Fault::new(&doing, &error)),
    }
}

/// Returns the tasks among these, by cluster, that have stopped, have begun to stop, or are gone. Without an answer of ECS there
/// are none.
pub async fn ended(ecs: &Client, arns: BTreeMap<&str, BTreeSet<String>>) -> BTreeSet<String> {
    let has_ended = |answer: &Result<HostedTask, Fault>| match answer {
        Ok(HostedTask { task, .. }) => task.stopped || task.stopping,
        Err(fault) => matches!(fault, Fault::Gone(_)),
    };
    let described = describe(ecs, arns).await;
    described.into_iter().filter(|(_, answer)| has_ended(answer)).map(|(arn, _)| arn).collect()
}

fn by_arn(tasks: &[types::Task]) -> impl Iterator<Item = (String, HostedTask)> {
    let hosted = |it: &types::Task| {
        let container_instance = it.container_instance_arn().unwrap_or_default().to_owned();
        let task = task(it);
        (task.arn.clone(), HostedTask { container_instance, task })
    };
    tasks.iter().map(hosted)
}

/// Returns the tasks of one container instance. A task that ECS has deleted is left out.
fn assemble(
    arns: Vec<String>,
    known_stopped: impl Fn(&str) -> Option<Task>,
    described: &ArnAnswers<HostedTask>,
) -> Result<Vec<Task>, Fault> {
    let mut tasks = Vec::new();
    for arn in arns {
        match described.get(&arn) {
            Some(Err(Fault::Gone(_))) => {}
            Some(answer) => tasks.push(answer.clone()?.task),
            None => tasks.extend(known_stopped(&arn)),
        }
    }
    Ok(tasks)
}

fn task(it: &types::Task) -> Task {
    let last = it.last_status().unwrap_or_default();
    let policy = it.tags().iter().find(|tag| tag.key() == Some(POLICY_TAG));
    let stopped_reason = it.stopped_reason().unwrap_or_default();
    Task {
        arn: it.task_arn().unwrap_or_default().to_owned(),
        owner: Owner::from_group(it.group().unwrap_or_default()),
        definition: it.task_definition_arn().unwrap_or_default().to_owned(),
        stopped: matches!(last, "STOPPED" | "DELETED"),
        stopping: it.desired_status() == Some("STOPPED"),
        stopping_since: it.stopping_at().or(it.stopped_at()).and_then(timestamp),
        stopped_by_ebb: stopped_reason.starts_with(STOPPED_BY_EBB),
        stopped_at: it.stopped_at().and_then(timestamp),
        stop_time: None,
        policy: policy.and_then(|tag| tag.value()?.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use drain::policy::StandalonePolicy;

    use super::*;

    fn described(last: &str, desired: &str) -> types::Task {
        let tag = types::Tag::builder().key(POLICY_TAG).value("stop").build();
        types::Task::builder()
            .task_arn("t-1")
            .group("family:import")
            .last_status(last)
            .desired_status(desired)
            .tags(tag)
            .build()
    }

    #[test]
    fn stopping_task_has_not_stopped() {
        let stopping = task(&described("DEACTIVATING", "STOPPED"));

        assert!(stopping.stopping);
        assert!(!stopping.stopped);
        assert!(task(&described("DELETED", "STOPPED")).stopped);
    }

    #[test]
    fn tag_of_a_task_sets_its_policy() {
        assert_eq!(task(&described("RUNNING", "RUNNING")).policy, Some(StandalonePolicy::Stop));
    }

    #[test]
    fn deleted_task_is_left_out_and_unanswered_task_fails_the_list() {
        let arns = ["t-1".to_owned(), "t-2".to_owned()];
        let missing = types::Failure::builder().arn("t-2").reason("MISSING").build();
        let tasks = [described("RUNNING", "RUNNING")];

        let whole = merge("describing", &arns, by_arn(&tasks), &[missing]);
        let half = merge("describing", &arns, by_arn(&tasks), &[]);

        assert_eq!(assemble(arns.to_vec(), |_| None, &whole).unwrap().len(), 1);
        assert!(assemble(arns.to_vec(), |_| None, &half).is_err());
    }
}
