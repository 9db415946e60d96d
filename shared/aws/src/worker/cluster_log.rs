//! Log lines about clusters: those that are left alone, and those that the configuration or the role gets wrong.

use std::collections::BTreeSet;

use super::fault_log::log_fault;
use crate::config::Config;
use crate::memory::ClusterList;
use crate::observe::conversion::short_id;

/// Log code for a cluster that AWS Batch made.
const BATCH_CLUSTER: &str = "batch-cluster";
/// Log code for a cluster with ECS Managed Instances.
const MANAGED_INSTANCES: &str = "managed-instances";
/// Log code for a configured cluster that does not exist.
const MISSING_CLUSTER: &str = "missing-cluster";

/// Logs that a cluster is left alone, because AWS Batch made it.
pub(super) fn batch(cluster: &str) {
    tracing::info!(
        target: "ebb::note",
        note = BATCH_CLUSTER,
        cluster,
        "cluster {cluster} belongs to AWS Batch and is left unchanged; EBB_BATCH=include makes ebb serve it"
    );
}

/// Logs that the instances of these capacity providers are left alone, because ECS drains them itself.
pub(super) fn managed_instances(cluster: &str, providers: &BTreeSet<String>) {
    let providers = providers.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    tracing::info!(
        target: "ebb::note",
        note = MANAGED_INSTANCES,
        cluster,
        providers,
        "cluster {cluster} has ECS Managed Instances ({providers}), which ECS drains itself; ebb leaves them unchanged"
    );
}

/// Logs mistakes of the configuration or the role about clusters, each cluster once.
///
/// `no_cluster` has the configured clusters that do not exist by the answer to a list.
pub(super) fn configuration_errors(config: &Config, list: &ClusterList, no_cluster: &[String]) {
    let is_listed =
        |cluster: &&String| config.clusters.list().is_some_and(|it| it.contains(cluster));
    let missing: BTreeSet<&String> =
        list.missing.iter().chain(no_cluster.iter().filter(is_listed)).collect();
    for cluster in missing {
        tracing::error!(
            note = MISSING_CLUSTER,
            cluster = short_id(cluster),
            "EBB_CLUSTERS names cluster {cluster}, and ECS has none of this name that EBB_CLUSTER_PREFIX allows; \
             correct the name, or remove it"
        );
    }
    let prefix = config.clusters.prefix();
    if config.clusters.list().is_none() && !prefix.is_empty() && list.is_empty() {
        tracing::error!(
            note = MISSING_CLUSTER,
            "EBB_CLUSTER_PREFIX is {prefix}, and no cluster has a name that begins so; correct the prefix"
        );
    }
    if let Some(fault) = &list.fault {
        log_fault(fault, "the next sweep will retry");
    }
}
