//! Rule 9. The clusters that a worker serves: the configured ones, without those of AWS Batch.
//!
//! DescribeClusters tells AWS Batch's clusters by their tag, and names the capacity providers of each cluster. Its answer is
//! remembered for minutes, so that the first write to a cluster needs no further call.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Worker;
use super::cluster_log;
use crate::config::BatchClusters;
use crate::fault::Fault;
use crate::memory::{ClusterList, provider_key};
use crate::observe::capacity_providers::{self, ProviderKind};
use crate::observe::clusters::{self, DescribedCluster};
use crate::observe::container_instance_search::SearchedCluster;
use crate::observe::container_instances::DescribedInstance;
use crate::observe::conversion::short_id;

impl Worker {
    /// Returns the clusters that are served.
    ///
    /// # Errors
    ///
    /// The fault of a call that is busy, if an earlier answer is not known.
    pub(super) async fn served_clusters(
        &self,
        now: Timestamp,
    ) -> Result<Vec<SearchedCluster>, Fault> {
        let known = self.memory().clusters.get("", now).cloned();
        if let Some(known) = known {
            return Ok(known.served);
        }
        Ok(self.query_clusters(now).await?.served)
    }

    /// Asks ECS for the clusters that are served, and remembers them. If ECS is busy, an earlier answer is used.
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
        let all = match configured.list() {
            Some(listed) => listed.to_vec(),
            None => clusters::list(&self.clients.ecs).await?,
        };
        let (named, outside): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|cluster| configured.include(cluster));
        let is_listed = configured.list().is_some();
        let missing = if is_listed { outside } else { Vec::new() };
        let mut list = ClusterList { missing, ..ClusterList::default() };
        let mut served = BTreeMap::new();
        for (cluster, answer) in clusters::describe(&self.clients.ecs, &named).await {
            let described = match answer {
                Ok(described) => described,
                Err(fault @ Fault::Busy(_)) => return Err(fault),
                Err(Fault::Gone(_)) => {
                    list.missing.extend(is_listed.then(|| cluster.clone()));
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
                served.insert(cluster, described.capacity_providers);
            }
        }
        list.served = self.with_managed_providers(served, &mut list.fault, now).await?;
        self.log_left_alone(&list, now);
        Ok(list)
    }

    /// Returns the served clusters with their providers of ECS Managed Instances.
    async fn with_managed_providers(
        &self,
        served: BTreeMap<String, Vec<String>>,
        fault: &mut Option<Fault>,
        now: Timestamp,
    ) -> Result<Vec<SearchedCluster>, Fault> {
        let of_cluster = |(cluster, providers): (&String, &Vec<String>)| {
            let pair = |name: &String| (cluster.clone(), name.clone());
            providers.iter().map(pair).collect::<Vec<_>>()
        };
        let wanted = served.iter().flat_map(of_cluster).collect();
        let shared_names = shared_names(&wanted);
        if let Err(unknown) = self.query_provider_kinds(&wanted, &shared_names, now).await {
            if matches!(unknown, Fault::Busy(_)) {
                return Err(unknown);
            }
            *fault = fault.take().or(Some(unknown));
        }
        let memory = self.memory();
        let searched = |(cluster, providers): (String, Vec<String>)| {
            let kind = |name: &str| {
                memory.capacity_providers.get(&provider_key(&cluster, name), now).copied()
            };
            let is_managed = |name: &String| kind(name) == Some(ProviderKind::ManagedInstances);
            let managed_providers = providers.into_iter().filter(is_managed).collect();
            SearchedCluster { cluster: cluster.clone(), managed_providers }
        };
        Ok(served.into_iter().map(searched).collect())
    }

    /// Asks ECS for the kinds of these capacity providers that are not known, and remembers them.
    async fn query_provider_kinds(
        &self,
        wanted: &BTreeSet<(String, String)>,
        shared_names: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let is_unknown = |(cluster, name): &&(String, String)| {
            !self.memory().capacity_providers.contains(&provider_key(cluster, name), now)
        };
        let unknown: BTreeSet<_> = wanted.iter().filter(is_unknown).cloned().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let kinds = capacity_providers::kinds(&self.clients.ecs, &unknown, shared_names).await?;
        let mut memory = self.memory();
        for ((cluster, name), kind) in kinds {
            memory.capacity_providers.insert(provider_key(&cluster, &name), kind, now);
        }
        Ok(())
    }

    /// Returns true if a container instance that an event named belongs to ECS Managed Instances.
    ///
    /// # Errors
    ///
    /// The fault of DescribeCapacityProviders, if it is busy.
    pub(super) async fn is_managed_by_ecs(
        &self,
        it: &DescribedInstance,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let Some(provider) = &it.capacity_provider else { return Ok(false) };
        let cluster = &it.container_instance.cluster;
        let wanted = BTreeSet::from([(cluster.clone(), provider.clone())]);
        // Another cluster may list the name.
        let shared_names = BTreeSet::from([provider.clone()]);
        let answer = self.query_provider_kinds(&wanted, &shared_names, now).await;
        if let Err(fault @ Fault::Busy(_)) = answer {
            return Err(fault);
        }
        let key = provider_key(cluster, provider);
        let kind = self.memory().capacity_providers.get(&key, now).copied();
        Ok(kind == Some(ProviderKind::ManagedInstances))
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

/// Returns the names of capacity providers that more than one cluster lists.
fn shared_names(listed: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    let mut clusters: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in listed {
        *clusters.entry(name).or_default() += 1;
    }
    let shared = clusters.into_iter().filter(|(_, count)| *count > 1);
    shared.map(|(name, _)| name.to_owned()).collect()
}
