//! Tasks of a service: ListTasks, DescribeTasks, DescribeTaskDefinition.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use aws::fault::Fault;
use aws::limits::TASKS_PER_DESCRIBE;
use aws::observe::conversion::short_id;
use aws::observe::task_definitions::container as container_definition;
use aws::parallel::in_parallel;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, DesiredStatus, HealthStatus};
use drain::stop_time::stop_time;
use jiff::Timestamp;
use service::observation::{ContainerHealth, ObservedContainer, ObservedTask, TaskStatus};

use super::constants::{Constants, Revision};
use super::conversion::{time_or_first, timestamp};
use super::task_addresses::TaskAddress;
use crate::limits::STOP_TIMEOUT_OF_AGENT;

/// Returns the tasks of a service, each with its address. A task that ECS no longer has is left out.
///
/// # Errors
///
/// The fault of the page or chunk that was not answered in full.
pub(super) async fn describe(
    ecs: &Client,
    constants: &Constants,
    cluster: &str,
    service: &str,
    now: Timestamp,
) -> Result<Vec<(ObservedTask, Option<TaskAddress>)>, Fault> {
    let arns = list(ecs, cluster, service).await?;
    let arns: Vec<String> = arns.into_iter().collect();
    let chunks = arns.chunks(TASKS_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk)).collect();
    let mut tasks = Vec::new();
    for chunk in in_parallel(calls).await {
        tasks.extend(chunk?);
    }
    let revisions = tasks.iter().filter_map(|task| task.task_definition_arn());
    let revisions = revisions_of(ecs, constants, revisions, now).await?;
    let observed = |task: &types::Task| (observed(task, &revisions), TaskAddress::new(task));
    Ok(tasks.iter().map(observed).collect())
}

/// Lists the tasks: first those with the desired status RUNNING, then those with STOPPED.
///
/// A desired status only changes from RUNNING to STOPPED, so a task that changes it between the two lists is in both.
async fn list(ecs: &Client, cluster: &str, service: &str) -> Result<BTreeSet<String>, Fault> {
    let mut arns = list_desired(ecs, cluster, service, DesiredStatus::Running).await?;
    arns.extend(list_desired(ecs, cluster, service, DesiredStatus::Stopped).await?);
    Ok(arns)
}

async fn list_desired(
    ecs: &Client,
    cluster: &str,
    service: &str,
    desired: DesiredStatus,
) -> Result<BTreeSet<String>, Fault> {
    let call = ecs.list_tasks().cluster(cluster).service_name(service).desired_status(desired);
    let mut pages = call.into_paginator().items().send();
    let mut arns = BTreeSet::new();
    while let Some(arn) = pages.next().await {
        let doing = || format!("listing the tasks of service {service}");
        arns.insert(arn.map_err(|error| Fault::new(doing(), &error))?);
    }
    Ok(arns)
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> Result<Vec<types::Task>, Fault> {
    let doing = format!("describing tasks of cluster {cluster}");
    let call = ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    if let Some(fault) = faults.into_iter().find(|fault| !fault.is_gone()) {
        return Err(fault);
    }
    if answer.tasks().len() + answer.failures().len() < arns.len() {
        return Err(Fault::Busy(format!("{doing}: the answer lacks a task that was asked for")));
    }
    Ok(answer.tasks.unwrap_or_default())
}

/// Returns the facts about each revision.
async fn revisions_of<'a>(
    ecs: &Client,
    constants: &Constants,
    revisions: impl Iterator<Item = &'a str>,
    now: Timestamp,
) -> Result<BTreeMap<String, Revision>, Fault> {
    let revisions: BTreeSet<&str> = revisions.collect();
    let mut found = BTreeMap::new();
    for revision in revisions {
        let facts = match constants.revision(revision, now) {
            Some(known) => known,
            None => {
                let facts = describe_revision(ecs, revision).await?;
                constants.remember_revision(revision, facts, now);
                facts
            }
        };
        found.insert(revision.to_owned(), facts);
    }
    Ok(found)
}

/// Describes a revision. ECS ignores a health check of the image (ECS API reference, HealthCheck).
async fn describe_revision(ecs: &Client, revision: &str) -> Result<Revision, Fault> {
    let call = ecs.describe_task_definition().task_definition(revision);
    let doing = || format!("describing task definition {}", short_id(revision));
    let answer = call.send().await.map_err(|error| Fault::new(doing(), &error))?;
    let containers = answer.task_definition().map(|it| it.container_definitions());
    let containers = containers.unwrap_or_default();
    let stops: Vec<_> = containers.iter().map(container_definition).collect();
    Ok(Revision {
        has_health_check: containers.iter().any(|it| it.health_check().is_some()),
        stop_time: stop_time(&stops, STOP_TIMEOUT_OF_AGENT),
    })
}

fn observed(it: &types::Task, revisions: &BTreeMap<String, Revision>) -> ObservedTask {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let status = it.last_status().unwrap_or_default();
    let revision = it.task_definition_arn().unwrap_or_default();
    let facts = revisions.get(revision);
    let has_check = facts.is_some_and(|facts| facts.has_health_check);
    ObservedTask {
        arn: it.task_arn().unwrap_or_default().to_owned(),
        last_status: TaskStatus::from_str(status)
            .unwrap_or_else(|_| TaskStatus::Other(status.to_owned())),
        stopping: it.desired_status() == Some("STOPPED"),
        task_definition: revision.to_owned(),
        started_by: text(it.started_by()),
        created_at: time_or_first(it.created_at()),
        started_at: it.started_at().and_then(timestamp),
        stopping_at: it.stopping_at().and_then(timestamp),
        stopped_at: it.stopped_at().and_then(timestamp),
        stop_code: text(it.stop_code().map(|code| code.as_str())),
        stopped_reason: text(it.stopped_reason()),
        health: has_check.then(|| health(it.health_status())),
        containers: it.containers().iter().map(container).collect(),
        container_instance: text(it.container_instance_arn()),
        stop_time: facts.map(|facts| facts.stop_time),
    }
}

fn health(status: Option<&HealthStatus>) -> ContainerHealth {
    match status {
        Some(HealthStatus::Healthy) => ContainerHealth::Healthy,
        Some(HealthStatus::Unhealthy) => ContainerHealth::Unhealthy,
        _ => ContainerHealth::Unknown,
    }
}

fn container(it: &types::Container) -> ObservedContainer {
    ObservedContainer {
        name: it.name().unwrap_or_default().to_owned(),
        exit_code: it.exit_code(),
        reason: it.reason().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_without_a_health_check_has_no_health() {
        let task = types::Task::builder().task_definition_arn("web:1").last_status("RUNNING");
        let task = task.health_status(HealthStatus::from("UNKNOWN")).build();
        let checks = |has_health_check| {
            let facts = Revision { has_health_check, stop_time: STOP_TIMEOUT_OF_AGENT };
            BTreeMap::from([("web:1".to_owned(), facts)])
        };

        assert_eq!(observed(&task, &checks(false)).health, None);
        assert_eq!(observed(&task, &checks(true)).health, Some(ContainerHealth::Unknown));
    }

    #[test]
    fn status_that_no_version_knows_is_kept() {
        let task = types::Task::builder().last_status("REBOOTING").build();

        let status = observed(&task, &BTreeMap::new()).last_status;

        assert_eq!(status, TaskStatus::Other("REBOOTING".to_owned()));
    }
}
