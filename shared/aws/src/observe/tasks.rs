//! Tasks on container instances: ListTasks, DescribeTasks.
//!
//! Both desired statuses are listed: a task that is being stopped has the desired status STOPPED long before it is, and
//! `runningTasksCount` and the default of ListTasks leave it out.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, DesiredStatus, TaskField};
use drain::task::{Owner, Task};

use super::arn_answers::{Answers, merged, unanswered};
use super::{all, moment, short};
use crate::fault::Fault;

/// API reference, DescribeTasks.
const DESCRIBED_AT_ONCE: usize = 100;
/// What the group of a service's task begins with (ECS developer guide, task groups).
const SERVICE: &str = "service:";
/// What the `stoppedReason` of a task begins with that ebb has had stopped.
pub const BY_EBB: &str = "ebb: ";
/// The tag with which a standalone task has a policy of its own.
const POLICY: &str = "ebb:standalone";

/// A container instance whose tasks are asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerInstanceRef {
    /// The ARN of its cluster.
    pub cluster: String,
    /// Its ARN.
    pub container_instance: String,
}

/// The tasks on container instances, by the ARN of the instance. `known` gives tasks that were seen STOPPED, which is
/// final: they are not described again.
pub async fn on(
    ecs: &Client,
    places: &[ContainerInstanceRef],
    known: impl Fn(&str) -> Option<Task>,
) -> BTreeMap<String, Result<Vec<Task>, Fault>> {
    let lists = all(places.iter().map(|place| list(ecs, place)).collect()).await;
    let mut unknown: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (place, arns) in places.iter().zip(&lists) {
        let new = arns.iter().flatten().filter(|arn| known(arn).is_none());
        unknown.entry(&place.cluster).or_default().extend(new.cloned());
    }
    let described = describe(ecs, unknown).await;
    let tasks = lists.into_iter().map(|arns| assembled(arns?, &known, &described));
    places.iter().map(|place| place.container_instance.clone()).zip(tasks).collect()
}

/// One list after the other, and in this order: a desired status only ever goes from RUNNING to STOPPED, so that a task
/// that changes it between the two is in both. The other way round, or at once, it could be in neither.
async fn list(ecs: &Client, place: &ContainerInstanceRef) -> Result<Vec<String>, Fault> {
    let mut arns = BTreeSet::from_iter(list_desired(ecs, place, DesiredStatus::Running).await?);
    arns.extend(list_desired(ecs, place, DesiredStatus::Stopped).await?);
    Ok(arns.into_iter().collect())
}

async fn list_desired(
    ecs: &Client,
    place: &ContainerInstanceRef,
    desired: DesiredStatus,
) -> Result<Vec<String>, Fault> {
    let call =
        ecs.list_tasks().cluster(&place.cluster).container_instance(&place.container_instance);
    let call = call.desired_status(desired);
    let doing = || format!("listing tasks on {}", short(&place.container_instance));
    let mut pages = call.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.map_err(|error| Fault::new(doing(), &error))?);
    }
    Ok(arns)
}

async fn describe(ecs: &Client, arns: BTreeMap<&str, BTreeSet<String>>) -> Answers<Task> {
    let arns: Vec<(&str, Vec<String>)> =
        arns.into_iter().map(|(cluster, arns)| (cluster, arns.into_iter().collect())).collect();
    let calls = arns.iter().flat_map(|(cluster, arns)| {
        arns.chunks(DESCRIBED_AT_ONCE).map(move |chunk| describe_some(ecs, cluster, chunk))
    });
    all(calls.collect()).await.into_iter().flatten().collect()
}

async fn describe_some(ecs: &Client, cluster: &str, arns: &[String]) -> Answers<Task> {
    let doing = format!("describing tasks of cluster {}", short(cluster));
    let call = ecs.describe_tasks().cluster(cluster).include(TaskField::Tags);
    match call.set_tasks(Some(arns.to_vec())).send().await {
        Ok(answer) => merged(&doing, arns, found(answer.tasks()), answer.failures()),
        Err(error) => unanswered(arns, &Fault::new(&doing, &error)),
    }
}

fn found(tasks: &[types::Task]) -> impl Iterator<Item = (String, Task)> {
    tasks.iter().map(task).map(|task| (task.arn.clone(), task))
}

/// The tasks of one container instance. One that ECS has forgotten is not on it any more.
fn assembled(
    arns: Vec<String>,
    known: impl Fn(&str) -> Option<Task>,
    described: &Answers<Task>,
) -> Result<Vec<Task>, Fault> {
    let mut tasks = Vec::new();
    for arn in arns {
        match described.get(&arn) {
            Some(Err(Fault::Gone(_))) => {}
            Some(answer) => tasks.push(answer.clone()?),
            None => tasks.extend(known(&arn)),
        }
    }
    Ok(tasks)
}

fn task(it: &types::Task) -> Task {
    let last = it.last_status().unwrap_or_default();
    let policy = it.tags().iter().find(|tag| tag.key() == Some(POLICY));
    Task {
        arn: it.task_arn().unwrap_or_default().to_owned(),
        owner: owner(it.group().unwrap_or_default()),
        definition: it.task_definition_arn().unwrap_or_default().to_owned(),
        stopped: matches!(last, "STOPPED" | "DELETED"),
        stopping: it.desired_status() == Some("STOPPED"),
        stopping_since: it.stopping_at().or(it.stopped_at()).and_then(moment),
        stopped_by_ebb: it.stopped_reason().is_some_and(|reason| reason.starts_with(BY_EBB)),
        stopped_at: it.stopped_at().and_then(moment),
        stop_time: None,
        policy: policy.and_then(|tag| tag.value()?.parse().ok()),
    }
}

fn owner(group: &str) -> Owner {
    match group.strip_prefix(SERVICE) {
        Some(name) => Owner::Service { name: name.to_owned(), service: None },
        None => Owner::Standalone,
    }
}

#[cfg(test)]
mod tests {
    use drain::policy::StandalonePolicy;

    use super::*;

    fn described(last: &str, desired: &str) -> types::Task {
        let tag = types::Tag::builder().key(POLICY).value("stop").build();
        types::Task::builder()
            .task_arn("t-1")
            .group("family:import")
            .last_status(last)
            .desired_status(desired)
            .tags(tag)
            .build()
    }

    #[test]
    fn a_task_that_is_being_stopped_has_not_stopped() {
        let stopping = task(&described("DEACTIVATING", "STOPPED"));

        assert!(stopping.stopping);
        assert!(!stopping.stopped);
        assert!(task(&described("DELETED", "STOPPED")).stopped);
    }

    #[test]
    fn a_service_is_told_by_the_group_alone() {
        assert_eq!(owner("family:import"), Owner::Standalone);
        assert_eq!(owner(""), Owner::Standalone);
        assert_eq!(owner("service:api"), Owner::Service { name: "api".to_owned(), service: None });
    }

    #[test]
    fn a_tag_of_the_task_is_its_policy() {
        assert_eq!(task(&described("RUNNING", "RUNNING")).policy, Some(StandalonePolicy::Stop));
    }

    #[test]
    fn a_task_that_ecs_has_forgotten_is_left_out_and_one_unanswered_spoils_the_answer() {
        let arns = ["t-1".to_owned(), "t-2".to_owned()];
        let missing = types::Failure::builder().arn("t-2").reason("MISSING").build();
        let tasks = [described("RUNNING", "RUNNING")];

        let whole = merged("describing", &arns, found(&tasks), &[missing]);
        let half = merged("describing", &arns, found(&tasks), &[]);

        assert_eq!(assembled(arns.to_vec(), |_| None, &whole).unwrap().len(), 1);
        assert!(assembled(arns.to_vec(), |_| None, &half).is_err());
    }
}
