//! Services: DescribeServices.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, SchedulingStrategy};
use drain::task::Service;

use super::conversion::{count, short_id};
use crate::fault::Fault;
use crate::limits::SERVICES_PER_DESCRIBE;
use crate::parallel::{concat, in_parallel};

/// Returns services of one cluster by name.
///
/// A service that ECS no longer has becomes a replica service with a desired count of 0: its last tasks are stopping.
///
/// # Errors
///
/// The fault of the chunk that was not answered in full.
pub async fn describe(
    ecs: &Client,
    cluster: &str,
    names: &[String],
) -> Result<BTreeMap<String, Service>, Fault> {
    let found = describe_found(ecs, cluster, names).await?;
    let found: BTreeMap<&str, Service> =
        found.iter().filter_map(|it| Some((it.service_name()?, service(it)))).collect();
    let named = |name: &String| found.get(name.as_str()).cloned().unwrap_or_else(deleted);
    Ok(names.iter().map(|name| (name.clone(), named(name))).collect())
}

/// Returns services of one cluster as ECS describes them. A service that is gone is left out.
///
/// # Errors
///
/// The fault of the chunk that was not answered in full.
pub(super) async fn describe_found(
    ecs: &Client,
    cluster: &str,
    names: &[String],
) -> Result<Vec<types::Service>, Fault> {
    let chunks = names.chunks(SERVICES_PER_DESCRIBE);
    let calls = chunks.map(|chunk| describe_chunk(ecs, cluster, chunk));
    concat(in_parallel(calls.collect()).await)
}

async fn describe_chunk(
    ecs: &Client,
    cluster: &str,
    names: &[String],
) -> Result<Vec<types::Service>, Fault> {
    let doing = format!("describing services of cluster {}", short_id(cluster));
    let call = ecs.describe_services().cluster(cluster).set_services(Some(names.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failures = answer.failures().iter();
    let faults = failures.map(|it| Fault::from_failure(&doing, it.reason(), it.detail()));
    match faults.into_iter().find(|fault| !fault.is_gone()) {
        Some(fault) => Err(fault),
        None => Ok(answer.services.unwrap_or_default()),
    }
}

fn service(it: &types::Service) -> Service {
    let daemon = it.scheduling_strategy() == Some(&SchedulingStrategy::Daemon);
    // Defaults of the two strategies (ECS API reference, DeploymentConfiguration).
    let (minimum, maximum) = if daemon { (0, 100) } else { (100, 200) };
    let bounds = it.deployment_configuration();
    let minimum = bounds.and_then(|it| it.minimum_healthy_percent()).unwrap_or(minimum);
    let maximum = bounds.and_then(|it| it.maximum_percent()).unwrap_or(maximum);
    Service {
        daemon,
        desired: count(it.desired_count()),
        minimum_healthy_percent: count(minimum),
        maximum_percent: count(maximum),
        load_balanced: !it.load_balancers().is_empty(),
    }
}

fn deleted() -> Service {
    Service {
        daemon: false,
        desired: 0,
        minimum_healthy_percent: 0,
        maximum_percent: 100,
        load_balanced: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daemon_service_is_known_by_its_scheduling_strategy() {
        let strategy = |strategy| types::Service::builder().scheduling_strategy(strategy).build();

        assert!(service(&strategy(SchedulingStrategy::Daemon)).daemon);
        assert!(!service(&strategy(SchedulingStrategy::Replica)).daemon);
    }

    #[test]
    fn service_without_deployment_bounds_gets_the_defaults() {
        let replica = service(&types::Service::builder().desired_count(3).build());

        assert_eq!((replica.minimum_healthy_percent, replica.maximum_percent), (100, 200));
        assert_eq!(replica.desired, 3);
    }
}
