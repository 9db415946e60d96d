//! Service deployments: ListServiceDeployments, DescribeServiceDeployments.

use std::collections::BTreeSet;

use aws::fault::Fault;
use aws::parallel::in_parallel;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::list_service_deployments::builders::ListServiceDeploymentsFluentBuilder;
use aws_sdk_ecs::types::{self, CreatedAt, ServiceDeploymentBrief, ServiceDeploymentStatus};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use service::limits::CLOCK_TOLERANCE;
use service::observation::{ObservedCircuitBreaker, ObservedServiceDeployment};

use super::conversion::{count, time_or_first, timestamp};
use crate::limits::{DEPLOYMENT_MARGIN, DEPLOYMENTS_PER_DESCRIBE, DEPLOYMENTS_PER_PAGE};

/// Service deployments that a look needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NeededDeployments {
    /// Deployments that have not ended.
    Open,
    /// Deployments that have not ended, and those that were created since a time.
    OpenOrSince(Timestamp),
    /// Deployments that were created since shortly before a time at which none was open.
    Since(Timestamp),
}

/// Returns service deployments of a service.
///
/// # Errors
///
/// The fault of the page or chunk that was not answered in full.
pub(super) async fn describe(
    ecs: &Client,
    cluster: &str,
    service: &str,
    needed: NeededDeployments,
) -> Result<Vec<ObservedServiceDeployment>, Fault> {
    use NeededDeployments::{Open, OpenOrSince, Since};
    let list = || ecs.list_service_deployments().cluster(cluster).service(service);
    let created_after = |since: Timestamp| {
        let after = CreatedAt::builder().after(DateTime::from_secs(since.as_second())).build();
        list().created_at(after)
    };
    let mut arns = BTreeSet::new();
    if matches!(needed, Open | OpenOrSince(_)) {
        let open = ObservedServiceDeployment::OPEN.map(ServiceDeploymentStatus::from);
        arns.extend(all_pages(list().set_status(Some(open.into())), service, |_| true).await?);
    }
    if let OpenOrSince(since) = needed {
        arns.extend(all_pages(created_after(since), service, |_| true).await?);
    }
    if let Since(since) = needed {
        let margin = since.saturating_sub(DEPLOYMENT_MARGIN).unwrap_or(since);
        let matters = |it: &ServiceDeploymentBrief| is_open(it) || is_since(it, since);
        arns.extend(all_pages(created_after(margin), service, matters).await?);
    }
    let arns: Vec<String> = arns.into_iter().collect();
    let chunks = arns.chunks(DEPLOYMENTS_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, service, chunk)).collect();
    let mut found = Vec::new();
    for chunk in in_parallel(calls).await {
        found.extend(chunk?);
    }
    Ok(found)
}

fn is_open(it: &ServiceDeploymentBrief) -> bool {
    it.status().is_none_or(|status| ObservedServiceDeployment::OPEN.contains(&status.as_str()))
}

/// Returns true if the deployment was created since a time, or may have been: the clocks of two services differ a little.
fn is_since(it: &ServiceDeploymentBrief, since: Timestamp) -> bool {
    let from = since.saturating_sub(CLOCK_TOLERANCE).unwrap_or(since);
    it.created_at().and_then(timestamp).is_none_or(|at| at >= from)
}

/// Returns the service deployments that matter, of all pages.
async fn all_pages(
    call: ListServiceDeploymentsFluentBuilder,
    service: &str,
    matters: impl Fn(&ServiceDeploymentBrief) -> bool,
) -> Result<BTreeSet<String>, Fault> {
    let mut arns = BTreeSet::new();
    let mut next = None;
    loop {
        let page = call.clone().max_results(DEPLOYMENTS_PER_PAGE).set_next_token(next);
        let doing = || format!("listing the deployments of service {service}");
        let page = page.send().await.map_err(|error| Fault::new(doing(), &error))?;
        let listed = page.service_deployments().iter().filter(|it| matters(it));
        arns.extend(listed.filter_map(|it| it.service_deployment_arn().map(str::to_owned)));
        next = page.next_token;
        if next.is_none() {
            return Ok(arns);
        }
    }
}

/// Describes service deployments. One that is MISSING is older than the records of ECS, and is left out.
async fn describe_chunk(
    ecs: &Client,
    service: &str,
    arns: &[String],
) -> Result<Vec<ObservedServiceDeployment>, Fault> {
    let doing = format!("describing the deployments of service {service}");
    let call = ecs.describe_service_deployments().set_service_deployment_arns(Some(arns.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    match faults.into_iter().find(|fault| !fault.is_gone()) {
        Some(fault) => Err(fault),
        None => Ok(answer.service_deployments().iter().map(observed).collect()),
    }
}

fn observed(it: &types::ServiceDeployment) -> ObservedServiceDeployment {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let breaker = it.deployment_circuit_breaker().map(|breaker| ObservedCircuitBreaker {
        status: breaker.status().map(|it| it.as_str().to_owned()).unwrap_or_default(),
        failure_count: count(breaker.failure_count()),
        threshold: count(breaker.threshold()),
    });
    let alarms = it.alarms().map(|alarms| alarms.triggered_alarm_names().to_vec());
    ObservedServiceDeployment {
        arn: it.service_deployment_arn().unwrap_or_default().to_owned(),
        status: it.status().map(|it| it.as_str().to_owned()).unwrap_or_default(),
        status_reason: text(it.status_reason()),
        created_at: time_or_first(it.created_at()),
        lifecycle_stage: text(it.lifecycle_stage().map(|it| it.as_str())),
        circuit_breaker: breaker,
        triggered_alarms: alarms.unwrap_or_default(),
    }
}
