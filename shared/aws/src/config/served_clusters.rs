//! Rule 9. Clusters that this deployment serves.

use std::collections::BTreeSet;

/// Clusters that are served: those of a list, or all of the account and Region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServedClusters(Option<Vec<String>>);

impl ServedClusters {
    /// Serves the clusters with these names or ARNs.
    pub fn listed(names: BTreeSet<String>) -> Self {
        Self(Some(names.into_iter().collect()))
    }

    /// Returns the names or ARNs of the list, or `None` if all clusters of the account and Region are served.
    pub fn list(&self) -> Option<&[String]> {
        self.0.as_deref()
    }

    /// Returns true if all clusters of the account and Region are served.
    pub fn are_all(&self) -> bool {
        self.0.is_none()
    }

    /// Returns true if the cluster with this ARN is served.
    pub fn include(&self, cluster_arn: &str) -> bool {
        let name = cluster_arn.rsplit('/').next().unwrap_or(cluster_arn);
        let is_it = |cluster: &String| cluster == cluster_arn || cluster == name;
        self.0.as_ref().is_none_or(|clusters| clusters.iter().any(is_it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

    fn listed(cluster: &str) -> ServedClusters {
        ServedClusters::listed([cluster.to_owned()].into())
    }

    #[test]
    fn cluster_is_served_by_name_or_arn() {
        assert!(listed("web").include(WEB));
        assert!(listed(WEB).include(WEB));
        assert!(!listed("api").include(WEB));
    }

    #[test]
    fn every_cluster_is_served_without_a_list() {
        assert!(ServedClusters::default().include(WEB));
        assert_eq!(ServedClusters::default().list(), None);
    }
}
