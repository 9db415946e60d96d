//! The search for container instances of which only the EC2 instance is known: ListContainerInstances with a filter, in
//! every cluster.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use drain::observation::{ContainerInstance, Seen, Status};

use super::container_instances::{Found, Selection, cluster_arn, describe, list};
use super::{all, together};
use crate::fault::Fault;

/// How many EC2 instances one filter names. The length of a filter is not documented: fifty ids make a thousand
/// characters.
const IDS_IN_A_FILTER: usize = 50;

/// The container instances of EC2 instances, searched in every cluster: absent only if every cluster answered in full.
pub async fn find(
    ecs: &Client,
    clusters: &[String],
    ids: &[String],
) -> BTreeMap<String, Seen<ContainerInstance>> {
    let searches = clusters.iter().flat_map(|cluster| {
        let chunks = ids.chunks(IDS_IN_A_FILTER);
        chunks.map(move |chunk| list_in(ecs, cluster, chunk))
    });
    let mut fault = None;
    let mut arns: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (cluster, answer) in all(searches.collect()).await {
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
    ids.iter().map(|id| (id.clone(), seen(best(&found, id), fault.as_ref()))).collect()
}

async fn list_in<'a>(
    ecs: &Client,
    cluster: &'a str,
    ids: &[String],
) -> (&'a str, Result<Vec<String>, Fault>) {
    (cluster, list(ecs, cluster, Selection::Ec2Instances(ids)).await)
}

/// Where one EC2 instance was searched and one container instance found, they belong together without a description.
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
) -> Vec<Found> {
    let describes = arns.iter().map(|(cluster, arns)| describe(ecs, cluster, arns));
    let mut found = Vec::new();
    for answer in all(describes.collect()).await.into_iter().flat_map(BTreeMap::into_values) {
        match answer {
            Ok(one) => found.push(one),
            Err(gone) if gone.is_gone() => {}
            Err(unanswered) => *fault = fault.take().or(Some(unanswered)),
        }
    }
    found
}

/// The container instance of an EC2 instance. An agent that registered anew leaves an older one behind: the one that is
/// in use, connected and youngest counts.
fn best<'a>(found: &'a [Found], id: &str) -> Option<&'a ContainerInstance> {
    let of_it = found.iter().filter(|one| one.ec2_instance.as_deref() == Some(id));
    of_it.map(|one| &one.container_instance).max_by_key(|one| {
        one.described.as_ref().map(|it| {
            let in_use = matches!(it.status, Status::Active | Status::Draining);
            (in_use, it.agent_connected, it.registered_at)
        })
    })
}

fn seen(best: Option<&ContainerInstance>, fault: Option<&Fault>) -> Seen<ContainerInstance> {
    match (best, fault) {
        (Some(one), _) => Seen::Present(one.clone()),
        (None, Some(fault)) => Seen::Unanswered(fault.unanswered()),
        (None, None) => Seen::Absent,
    }
}

/// Whether any of these EC2 instances is in one of the clusters.
///
/// # Errors
///
/// The fault of a cluster that was not answered, where no other has one.
pub async fn any(ecs: &Client, clusters: &[String], ids: &[String]) -> Result<bool, Fault> {
    for chunk in ids.chunks(IDS_IN_A_FILTER) {
        let searches = clusters.iter().map(|cluster| list_in(ecs, cluster, chunk));
        let answers: Vec<_> = all(searches.collect()).await.into_iter().map(|(_, it)| it).collect();
        if answers.iter().flatten().any(|arns| !arns.is_empty()) {
            return Ok(true);
        }
        together(answers)?;
    }
    Ok(false)
}

/// How many of these EC2 instances are DRAINING, in all clusters.
///
/// # Errors
///
/// The fault of the first list that was not answered: what is left out may drain.
pub async fn draining(ecs: &Client, clusters: &[String], ids: &[String]) -> Result<u32, Fault> {
    let lists = clusters.iter().flat_map(|cluster| {
        let chunks = ids.chunks(IDS_IN_A_FILTER);
        chunks.map(move |chunk| list(ecs, cluster, Selection::DrainingAmong(chunk)))
    });
    let arns = together(all(lists.collect()).await)?;
    Ok(u32::try_from(arns.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::container_instances::gone;

    fn instance(arn: &str, status: Status, agent_connected: bool) -> Found {
        let mut it = gone(arn, "arn/web");
        if let Some(described) = &mut it.described {
            (described.status, described.agent_connected) = (status, agent_connected);
        }
        Found { ec2_instance: Some("i-1".to_owned()), container_instance: it }
    }

    #[test]
    fn an_older_registration_of_the_same_instance_does_not_count() {
        let found =
            [instance("old", Status::Active, false), instance("new", Status::Draining, true)];

        assert_eq!(best(&found, "i-1").map(|one| one.arn.as_str()), Some("new"));
        assert_eq!(best(&found, "i-2"), None);
    }

    #[test]
    fn an_instance_that_is_found_nowhere_is_absent_only_if_all_answered() {
        let busy = Fault::Busy("listing".to_owned());

        assert_eq!(seen(None, None), Seen::Absent);
        assert_eq!(seen(None, Some(&busy)), Seen::Unanswered(busy.unanswered()));
    }
}
