//! Rule 9. Capacity providers of ECS Managed Instances, whose instances ECS drains itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Worker;
use crate::fault::Fault;
use crate::memory::provider_key;
use crate::observe::capacity_providers::{self, ProviderKind};
use crate::observe::container_instances::DescribedInstance;

/// Names of the capacity providers of clusters, by the cluster's name or ARN.
pub(super) type ProvidersByCluster = BTreeMap<String, Vec<String>>;

impl Worker {
    /// Returns the providers of ECS Managed Instances among these, by cluster, and the fault of a call that was denied.
    ///
    /// Providers that a recent answer of ECS lacked are not asked about again.
    ///
    /// # Errors
    ///
    /// The fault of DescribeCapacityProviders, if it is busy.
    pub(super) async fn managed_providers(
        &self,
        listed: &ProvidersByCluster,
        now: Timestamp,
    ) -> Result<(BTreeMap<String, BTreeSet<String>>, Option<Fault>), Fault> {
        let pairs = |(cluster, names): (&String, &Vec<String>)| {
            let pair = |name: &String| (cluster.clone(), name.clone());
            names.iter().map(pair).collect::<Vec<_>>()
        };
        let listed: BTreeSet<(String, String)> = listed.iter().flat_map(pairs).collect();
        let was_unanswered = |(cluster, name): &&(String, String)| {
            self.memory().unanswered_providers.contains(&provider_key(cluster, name), now)
        };
        let wanted: BTreeSet<_> = listed.iter().filter(|it| !was_unanswered(it)).cloned().collect();
        let answer = self.query_provider_kinds(&wanted, &shared_names(&listed), now).await;
        if let Err(fault @ Fault::Busy(_)) = answer {
            return Err(fault);
        }
        self.remember_unanswered_providers(&wanted, answer.err().as_ref(), now);
        let memory = self.memory();
        let mut managed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut fault = None;
        for (cluster, name) in listed {
            let key = provider_key(&cluster, &name);
            if memory.capacity_providers.get(&key, now) == Some(&ProviderKind::ManagedInstances) {
                managed.entry(cluster).or_default().insert(name);
            } else if let Some(Some(denied)) = memory.unanswered_providers.get(&key, now) {
                fault.get_or_insert_with(|| denied.clone());
            }
        }
        Ok((managed, fault))
    }

    /// Remembers which of these providers have no known kind, with the fault of the call.
    fn remember_unanswered_providers(
        &self,
        wanted: &BTreeSet<(String, String)>,
        fault: Option<&Fault>,
        now: Timestamp,
    ) {
        let mut memory = self.memory();
        for key in wanted.iter().map(|(cluster, name)| provider_key(cluster, name)) {
            if !memory.capacity_providers.contains(&key, now) {
                memory.unanswered_providers.insert(key, fault.cloned(), now);
            }
        }
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
