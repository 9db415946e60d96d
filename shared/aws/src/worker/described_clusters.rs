//! Rule 10. Descriptions of clusters, and the clusters that a search must list.
//!
//! A cluster in which ECS counts no container instance has answered a search. The count must be as new as the batch, because an
//! instance may have registered since an older one.

use jiff::Timestamp;

use super::Worker;
use crate::fault::Fault;
use crate::limits::CLUSTERS_PER_DESCRIBE;
use crate::observe::arn_answers::ArnAnswers;
use crate::observe::clusters::{self, DescribedCluster};
use crate::observe::container_instance_search::SearchedCluster;

impl Worker {
    /// Describes clusters by name or ARN, and returns the answers by this name or ARN.
    ///
    /// A cluster that denied the call lately is not asked about again, because it would have the whole call refused.
    pub(super) async fn described_clusters(
        &self,
        named: &[String],
        now: Timestamp,
    ) -> ArnAnswers<DescribedCluster> {
        let denial = |cluster: &String| {
            let fault = self.memory().denied_clusters.get(cluster, now).cloned()?;
            Some((cluster.clone(), Err(fault)))
        };
        let denied: ArnAnswers<DescribedCluster> = named.iter().filter_map(denial).collect();
        let is_open = |cluster: &&String| !denied.contains_key(*cluster);
        let open: Vec<String> = named.iter().filter(is_open).cloned().collect();
        let mut answers = clusters::describe(&self.clients.ecs, &open).await;
        let mut memory = self.memory();
        for (cluster, answer) in &answers {
            if let Err(fault @ Fault::Denied(_)) = answer {
                memory.denied_clusters.insert(cluster, fault.clone(), now);
            }
        }
        answers.extend(denied);
        answers
    }

    /// Returns the clusters that a search must list: the served ones, without those in which ECS counts no container instance
    /// now.
    ///
    /// An older count only says which clusters are worth a call of DescribeClusters. A cluster without an answer to that call is
    /// listed.
    ///
    /// # Errors
    ///
    /// The fault of a call that is busy, if no earlier answer says which clusters are served.
    pub(super) async fn searched_clusters(
        &self,
        now: Timestamp,
    ) -> Result<Vec<SearchedCluster>, Fault> {
        let mut searched = self.served_clusters(now).await?;
        let were_empty = searched.iter().filter(|it| it.empty_at.is_some_and(|at| at < now));
        let were_empty: Vec<String> = were_empty.map(|it| it.cluster.clone()).collect();
        if were_empty.len() > were_empty.len().div_ceil(CLUSTERS_PER_DESCRIBE) {
            let answers = self.described_clusters(&were_empty, now).await;
            enter_counts(&mut searched, &answers, now);
            if let Some(list) = self.memory().clusters.get_mut("") {
                enter_counts(&mut list.served, &answers, now);
            }
        }
        searched.retain(|it| it.may_hold_instances(now));
        Ok(searched)
    }
}

/// Enters which clusters hold nothing. A cluster without an answer keeps its older count.
fn enter_counts(
    served: &mut [SearchedCluster],
    answers: &ArnAnswers<DescribedCluster>,
    now: Timestamp,
) {
    for it in served {
        let holds_nothing = match answers.get(&it.cluster) {
            Some(Ok(described)) => described.holds_nothing(),
            Some(Err(Fault::Gone(_))) => true,
            Some(Err(_)) | None => continue,
        };
        it.empty_at = holds_nothing.then_some(now);
    }
}
