//! Services of a cluster, all or by their tags: ListServices, DescribeServices.

use aws::fault::Fault;
use aws::limits::SERVICES_PER_DESCRIBE;
use aws::observe::conversion::short_id;
use aws::parallel::{concat, in_parallel};
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{SchedulingStrategy, Service, ServiceField};

use crate::limits::SERVICES_PER_PAGE;

/// Returns the names of the services of a cluster that have all of these tags, in order.
///
/// # Errors
///
/// The fault of the page or chunk that was not answered in full.
pub async fn with_tags(
    ecs: &Client,
    cluster: &str,
    tags: &[(String, String)],
) -> Result<Vec<String>, Fault> {
    let arns = list(ecs, cluster).await?;
    let chunks = arns.chunks(SERVICES_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk)).collect();
    let services = concat(in_parallel(calls).await)?;
    let has = |service: &Service, (key, value): &(String, String)| {
        let tags = service.tags();
        tags.iter().any(|tag| tag.key() == Some(key) && tag.value().unwrap_or_default() == value)
    };
    let chosen = services.iter().filter(|service| tags.iter().all(|tag| has(service, tag)));
    let mut names: Vec<String> =
        chosen.filter_map(|service| service.service_name().map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

/// Returns the names of the services of a cluster with this scheduling strategy, in order.
///
/// # Errors
///
/// The fault of the page that was not answered.
pub async fn with_strategy(
    ecs: &Client,
    cluster: &str,
    strategy: SchedulingStrategy,
) -> Result<Vec<String>, Fault> {
    let call = ecs.list_services().cluster(cluster).max_results(SERVICES_PER_PAGE);
    let mut pages = call.scheduling_strategy(strategy).into_paginator().items().send();
    let mut names = Vec::new();
    while let Some(arn) = pages.next().await {
        let doing = || format!("listing the services of cluster {cluster}");
        let arn = arn.map_err(|error| Fault::new(doing(), &error))?;
        names.push(short_id(&arn).to_owned());
    }
    names.sort();
    Ok(names)
}

/// Returns the names of all services of a cluster, in order.
///
/// # Errors
///
/// The fault of the page that was not answered.
pub async fn all(ecs: &Client, cluster: &str) -> Result<Vec<String>, Fault> {
    let arns = list(ecs, cluster).await?;
    let mut names: Vec<String> = arns.iter().map(|arn| short_id(arn).to_owned()).collect();
    names.sort();
    Ok(names)
}

async fn list(ecs: &Client, cluster: &str) -> Result<Vec<String>, Fault> {
    let call = ecs.list_services().cluster(cluster).max_results(SERVICES_PER_PAGE);
    let mut pages = call.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        let doing = || format!("listing the services of cluster {cluster}");
        arns.push(arn.map_err(|error| Fault::new(doing(), &error))?);
    }
    Ok(arns)
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    arns: &[String],
) -> Result<Vec<Service>, Fault> {
    let doing = format!("describing services of cluster {cluster}");
    let call = ecs.describe_services().cluster(cluster).include(ServiceField::Tags);
    let call = call.set_services(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    match faults.into_iter().find(|fault| !fault.is_gone()) {
        Some(fault) => Err(fault),
        None => Ok(answer.services.unwrap_or_default()),
    }
}
