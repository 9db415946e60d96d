//! Clusters: ListClusters, DescribeClusters.
//!
//! Rule 9. A cluster that AWS Batch made is known by its tag or by its name.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self, ClusterField};

use super::arn_answers::{ArnAnswers, all_failed, merge};
use super::conversion::{count, short_id};
use crate::fault::Fault;
use crate::limits::CLUSTERS_PER_DESCRIBE;
use crate::parallel::in_parallel;

/// Tag of the resources that AWS Batch makes, its clusters among them. No page documents it; it is seen in the field.
const BATCH_TAG: &str = "AWSBatchServiceTag";
/// Prefix of the names of AWS Batch's clusters. The role of AWS Batch may change no other (AWS managed policy reference,
/// BatchServiceRolePolicy: `cluster/AWSBatch*`).
const BATCH_PREFIX: &str = "AWSBatch-";
/// Part of the names of AWS Batch's older clusters, between the compute environment and an id. No page documents it.
const OLD_BATCH_PART: &str = "_Batch_";
/// Capacity providers that are no kind of EC2 instance (ECS developer guide, cluster-capacity-providers).
const FARGATE: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// Statistics of a cluster that count tasks on Fargate (ECS API reference, Cluster, `statistics`).
const FARGATE_COUNTS: [&str; 2] = ["runningFargateTasksCount", "pendingFargateTasksCount"];

/// A cluster as ECS describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribedCluster {
    /// True if AWS Batch made the cluster.
    pub is_batch: bool,
    /// Names of its capacity providers, without those of Fargate.
    pub capacity_providers: Vec<String>,
    /// Numbers of its tasks; `None` if ECS has not answered.
    pub tasks: Option<ClusterTasks>,
    /// Number of its ACTIVE and DRAINING container instances (ECS API reference, Cluster,
    /// `registeredContainerInstancesCount`); `None` if ECS has not answered.
    pub container_instances: Option<u32>,
}

/// Numbers of the tasks of a cluster that run or are about to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClusterTasks {
    /// All tasks: `runningTasksCount` + `pendingTasksCount`.
    pub all: usize,
    /// Tasks on Fargate, by the cluster's `statistics`.
    pub on_fargate: usize,
}

impl DescribedCluster {
    /// Returns a cluster of which only the name or ARN is known.
    pub fn named(cluster: &str) -> Self {
        Self { is_batch: is_batch_name(cluster), ..Self::default() }
    }

    /// Returns a cluster that does not exist, and so has no container instance.
    pub fn missing(cluster: &str) -> Self {
        Self { container_instances: Some(0), ..Self::named(cluster) }
    }

    /// Returns true if ECS counts no container instance in the cluster.
    pub fn holds_nothing(&self) -> bool {
        self.container_instances == Some(0)
    }
}

/// Returns the ARNs of all clusters.
///
/// # Errors
///
/// The fault of the page that failed.
pub async fn list(ecs: &Client) -> Result<Vec<String>, Fault> {
    let mut pages = ecs.list_clusters().into_paginator().items().send();
    let mut clusters = Vec::new();
    while let Some(arn) = pages.next().await {
        clusters.push(arn.map_err(|error| Fault::new("listing clusters", &error))?);
    }
    Ok(clusters)
}

/// Describes clusters by name or ARN, and returns the answers by this name or ARN.
///
/// A cluster that does not exist, or is INACTIVE, is [`Fault::Gone`]. One denied cluster has the whole call refused (service
/// authorization reference, Amazon ECS: DescribeClusters is checked for each cluster). Then its halves are asked, so that the
/// tags of all others are known.
pub async fn describe(ecs: &Client, clusters: &[String]) -> ArnAnswers<DescribedCluster> {
    let mut open: Vec<&[String]> = clusters.chunks(CLUSTERS_PER_DESCRIBE).collect();
    let mut answers = ArnAnswers::new();
    while !open.is_empty() {
        let calls = open.iter().map(|chunk| describe_chunk(ecs, chunk));
        let answered = in_parallel(calls.collect()).await;
        let (refused, known): (Vec<_>, Vec<_>) = open
            .into_iter()
            .zip(answered)
            .partition(|(chunk, it)| chunk.len() > 1 && is_denied(it));
        answers.extend(known.into_iter().flat_map(|(_, it)| it));
        let halves = refused.into_iter().map(|(chunk, _)| chunk.split_at(chunk.len() / 2));
        open = halves.flat_map(|(first, second)| [first, second]).collect();
    }
    answers
}

/// Returns true if AWS denied the call, which has no answer then.
fn is_denied(answers: &ArnAnswers<DescribedCluster>) -> bool {
    answers.values().all(|it| matches!(it, Err(Fault::Denied(_))))
}

async fn describe_chunk(ecs: &Client, clusters: &[String]) -> ArnAnswers<DescribedCluster> {
    let doing = "describing clusters";
    let call =
        ecs.describe_clusters().include(ClusterField::Tags).include(ClusterField::Statistics);
    match call.set_clusters(Some(clusters.to_vec())).send().await {
        Ok(answer) => {
            let active = answer.clusters().iter().filter(|it| it.status() != Some("INACTIVE"));
            let found = active.filter_map(|it| Some((asked(clusters, it)?, described(it))));
            let mut answers = merge(doing, clusters, found, answer.failures());
            let inactive = answer.clusters().iter().filter(|it| it.status() == Some("INACTIVE"));
            for cluster in inactive.filter_map(|it| asked(clusters, it)) {
                let gone = Fault::Gone(format!("{doing}: cluster {cluster} is INACTIVE"));
                answers.insert(cluster, Err(gone));
            }
            answers
        }
        Err(error) => all_failed(clusters, &Fault::new(doing, &error)),
    }
}

/// Returns the name or ARN by which a cluster was asked for.
fn asked(clusters: &[String], it: &types::Cluster) -> Option<String> {
    let arn = it.cluster_arn().unwrap_or_default();
    clusters.iter().find(|cluster| short_id(cluster) == short_id(arn)).cloned()
}

fn described(it: &types::Cluster) -> DescribedCluster {
    let has_tag = it.tags().iter().any(|tag| tag.key() == Some(BATCH_TAG));
    let providers = it.capacity_providers().iter();
    DescribedCluster {
        is_batch: has_tag || is_batch_name(it.cluster_arn().unwrap_or_default()),
        capacity_providers: providers
            .filter(|name| !FARGATE.contains(&name.as_str()))
            .cloned()
            .collect(),
        container_instances: Some(count(it.registered_container_instances_count())),
        tasks: Some(cluster_tasks(it)),
    }
}

/// Returns the numbers of tasks. Statistics are texts (ECS API reference, Cluster).
fn cluster_tasks(it: &types::Cluster) -> ClusterTasks {
    let statistics = it.statistics().iter();
    let on_fargate =
        statistics.filter(|it| it.name().is_some_and(|name| FARGATE_COUNTS.contains(&name)));
    ClusterTasks {
        all: (count(it.running_tasks_count()) + count(it.pending_tasks_count())) as usize,
        on_fargate: on_fargate.filter_map(|it| it.value()?.parse::<usize>().ok()).sum(),
    }
}

/// Returns true if the name, or the name in the ARN, is one that AWS Batch gives.
pub fn is_batch_name(cluster: &str) -> bool {
    let name = short_id(cluster);
    let old = name.split_once(OLD_BATCH_PART).is_some_and(|(_, id)| is_uuid(id));
    name.starts_with(BATCH_PREFIX) || old
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

    fn cluster(arn: &str) -> types::builders::ClusterBuilder {
        types::Cluster::builder().cluster_arn(arn)
    }

    #[test]
    fn rule_9_cluster_of_aws_batch_is_known_by_its_name() {
        let names = [
            "AWSBatch-nightly-1a6929d6-f62b-3d45-b3b5-31e7f64ae0da",
            "nightly_Batch_1a6929d6-f62b-3d45-b3b5-31e7f64ae0da",
        ];

        assert!(names.into_iter().all(is_batch_name));
        assert!(is_batch_name(&format!("arn:aws:ecs:eu-west-1:111122223333:cluster/{}", names[0])));
    }

    #[test]
    fn rule_9_cluster_with_batch_in_its_name_is_no_cluster_of_aws_batch() {
        let names = ["batch", "Nightly_Batch_jobs", "AWSBatchers", "awsbatch-web"];

        assert!(!names.into_iter().any(is_batch_name));
    }

    #[test]
    fn rule_9_cluster_of_aws_batch_is_known_by_its_tag() {
        let tag = types::Tag::builder().key(BATCH_TAG).value("batch").build();

        assert!(described(&cluster(WEB).tags(tag).build()).is_batch);
        assert!(!described(&cluster(WEB).build()).is_batch);
    }

    #[test]
    fn rule_10_cluster_holds_nothing_only_if_ecs_says_so() {
        let counted =
            |count| described(&cluster(WEB).registered_container_instances_count(count).build());

        assert!(counted(0).holds_nothing());
        assert!(!counted(1).holds_nothing());
        assert!(DescribedCluster::missing(WEB).holds_nothing());
        assert!(!DescribedCluster::named(WEB).holds_nothing());
    }

    #[test]
    fn tasks_on_fargate_are_counted_by_the_statistics() {
        let counts = [
            ("runningFargateTasksCount", "2"),
            ("pendingFargateTasksCount", "1"),
            ("runningEC2TasksCount", "4"),
        ];
        let statistic =
            |(name, value)| types::KeyValuePair::builder().name(name).value(value).build();
        let it = cluster(WEB).running_tasks_count(6).pending_tasks_count(1);

        let it = it.set_statistics(Some(counts.map(statistic).to_vec())).build();

        assert_eq!(described(&it).tasks, Some(ClusterTasks { all: 7, on_fargate: 3 }));
    }

    #[test]
    fn capacity_providers_of_fargate_are_left_out() {
        let it = cluster(WEB).capacity_providers("FARGATE").capacity_providers("web").build();

        assert_eq!(described(&it).capacity_providers, ["web"]);
    }
}
