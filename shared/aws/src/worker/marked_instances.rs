//! Container instances that a sweep checks in every served cluster: DRAINING ones, and those with the attribute.
//!
//! Rule 10. A configured cluster that does not exist, and one that denies the read, are each an error of every sweep.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Worker;
use super::cluster_log;
use super::fault_log::log_fault;
use crate::fault::Fault;
use crate::memory::ClusterList;
use crate::observe::container_instance_search::SearchedCluster;
use crate::observe::container_instances::{self, DescribedInstance, Selection};
use crate::parallel::in_parallel;

/// Container instances that a sweep checks.
///
/// One with the attribute that does not drain was set ACTIVE by another tool, or waits for a budget or for the time of
/// a scheduled change. Or ebb set it ACTIVE, and the process died before it removed the attribute. Until then a foreign
/// drain would pass for one of ebb.
const SELECTIONS: [Selection<'_>; 2] = [Selection::Draining, Selection::WithAttribute];

/// Retry of a part of the sweep that failed.
pub(super) const RETRY: &str = "the next sweep will retry";

impl Worker {
    /// Returns the container instances of all served clusters that drain or have the attribute.
    pub(super) async fn marked_instances(&self, now: Timestamp) -> Vec<DescribedInstance> {
        let clusters = match self.swept_clusters(now).await {
            Ok(clusters) => clusters,
            Err(fault) => {
                log_fault(&fault, RETRY);
                return Vec::new();
            }
        };
        let lists = clusters.served.iter().map(|cluster| self.marked_arns(cluster));
        let mut no_cluster = Vec::new();
        let mut marked = Vec::new();
        for (it, answer) in clusters.served.iter().zip(in_parallel(lists.collect()).await) {
            match answer {
                Ok(arns) => marked.push((it, arns)),
                Err(Fault::NoCluster(_)) => no_cluster.push(it.cluster.clone()),
                Err(fault @ Fault::Denied(_)) => cluster_log::denied(&it.cluster, &fault),
                Err(fault) => log_fault(&fault, RETRY),
            }
        }
        cluster_log::configuration_errors(&self.config, &clusters, &no_cluster);
        let calls = marked.iter().map(|(cluster, arns)| self.describe_marked(cluster, arns));
        in_parallel(calls.collect()).await.into_iter().flatten().collect()
    }

    /// Returns the served clusters. Configured names are checked anew, because a wrong one is an error of every sweep.
    async fn swept_clusters(&self, now: Timestamp) -> Result<ClusterList, Fault> {
        let known = self.memory().clusters.get("", now).cloned();
        match known.filter(|_| self.config.clusters.list().is_none()) {
            Some(known) => Ok(known),
            None => self.query_clusters(now).await,
        }
    }

    /// Logs what the configuration or the role gets wrong about clusters, as each sweep does.
    pub async fn check_clusters(&self) {
        match self.query_clusters(self.now()).await {
            Ok(clusters) => cluster_log::configuration_errors(&self.config, &clusters, &[]),
            Err(fault) => log_fault(&fault, RETRY),
        }
    }

    /// Returns what the lists of a cluster answered. A list that is busy leaves out what the next sweep will find.
    async fn marked_arns(&self, cluster: &SearchedCluster) -> Result<Vec<String>, Fault> {
        let ecs = &self.clients.ecs;
        let lists =
            SELECTIONS.map(|selection| container_instances::list(ecs, &cluster.cluster, selection));
        let mut arns = BTreeSet::new();
        for answer in in_parallel(lists.into()).await {
            match answer {
                Ok(listed) => arns.extend(listed),
                Err(fault @ Fault::Busy(_)) => log_fault(&fault, RETRY),
                Err(fault) => return Err(fault),
            }
        }
        Ok(arns.into_iter().collect())
    }

    async fn describe_marked(
        &self,
        cluster: &SearchedCluster,
        arns: &[String],
    ) -> Vec<DescribedInstance> {
        let answers =
            container_instances::describe(&self.clients.ecs, &cluster.cluster, arns).await;
        let mut marked = Vec::new();
        for answer in answers.into_values() {
            match answer {
                Ok(found) if cluster.manages(&found) => {}
                Ok(found) => marked.push(found),
                Err(fault) if fault.is_gone() => {}
                Err(fault) => log_fault(&fault, RETRY),
            }
        }
        marked
    }
}
