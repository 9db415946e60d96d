//! Services: DescribeServices.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, SchedulingStrategy};
use drain::task::Service;

use super::{all, count, short, together};
use crate::fault::Fault;

/// API reference, DescribeServices.
const DESCRIBED_AT_ONCE: usize = 10;

/// Services of one cluster by their names. One that ECS no longer has stands there as a replica service that wants no
/// task: its last tasks are on their way out.
///
/// # Errors
///
/// The fault of a chunk that was not answered in full.
pub async fn describe(
    ecs: &Client,
    cluster: &str,
    names: &[String],
) -> Result<BTreeMap<String, Service>, Fault> {
    let chunks = names.chunks(DESCRIBED_AT_ONCE);
    let answers = all(chunks.map(|chunk| describe_some(ecs, cluster, chunk)).collect()).await;
    Ok(together(answers)?.into_iter().collect())
}

async fn describe_some(
    ecs: &Client,
    cluster: &str,
    names: &[String],
) -> Result<Vec<(String, Service)>, Fault> {
    let doing = format!("describing services of cluster {}", short(cluster));
    let call = ecs.describe_services().cluster(cluster).set_services(Some(names.to_vec()));
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let found: BTreeMap<&str, Service> =
        answer.services().iter().filter_map(|it| Some((it.service_name()?, service(it)))).collect();
    let refused = answer.failures().iter();
    let faults = refused.map(|it| Fault::listed(&doing, it.reason(), it.detail()));
    if let Some(fault) = faults.into_iter().find(|fault| !fault.is_gone()) {
        return Err(fault);
    }
    let of = |name: &String| found.get(name.as_str()).cloned().unwrap_or_else(gone);
    Ok(names.iter().map(|name| (name.clone(), of(name))).collect())
}

fn service(it: &types::Service) -> Service {
    let daemon = it.scheduling_strategy() == Some(&SchedulingStrategy::Daemon);
    // API reference, DeploymentConfiguration: the defaults of the two strategies.
    let (minimum, maximum) = if daemon { (0, 100) } else { (100, 200) };
    let bounds = it.deployment_configuration();
    let minimum = bounds.and_then(|it| it.minimum_healthy_percent()).unwrap_or(minimum);
    let maximum = bounds.and_then(|it| it.maximum_percent()).unwrap_or(maximum);
    Service {
        daemon,
        desired: count(it.desired_count()),
        minimum_healthy_percent: count(minimum),
        maximum_percent: count(maximum),
    }
}

fn gone() -> Service {
    Service { daemon: false, desired: 0, minimum_healthy_percent: 0, maximum_percent: 100 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_is_told_by_its_scheduling_strategy() {
        let strategy = |strategy| types::Service::builder().scheduling_strategy(strategy).build();

        assert!(service(&strategy(SchedulingStrategy::Daemon)).daemon);
        assert!(!service(&strategy(SchedulingStrategy::Replica)).daemon);
    }

    #[test]
    fn bounds_that_are_not_said_are_the_defaults() {
        let replica = service(&types::Service::builder().desired_count(3).build());

        assert_eq!((replica.minimum_healthy_percent, replica.maximum_percent), (100, 200));
        assert_eq!(replica.desired, 3);
    }
}
