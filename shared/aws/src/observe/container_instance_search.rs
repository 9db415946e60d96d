//! Search for the container instances of EC2 instances: ListContainerInstances with a filter, in every cluster.
//!
//! Rule 10. An instance is in no cluster only if each cluster has answered without it. A cluster that does not exist has
//! answered. A cluster in which ECS has just counted no container instance has answered too, and is not searched. A cluster that
//! denies the read keeps only the instances that ebb has seen in it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use drain::observation::{ContainerInstance, Seen, Unanswered};
use jiff::Timestamp;

use super::clusters::ClusterTasks;
use super::container_instance_in_use::in_use;
use super::container_instances::{DescribedInstance, Selection, cluster_arn, describe, list};
use super::conversion::short_id;
use crate::fault::Fault;
use crate::limits::EC2_INSTANCES_PER_FILTER;
use crate::parallel::in_parallel;

/// A cluster that is searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchedCluster {
    /// Name or ARN.
    pub cluster: String,
    /// Names of its capacity providers of ECS Managed Instances. Their instances are not found.
    pub managed_providers: BTreeSet<String>,
    /// Time of the batch in which ECS last counted no container instance; `None` if it counted some or did not answer.
    pub empty_at: Option<Timestamp>,
    /// Numbers of its tasks; `None` if ECS has not answered.
    pub tasks: Option<ClusterTasks>,
}

impl SearchedCluster {
    /// Returns true unless ECS has counted no container instance in the cluster since this time.
    ///
    /// The count includes ACTIVE and DRAINING container instances (ECS API reference, Cluster). No page says whether it includes a
    /// REGISTERING one. A REGISTERING one has no tasks, and a later search finds it. ebb completes no action of an absent
    /// instance until five minutes after its launch, and none at all if it sees no instance of the group.
    pub fn may_hold_instances(&self, since: Timestamp) -> bool {
        self.empty_at.is_none_or(|at| at < since)
    }

    /// Returns true if the instance belongs to a provider of ECS Managed Instances of this cluster.
    pub fn manages(&self, it: &DescribedInstance) -> bool {
        it.capacity_provider.as_ref().is_some_and(|name| self.managed_providers.contains(name))
    }
}

/// Clusters that did not answer a search.
#[derive(Debug, Default)]
struct SearchFaults {
    /// Fault that leaves every instance that was not found without an answer.
    unanswered: Option<Fault>,
    /// Clusters that refuse the list, by name.
    denied: BTreeMap<String, Fault>,
}

impl SearchFaults {
    /// Records the fault of a list. A cluster that does not exist has answered.
    fn add(&mut self, cluster: &str, fault: Fault) {
        match fault {
            Fault::Busy(_) => self.add_described(fault),
            Fault::Gone(_) | Fault::NoCluster(_) => {}
            Fault::Denied(_) | Fault::Bug(_) | Fault::Malformed(_) => {
                self.denied.insert(short_id(cluster).to_owned(), fault);
            }
        }
    }

    /// Records the fault of a description. The cluster lists one of the instances, and only the description says which.
    fn add_described(&mut self, fault: Fault) {
        if !fault.is_gone() {
            self.unanswered = self.unanswered.take().or(Some(fault));
        }
    }

    /// Returns the reason why an instance that was not found has no answer, or `None` if it is in no cluster.
    fn reason(&self, seen_in: Option<&str>) -> Option<Unanswered> {
        let unanswered = self.unanswered.as_ref().map(Fault::unanswered);
        let seen = seen_in.and_then(|cluster| self.denied.get(short_id(cluster)));
        let denied = seen.map(Fault::unanswered);
        let first = self.denied.values().next();
        let never_seen = first.map(|fault| Unanswered::ClusterDenied(fault.to_string()));
        unanswered.or(denied).or(never_seen)
    }
}

/// Returns the container instances of EC2 instances, by EC2 instance id.
///
/// `seen_in` returns the cluster in which an EC2 instance was seen before.
pub async fn find(
    ecs: &Client,
    clusters: &[SearchedCluster],
    ids: &[String],
    seen_in: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, Seen<ContainerInstance>> {
    let searches = clusters.iter().flat_map(|cluster| {
        let chunks = ids.chunks(EC2_INSTANCES_PER_FILTER);
        chunks.map(move |chunk| async move {
            (cluster, list(ecs, &cluster.cluster, Selection::Ec2Instances(chunk)).await)
        })
    });
    let mut faults = SearchFaults::default();
    let mut listed: Vec<(&SearchedCluster, Vec<String>)> = Vec::new();
    for (cluster, answer) in in_parallel(searches.collect()).await {
        match answer {
            Ok(arns) if arns.is_empty() => {}
            Ok(arns) => listed.push((cluster, arns)),
            Err(fault) => faults.add(&cluster.cluster, fault),
        }
    }
    if let Some(only) = single_match(ids, &listed) {
        return only;
    }
    let found = describe_all(ecs, listed, &mut faults).await;
    let answer = |id: &String| {
        let unanswered = || faults.reason(seen_in(id).as_deref());
        (id.clone(), seen(in_use(&found, id, faults.unanswered.is_none()), unanswered))
    };
    ids.iter().map(answer).collect()
}

/// Returns the answer without a description if one EC2 instance was searched and one container instance was found.
///
/// In a cluster with ECS Managed Instances only the description says whether the instance is one of them.
fn single_match(
    ids: &[String],
    listed: &[(&SearchedCluster, Vec<String>)],
) -> Option<BTreeMap<String, Seen<ContainerInstance>>> {
    let ([id], [(cluster, arns)]) = (ids, listed) else { return None };
    let [arn] = arns.as_slice() else { return None };
    if !cluster.managed_providers.is_empty() {
        return None;
    }
    let cluster = cluster_arn(&cluster.cluster, arn);
    let only = ContainerInstance { arn: arn.clone(), cluster, described: None };
    Some(BTreeMap::from([(id.clone(), Seen::Present(only))]))
}

/// Describes the listed container instances, and leaves out ECS Managed Instances.
async fn describe_all(
    ecs: &Client,
    listed: Vec<(&SearchedCluster, Vec<String>)>,
    faults: &mut SearchFaults,
) -> Vec<DescribedInstance> {
    let calls = listed.iter().map(|(cluster, arns)| describe(ecs, &cluster.cluster, arns));
    let answers = in_parallel(calls.collect()).await;
    let mut found = Vec::new();
    for ((cluster, _), answers) in listed.iter().zip(answers) {
        for answer in answers.into_values() {
            match answer {
                Ok(one) if cluster.manages(&one) => {}
                Ok(one) => found.push(one),
                Err(fault) => faults.add_described(fault),
            }
        }
    }
    found
}

fn seen(
    found: Option<ContainerInstance>,
    unanswered: impl FnOnce() -> Option<Unanswered>,
) -> Seen<ContainerInstance> {
    match found {
        Some(one) => Seen::Present(one),
        None => unanswered().map_or(Seen::Absent, Seen::Unanswered),
    }
}

/// Returns true if any of these EC2 instances is in one of the clusters.
///
/// # Errors
///
/// The fault of a cluster that did not answer, if no other cluster has one of the instances.
pub async fn any(
    ecs: &Client,
    clusters: &[SearchedCluster],
    ids: &[String],
) -> Result<bool, Fault> {
    for chunk in ids.chunks(EC2_INSTANCES_PER_FILTER) {
        let selection = Selection::Ec2Instances(chunk);
        let searches = clusters.iter().map(|cluster| list(ecs, &cluster.cluster, selection));
        let answers = in_parallel(searches.collect()).await;
        if answers.iter().flatten().any(|arns| !arns.is_empty()) {
            return Ok(true);
        }
        let faults = answers.into_iter().filter_map(Result::err);
        if let Some(fault) = faults.into_iter().find(|it| !matches!(it, Fault::NoCluster(_))) {
            return Err(fault);
        }
    }
    Ok(false)
}

/// Counts the DRAINING ones among these EC2 instances, over all clusters.
///
/// A cluster that denies the read counts as one without them. ebb itself can set no instance DRAINING there.
///
/// # Errors
///
/// The fault of the first cluster that is busy: an instance that it leaves out may drain.
pub async fn count_draining(
    ecs: &Client,
    clusters: &[SearchedCluster],
    ids: &[String],
) -> Result<u32, Fault> {
    let lists = clusters.iter().flat_map(|cluster| {
        let chunks = ids.chunks(EC2_INSTANCES_PER_FILTER);
        chunks.map(move |chunk| list(ecs, &cluster.cluster, Selection::DrainingAmong(chunk)))
    });
    let mut draining = 0;
    for answer in in_parallel(lists.collect()).await {
        match answer {
            Ok(arns) => draining += arns.len(),
            Err(fault @ Fault::Busy(_)) => return Err(fault),
            Err(_) => {}
        }
    }
    Ok(u32::try_from(draining).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::container_instances::inactive;

    /// Returns the answer about an instance that was not found, after the faults of clusters.
    fn after(faults: Vec<(&str, Fault)>, seen_in: Option<&str>) -> Seen<ContainerInstance> {
        let mut all = SearchFaults::default();
        faults.into_iter().for_each(|(cluster, fault)| all.add(cluster, fault));
        seen(None, || all.reason(seen_in))
    }

    fn busy() -> Fault {
        Fault::Busy("listing".to_owned())
    }

    fn denied() -> Fault {
        Fault::Denied("listing".to_owned())
    }

    #[test]
    fn rule_10_instance_is_absent_only_if_every_cluster_answered() {
        assert_eq!(after(Vec::new(), None), Seen::Absent);
        assert_eq!(after(vec![("web", busy())], None), Seen::Unanswered(busy().unanswered()));
    }

    #[test]
    fn rule_10_cluster_that_does_not_exist_has_answered() {
        let no_cluster = Fault::NoCluster("listing".to_owned());

        assert_eq!(after(vec![("legacy", no_cluster)], Some("arn/legacy")), Seen::Absent);
    }

    #[test]
    fn rule_10_denied_cluster_keeps_only_instances_seen_in_the_cluster() {
        let seen_in = |cluster| after(vec![("legacy", denied())], cluster);
        let never_seen = Seen::Unanswered(Unanswered::ClusterDenied("listing".to_owned()));

        assert_eq!(seen_in(Some("arn/legacy")), Seen::Unanswered(denied().unanswered()));
        assert_eq!(seen_in(Some("arn/web")), never_seen);
        assert_eq!(seen_in(None), never_seen);
    }

    #[test]
    fn rule_10_busy_cluster_beside_a_denied_one_has_not_answered() {
        let faults = vec![("legacy", denied()), ("web", busy())];

        assert_eq!(after(faults, None), Seen::Unanswered(busy().unanswered()));
    }

    #[test]
    fn rule_10_count_that_is_older_than_the_batch_proves_nothing() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let counted_empty =
            SearchedCluster { empty_at: Some(at(60)), ..SearchedCluster::default() };

        assert!(!counted_empty.may_hold_instances(at(60)));
        assert!(counted_empty.may_hold_instances(at(61)));
        assert!(SearchedCluster::default().may_hold_instances(at(60)));
    }

    #[test]
    fn rule_9_instance_of_a_provider_of_managed_instances_is_known() {
        let providers = BTreeSet::from(["managed".to_owned()]);
        let cluster =
            SearchedCluster { managed_providers: providers, ..SearchedCluster::default() };
        let of_provider = |name: Option<&str>| DescribedInstance {
            capacity_provider: name.map(str::to_owned),
            container_instance: inactive("arn/ci", "arn/web"),
            ec2_instance: Some("i-1".to_owned()),
        };

        assert!(cluster.manages(&of_provider(Some("managed"))));
        assert!(!cluster.manages(&of_provider(Some("group"))));
        assert!(!cluster.manages(&of_provider(None)));
    }
}
