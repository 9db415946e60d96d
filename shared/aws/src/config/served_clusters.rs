//! Rule 9. Clusters that this deployment serves.

use std::collections::BTreeSet;

/// Clusters that are served: all of the account and Region, those of a list, or those whose names have a prefix.
///
/// With a list and a prefix, the clusters of the list are served whose names have the prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServedClusters {
    list: Option<Vec<String>>,
    prefix: String,
}

impl ServedClusters {
    /// Returns these clusters, limited to the names or ARNs of a list.
    #[must_use]
    pub fn listed(self, clusters: BTreeSet<String>) -> Self {
        Self { list: Some(clusters.into_iter().collect()), ..self }
    }

    /// Returns these clusters, limited to names with a prefix.
    #[must_use]
    pub fn with_prefix(self, prefix: String) -> Self {
        Self { prefix, ..self }
    }

    /// Returns the names or ARNs of the list, or `None` without a list.
    pub fn list(&self) -> Option<&[String]> {
        self.list.as_deref()
    }

    /// Returns the prefix of the names. It is empty if every name is served.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns true if the cluster with this name or ARN is served.
    pub fn include(&self, cluster: &str) -> bool {
        let is_listed = |listed: &String| listed == cluster || name(listed) == name(cluster);
        let is_in_list = self.list.as_ref().is_none_or(|list| list.iter().any(is_listed));
        name(cluster).starts_with(&self.prefix) && is_in_list
    }
}

/// Returns the name of a cluster that is named by its name or ARN.
fn name(cluster: &str) -> &str {
    cluster.rsplit('/').next().unwrap_or(cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

    fn listed(cluster: &str) -> ServedClusters {
        ServedClusters::default().listed([cluster.to_owned()].into())
    }

    fn with_prefix(prefix: &str) -> ServedClusters {
        ServedClusters::default().with_prefix(prefix.to_owned())
    }

    #[test]
    fn rule_9_cluster_is_served_by_name_or_arn() {
        assert!(listed("web").include(WEB));
        assert!(listed(WEB).include(WEB));
        assert!(listed(WEB).include("web"));
        assert!(!listed("api").include(WEB));
    }

    #[test]
    fn rule_9_every_cluster_is_served_without_a_list_and_a_prefix() {
        assert!(ServedClusters::default().include(WEB));
        assert_eq!(ServedClusters::default().list(), None);
    }

    #[test]
    fn rule_9_cluster_is_served_by_the_prefix_of_its_name() {
        assert!(with_prefix("we").include(WEB));
        assert!(!with_prefix("arn").include(WEB));
        assert!(!with_prefix("web-").include(WEB));
    }

    #[test]
    fn rule_9_listed_cluster_without_the_prefix_is_not_served() {
        let both = listed("web").with_prefix("api-".to_owned());

        assert!(!both.include(WEB));
    }
}
