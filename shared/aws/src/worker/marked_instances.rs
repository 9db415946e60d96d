//! Container instances that a sweep checks: DRAINING ones, and those with the attribute.
//!
//! A sweep describes all served clusters, and lists those in which ECS counts container instances.
//!
//! Rule 10. A configured cluster that does not exist, and one that denies the read, are each an error of every sweep.

use std::collections::BTreeSet;

use drain::observation::{Described, Status};
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::cluster_denials::ClusterDenials;
use super::cluster_log;
use super::fault_log::log_fault;
use crate::fault::Fault;
use crate::observe::arn_answers::ArnAnswers;
use crate::observe::container_instance_search::SearchedCluster;
use crate::observe::container_instances::{self, DescribedInstance, Selection};
use crate::parallel::in_parallel;

/// Retry of a part of the sweep that failed.
pub(super) const RETRY: &str = "the next sweep will retry";

/// Container instances of all served clusters that drain or have the attribute.
#[derive(Debug, Default)]
pub(super) struct MarkedInstances {
    /// Container instances that drain or have the attribute.
    pub marked: Vec<DescribedInstance>,
    /// Faults of clusters that denied a call. They are logged.
    pub denied: BTreeSet<Fault>,
}

impl Worker {
    /// Returns the container instances of all served clusters that drain or have the attribute.
    pub(super) async fn marked_instances(&self, now: Timestamp) -> MarkedInstances {
        let clusters = match self.query_clusters(now).await {
            Ok(clusters) => clusters,
            Err(fault) => {
                log_fault(&fault, RETRY);
                return MarkedInstances::default();
            }
        };
        let listed: Vec<_> =
            clusters.served.iter().filter(|it| it.may_hold_instances(now)).collect();
        let lists = listed.iter().map(|cluster| self.marked_arns(cluster, now));
        let mut no_cluster = Vec::new();
        let mut denials = ClusterDenials::of_descriptions(&clusters);
        let mut arns_by_cluster = Vec::new();
        for (it, answer) in listed.iter().zip(in_parallel(lists.collect()).await) {
            match answer {
                Ok(arns) => arns_by_cluster.push((it, arns)),
                Err(Fault::NoCluster(_)) => no_cluster.push(it.cluster.clone()),
                Err(fault @ Fault::Denied(_)) => denials.add_list(&it.cluster, fault),
                Err(fault) => log_fault(&fault, RETRY),
            }
        }
        cluster_log::configuration_errors(&self.config, &clusters, &no_cluster);
        denials.log();
        let calls = arns_by_cluster.into_iter();
        let calls = calls.map(|(cluster, arns)| self.describe_marked(cluster, arns));
        let marked = in_parallel(calls.collect()).await.into_iter().flatten().collect();
        MarkedInstances { marked, denied: denials.faults() }
    }

    /// Logs mistakes of the configuration or the role about clusters, as each sweep does.
    pub async fn check_clusters(&self) {
        match self.query_clusters(self.now()).await {
            Ok(clusters) => {
                cluster_log::configuration_errors(&self.config, &clusters, &[]);
                ClusterDenials::of_descriptions(&clusters).log();
            }
            Err(fault) => log_fault(&fault, RETRY),
        }
    }

    /// Returns the answers to the lists of a cluster. The next sweep finds the instances of a list that is busy.
    async fn marked_arns(
        &self,
        cluster: &SearchedCluster,
        now: Timestamp,
    ) -> Result<BTreeSet<String>, Fault> {
        let (ecs, cluster) = (&self.clients.ecs, &cluster.cluster);
        let draining = container_instances::list(ecs, cluster, Selection::Draining);
        let (draining, recorded) = future::join(draining, self.list_recorded(cluster, now)).await;
        let mut arns = BTreeSet::new();
        for answer in [draining, recorded] {
            match answer {
                Ok(listed) => arns.extend(listed),
                Err(fault @ Fault::Busy(_)) => log_fault(&fault, RETRY),
                Err(fault) => return Err(fault),
            }
        }
        Ok(arns)
    }

    /// Returns the ACTIVE container instances of a cluster with the attribute, or none if they were listed lately.
    ///
    /// There are three kinds. Another tool set the container instance ACTIVE. Or it waits for a budget, or for the
    /// time of a scheduled change. Or ebb set it ACTIVE, and the process died before it removed the attribute. As long as the
    /// attribute is there, ebb would treat another tool's drain as its own.
    async fn list_recorded(&self, cluster: &str, now: Timestamp) -> Result<Vec<String>, Fault> {
        if self.memory().recorded_instances.contains(cluster, now) {
            return Ok(Vec::new());
        }
        let ecs = &self.clients.ecs;
        let listed =
            container_instances::list(ecs, cluster, Selection::ActiveWithAttribute).await?;
        let arns = listed.iter().cloned().collect();
        self.memory().recorded_instances.insert(cluster, arns, now);
        Ok(listed)
    }

    /// Describes the container instances that were listed, and those that had the attribute before.
    async fn describe_marked(
        &self,
        cluster: &SearchedCluster,
        listed: BTreeSet<String>,
    ) -> Vec<DescribedInstance> {
        let name = &cluster.cluster;
        let recorded = self.memory().recorded_instances.get_mut(name).cloned().unwrap_or_default();
        let arns: Vec<String> = listed.union(&recorded).cloned().collect();
        let answers = container_instances::describe(&self.clients.ecs, name, &arns).await;
        if let Some(known) = self.memory().recorded_instances.get_mut(name) {
            *known = still_recorded(&recorded, &answers);
        }
        let mut marked = Vec::new();
        for (arn, answer) in answers {
            match answer {
                Ok(found) if cluster.manages(&found) => {}
                Ok(found) if listed.contains(&arn) || is_marked(&found) => marked.push(found),
                Ok(_) => {}
                Err(fault) if fault.is_gone() => {}
                Err(fault) => log_fault(&fault, RETRY),
            }
        }
        marked
    }
}

/// Returns the container instances with the attribute that are registered. One without an answer counts as before.
fn still_recorded(
    recorded: &BTreeSet<String>,
    answers: &ArnAnswers<DescribedInstance>,
) -> BTreeSet<String> {
    let is_recorded = |(arn, answer): &(&String, &Result<DescribedInstance, Fault>)| match answer {
        Ok(found) => described(found).is_some_and(has_attribute),
        Err(fault) => !fault.is_gone() && recorded.contains(*arn),
    };
    answers.iter().filter(is_recorded).map(|(arn, _)| arn.clone()).collect()
}

fn described(it: &DescribedInstance) -> Option<&Described> {
    it.container_instance.described.as_ref()
}

/// Returns true if a container instance that is registered has the attribute. ECS describes an INACTIVE one for an hour, and
/// lists none.
fn has_attribute(it: &Described) -> bool {
    it.status != Status::Inactive && it.attribute.is_some()
}

/// Returns true if a list of a sweep would have the container instance.
fn is_marked(it: &DescribedInstance) -> bool {
    described(it).is_some_and(|it| it.status == Status::Draining || has_attribute(it))
}

#[cfg(test)]
mod tests {
    use drain::attribute::DrainAttribute;

    use super::*;

    fn instance(status: Status, is_recorded: bool) -> DescribedInstance {
        let mut container_instance = container_instances::inactive("arn/ci", "arn/web");
        if let Some(described) = &mut container_instance.described {
            described.status = status;
            described.attribute = is_recorded.then(DrainAttribute::default);
        }
        DescribedInstance { ec2_instance: None, capacity_provider: None, container_instance }
    }

    fn remembered_after(answer: Result<DescribedInstance, Fault>) -> bool {
        let arn = "arn/ci".to_owned();
        let answers = ArnAnswers::from([(arn.clone(), answer)]);
        still_recorded(&BTreeSet::from([arn.clone()]), &answers).contains(&arn)
    }

    #[test]
    fn registered_container_instance_with_the_attribute_is_remembered() {
        assert!(remembered_after(Ok(instance(Status::Active, true))));
        assert!(remembered_after(Ok(instance(Status::Draining, true))));
        assert!(remembered_after(Err(Fault::Busy("describing".to_owned()))));
        assert!(!remembered_after(Ok(instance(Status::Active, false))));
        assert!(!remembered_after(Ok(instance(Status::Inactive, true))));
        assert!(!remembered_after(Err(Fault::Gone("describing".to_owned()))));
    }

    #[test]
    fn remembered_container_instance_is_checked_only_if_a_list_would_name_the_instance() {
        assert!(is_marked(&instance(Status::Active, true)));
        assert!(is_marked(&instance(Status::Draining, false)));
        assert!(!is_marked(&instance(Status::Active, false)));
        assert!(!is_marked(&instance(Status::Inactive, true)));
    }
}
