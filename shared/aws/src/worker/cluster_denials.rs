//! Rule 10. Clusters that deny calls of the sweep: one ERROR line for each, once a sweep.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::Fault;
use crate::memory::ClusterList;
use crate::observe::conversion::short_id;

/// Code of a cluster that denies a call.
const DENIED_CLUSTER: &str = "cluster-denied";
/// Action without which ebb does not see which clusters AWS Batch made.
const DESCRIBE: &str = "ecs:DescribeClusters";
/// Action without which ebb does not serve a cluster.
const LIST: &str = "ecs:ListContainerInstances";

/// Denied actions and their faults, by cluster.
#[derive(Debug)]
pub(super) struct ClusterDenials(BTreeMap<String, BTreeMap<&'static str, Fault>>);

impl ClusterDenials {
    /// Returns the clusters that deny DescribeClusters.
    pub(super) fn of_descriptions(list: &ClusterList) -> Self {
        let described = list.denied.iter();
        let of_cluster = |fault: &Fault| BTreeMap::from([(DESCRIBE, fault.clone())]);
        Self(described.map(|(cluster, fault)| (cluster.clone(), of_cluster(fault))).collect())
    }

    /// Adds a cluster that denies ListContainerInstances.
    pub(super) fn add_list(&mut self, cluster: &str, fault: Fault) {
        self.0.entry(cluster.to_owned()).or_default().insert(LIST, fault);
    }

    /// Returns the faults of all clusters.
    pub(super) fn faults(&self) -> BTreeSet<Fault> {
        self.0.values().flat_map(|denied| denied.values().cloned()).collect()
    }

    /// Logs each cluster once.
    pub(super) fn log(&self) {
        self.0.iter().for_each(|(cluster, denied)| log(cluster, denied));
    }
}

fn log(cluster: &str, denied: &BTreeMap<&'static str, Fault>) {
    let Some(text) = denied.values().next_back().map(Fault::to_string) else { return };
    let role = role(&text).unwrap_or("of ebb");
    let cluster = short_id(cluster);
    let action = denied.keys().copied().collect::<Vec<_>>().join(", ");
    let effect = match denied.contains_key(LIST) {
        true => "ebb does not serve the cluster",
        false => "ebb does not see whether AWS Batch made the cluster, and serves it",
    };
    tracing::error!(
        note = DENIED_CLUSTER,
        cluster,
        action,
        role,
        "AWS denies {action} on cluster {cluster} to role {role}, so {effect}; allow the action, or limit EBB_CLUSTERS: \
         {text}"
    );
}

/// Returns the name of the role that AWS refused (IAM user guide, troubleshoot_access-denied: `User:
/// arn:aws:sts::111122223333:assumed-role/NAME/SESSION is not authorized to perform`).
fn role(text: &str) -> Option<&str> {
    let (_, after) = text.split_once(":assumed-role/")?;
    after.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_is_the_one_that_the_answer_names() {
        let text = "User: arn:aws:sts::111122223333:assumed-role/ebb-sweep/ebb-sweep is not authorized to perform";

        assert_eq!(role(text), Some("ebb-sweep"));
        assert_eq!(role("AccessDeniedException"), None);
    }
}
