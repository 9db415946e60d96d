//! Search for the container instances of EC2 instances: ListContainerInstances with a filter, in every cluster.
//!
//! Rule 10. An instance is in no cluster only if each one answered without it.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use drain::observation::{ContainerInstance, Described, Seen, Status};

use super::container_instances::{DescribedInstance, Selection, cluster_arn, describe, list};
use crate::fault::Fault;
use crate::limits::EC2_INSTANCES_PER_FILTER;
use crate::parallel::{concat, in_parallel};

/// Returns the container instances of EC2 instances, by EC2 instance id.
///
/// An instance is absent only if every cluster answered in full without it.
pub async fn find(
    ecs: &Client,
    clusters: &[String],
    ids: &[String],
) -> BTreeMap<String, Seen<ContainerInstance>> {
    let searches = clusters.iter().flat_map(|cluster| {
        let chunks = ids.chunks(EC2_INSTANCES_PER_FILTER);
        chunks.map(move |chunk| list_in(ecs, cluster, chunk))
    });
    let mut fault = None;
    let mut arns: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (cluster, answer) in in_parallel(searches.collect()).await {
        match answer {
            Ok(listed) => arns.entry(cluster).or_default().extend(listed),
            Err(unanswered) => fault = fault.or(Some(unanswered)),
        }
    }
    arns.retain(|_, listed| !listed.is_empty());
    if let Some(only) = single_match(ids, &arns) {
        return only;
    }
    let found = describe_all(ecs, arns, &mut fault).await;
    ids.iter().map(|id| (id.clone(), seen(in_use(&found, id), fault.as_ref()))).collect()
}

async fn list_in<'a>(
    ecs: &Client,
    cluster: &'a str,
    ids: &[String],
) -> (&'a str, Result<Vec<String>, Fault>) {
    (cluster, list(ecs, cluster, Selection::Ec2Instances(ids)).await)
}

/// Returns the answer without a description if one EC2 instance was searched and one container instance was found.
fn single_match(
    ids: &[String],
    arns: &BTreeMap<&str, Vec<String>>,
) -> Option<BTreeMap<String, Seen<ContainerInstance>>> {
    let [id] = ids else { return None };
    let mut all =
        arns.iter().flat_map(|(cluster, arns)| arns.iter().map(move |arn| (cluster, arn)));
    let (cluster, arn) = all.next()?;
    if all.next().is_some() {
        return None;
    }
    let only =
        ContainerInstance { arn: arn.clone(), cluster: cluster_arn(cluster, arn), described: None };
    Some(BTreeMap::from([(id.clone(), Seen::Present(only))]))
}

async fn describe_all(
    ecs: &Client,
    arns: BTreeMap<&str, Vec<String>>,
    fault: &mut Option<Fault>,
) -> Vec<DescribedInstance> {
    let calls = arns.iter().map(|(cluster, arns)| describe(ecs, cluster, arns));
    let answers = in_parallel(calls.collect()).await;
    let mut found = Vec::new();
    for answer in answers.into_iter().flat_map(BTreeMap::into_values) {
        match answer {
            Ok(one) => found.push(one),
            Err(gone) if gone.is_gone() => {}
            Err(unanswered) => *fault = fault.take().or(Some(unanswered)),
        }
    }
    found
}

/// Returns the container instance of an EC2 instance that is in use, with the ARNs of those that are left behind.
///
/// An agent that registers anew leaves an older container instance behind. The one that is ACTIVE or DRAINING,
/// connected and youngest is in use.
pub(crate) fn in_use(found: &[DescribedInstance], id: &str) -> Option<ContainerInstance> {
    let of_instance = || found.iter().filter(|one| one.ec2_instance.as_deref() == Some(id));
    let all = of_instance().map(|one| &one.container_instance);
    let chosen = all.max_by_key(|one| {
        one.described.as_ref().map(|it| (is_registered(it), it.agent_connected, it.registered_at))
    })?;
    let is_left_behind = |it: &Described| is_registered(it) && !it.agent_connected;
    let others =
        of_instance().map(|one| &one.container_instance).filter(|one| one.arn != chosen.arn);
    let left_behind = others.filter(|one| one.described.as_ref().is_some_and(is_left_behind));
    let left_behind = left_behind.map(|one| one.arn.clone()).collect();
    let described = chosen.described.clone().map(|it| Described { left_behind, ..it });
    Some(ContainerInstance { described, ..chosen.clone() })
}

fn is_registered(it: &Described) -> bool {
    matches!(it.status, Status::Active | Status::Draining)
}

fn seen(found: Option<ContainerInstance>, fault: Option<&Fault>) -> Seen<ContainerInstance> {
    match (found, fault) {
        (Some(one), _) => Seen::Present(one),
        (None, Some(fault)) => Seen::Unanswered(fault.unanswered()),
        (None, None) => Seen::Absent,
    }
}

/// Returns true if any of these EC2 instances is in one of the clusters.
///
/// # Errors
///
/// The fault of a cluster that did not answer, if no other cluster has one of them.
pub async fn any(ecs: &Client, clusters: &[String], ids: &[String]) -> Result<bool, Fault> {
    for chunk in ids.chunks(EC2_INSTANCES_PER_FILTER) {
        let searches = clusters.iter().map(|cluster| list_in(ecs, cluster, chunk));
        let answers = in_parallel(searches.collect()).await;
        let answers: Vec<_> = answers.into_iter().map(|(_, answer)| answer).collect();
        if answers.iter().flatten().any(|arns| !arns.is_empty()) {
            return Ok(true);
        }
        concat(answers)?;
    }
    Ok(false)
}

/// Counts the DRAINING ones among these EC2 instances, over all clusters.
///
/// # Errors
///
/// The fault of the first list that failed: an instance that it leaves out may drain.
pub async fn count_draining(
    ecs: &Client,
    clusters: &[String],
    ids: &[String],
) -> Result<u32, Fault> {
    let lists = clusters.iter().flat_map(|cluster| {
        let chunks = ids.chunks(EC2_INSTANCES_PER_FILTER);
        chunks.map(move |chunk| list(ecs, cluster, Selection::DrainingAmong(chunk)))
    });
    let arns = concat(in_parallel(lists.collect()).await)?;
    Ok(u32::try_from(arns.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::container_instances::inactive;

    fn instance(arn: &str, status: Status, agent_connected: bool) -> DescribedInstance {
        let mut it = inactive(arn, "arn/web");
        if let Some(described) = &mut it.described {
            (described.status, described.agent_connected) = (status, agent_connected);
        }
        DescribedInstance { ec2_instance: Some("i-1".to_owned()), container_instance: it }
    }

    #[test]
    fn older_registration_of_an_instance_does_not_count() {
        let found =
            [instance("old", Status::Active, false), instance("new", Status::Draining, true)];

        let chosen = in_use(&found, "i-1").unwrap();
        assert_eq!(chosen.arn, "new");
        assert_eq!(chosen.described.unwrap().left_behind, ["old"]);
        assert_eq!(in_use(&found, "i-2"), None);
    }

    #[test]
    fn instance_is_absent_only_if_every_cluster_answered() {
        let busy = Fault::Busy("listing".to_owned());

        assert_eq!(seen(None, None), Seen::Absent);
        assert_eq!(seen(None, Some(&busy)), Seen::Unanswered(busy.unanswered()));
    }
}
