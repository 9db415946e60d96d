//! Rule 9. The clusters that a worker serves: the configured ones, without those of AWS Batch.
//!
//! DescribeClusters tells AWS Batch's clusters by their tag, names the capacity providers of each cluster, and counts its
//! container instances. Its answer is remembered for minutes, so that the first write to a cluster needs no further call.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Worker;
use super::cluster_log;
use super::managed_instances::ProvidersByCluster;
use crate::config::BatchClusters;
use crate::fault::Fault;
use crate::memory::ClusterList;
use crate::observe::clusters::{self, ClusterTasks, DescribedCluster};
use crate::observe::container_instance_search::SearchedCluster;
use crate::observe::conversion::short_id;

impl Worker {
    /// Returns the clusters that are served.
    ///
    /// # Errors
    ///
    /// The fault of a call that is busy, if no earlier answer is known.
    pub(super) async fn served_clusters(
        &self,
        now: Timestamp,
    ) -> Result<Vec<SearchedCluster>, Fault> {
        if let Some(known) = self.known_clusters(now) {
            return Ok(known.served);
        }
        Ok(self.query_clusters(now).await?.served)
    }

    /// Returns the remembered clusters, unless a part of the answer has expired.
    fn known_clusters(&self, now: Timestamp) -> Option<ClusterList> {
        let memory = self.memory();
        let knows_names =
            self.config.clusters.list().is_some() || memory.cluster_names.contains("", now);
        memory.clusters.get("", now).filter(|_| knows_names).cloned()
    }

    /// Describes the clusters that are served, and remembers them. If ECS is busy, an earlier answer is used.
    ///
    /// # Errors
    ///
    /// The fault of a call that is busy, if no earlier answer is known.
    pub(super) async fn query_clusters(&self, now: Timestamp) -> Result<ClusterList, Fault> {
        let answer = self.cluster_list(now).await;
        let mut memory = self.memory();
        match answer {
            Ok(clusters) => {
                memory.clusters.insert("", clusters.clone(), now);
                Ok(clusters)
            }
            Err(fault) => memory.clusters.get_mut("").cloned().ok_or(fault),
        }
    }

    async fn cluster_list(&self, now: Timestamp) -> Result<ClusterList, Fault> {
        let configured = &self.config.clusters;
        let all = self.cluster_names(now).await?;
        let (named, outside): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|cluster| configured.include(cluster));
        let is_listed = configured.list().is_some();
        let missing = if is_listed { outside } else { Vec::new() };
        let mut list = ClusterList { missing, ..ClusterList::default() };
        let mut served = BTreeMap::new();
        for (cluster, answer) in self.described_clusters(&named, now).await {
            let described = match answer {
                Ok(described) => described,
                Err(fault @ Fault::Busy(_)) => return Err(fault),
                Err(Fault::Gone(_)) => {
                    list.missing.extend(is_listed.then(|| cluster.clone()));
                    DescribedCluster::missing(&cluster)
                }
                Err(fault @ Fault::Denied(_)) => {
                    list.denied.insert(cluster.clone(), fault);
                    DescribedCluster::named(&cluster)
                }
                Err(fault) => {
                    list.fault = Some(fault);
                    DescribedCluster::named(&cluster)
                }
            };
            if described.is_batch && self.config.batch == BatchClusters::Leave {
                list.batch.push(cluster);
            } else {
                served.insert(cluster, described);
            }
        }
        self.set_served(&mut list, served, now).await?;
        self.log_left_alone(&list, now);
        Ok(list)
    }

    /// Returns the configured clusters, or the ARNs of all clusters, which are remembered.
    async fn cluster_names(&self, now: Timestamp) -> Result<Vec<String>, Fault> {
        let known = || self.memory().cluster_names.get("", now).cloned();
        if let Some(names) = self.config.clusters.list().map(<[String]>::to_vec).or_else(known) {
            return Ok(names);
        }
        let names = clusters::list(&self.clients.ecs).await?;
        self.memory().cluster_names.insert("", names.clone(), now);
        Ok(names)
    }

    /// Sets the served clusters with their providers of ECS Managed Instances.
    async fn set_served(
        &self,
        list: &mut ClusterList,
        served: BTreeMap<String, DescribedCluster>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let names = |(cluster, it): (&String, &DescribedCluster)| {
            (cluster.clone(), it.capacity_providers.clone())
        };
        let providers: ProvidersByCluster = served.iter().map(names).collect();
        let (mut managed, fault) = self.managed_providers(&providers, now).await?;
        list.fault = list.fault.take().or(fault);
        let searched = |(cluster, it): (String, DescribedCluster)| SearchedCluster {
            managed_providers: managed.remove(&cluster).unwrap_or_default(),
            empty_at: it.holds_nothing().then_some(now),
            tasks: it.tasks,
            cluster,
        };
        list.served = served.into_iter().map(searched).collect();
        Ok(())
    }

    /// Returns true if the cluster with this ARN, which an event names, is served.
    pub(super) fn serves(&self, cluster_arn: &str, now: Timestamp) -> bool {
        if !self.config.clusters.include(cluster_arn) {
            return false;
        }
        let name = short_id(cluster_arn);
        let is_known_as_batch =
            |list: &ClusterList| list.batch.iter().any(|it| short_id(it) == name);
        let is_batch = clusters::is_batch_name(name)
            || self.memory().clusters.get("", now).is_some_and(is_known_as_batch);
        !is_batch || self.config.batch == BatchClusters::Include
    }

    /// Returns the numbers of tasks of the cluster with this ARN, as far as this process knows them.
    pub(super) fn cluster_tasks(&self, cluster_arn: &str, now: Timestamp) -> Option<ClusterTasks> {
        let name = short_id(cluster_arn);
        let memory = self.memory();
        let served = &memory.clusters.get("", now)?.served;
        served.iter().find(|it| short_id(&it.cluster) == name)?.tasks
    }

    /// Logs each cluster that is left alone, in whole or in part, once for each process.
    fn log_left_alone(&self, list: &ClusterList, now: Timestamp) {
        let mut memory = self.memory();
        let mut is_new = |cluster: &str| {
            let is_new = !memory.logged_clusters.contains(cluster, now);
            memory.logged_clusters.insert(cluster, (), now);
            is_new
        };
        for cluster in list.batch.iter().filter(|cluster| is_new(cluster)) {
            cluster_log::batch(short_id(cluster));
        }
        let with_managed = list.served.iter().filter(|it| !it.managed_providers.is_empty());
        for it in with_managed.filter(|it| is_new(&it.cluster)) {
            cluster_log::managed_instances(short_id(&it.cluster), &it.managed_providers);
        }
    }
}
