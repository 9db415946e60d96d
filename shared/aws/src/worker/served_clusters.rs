//! The clusters that a worker serves, as names or ARNs.

use jiff::Timestamp;

use super::Worker;
use crate::fault::Fault;
use crate::observe::clusters;

impl Worker {
    /// Returns the clusters of the configuration, or else all clusters of the account and Region.
    ///
    /// # Errors
    ///
    /// The fault of the list of clusters.
    pub(super) async fn served_clusters(&self, now: Timestamp) -> Result<Vec<String>, Fault> {
        if let Some(listed) = self.config.clusters.list() {
            return Ok(listed.to_vec());
        }
        let known = self.memory().clusters.get("", now).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = clusters::list(&self.clients.ecs).await?;
        self.memory().clusters.insert("", found.clone(), now);
        Ok(found)
    }
}
