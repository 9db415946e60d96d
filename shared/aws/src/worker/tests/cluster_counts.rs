//! Rule 10. Counts of container instances in clusters: an empty cluster is not listed, and only a new count says that it is empty.

use std::collections::BTreeSet;

use super::Feed;
use super::canned_aws::{
    CLUSTER, CannedAws, a_cluster, a_drain_left_behind, an_empty_drain, cluster,
};
use super::clusters_of_others::{Answers, no_activities, with_cluster};
use super::messages::{event, message, terminate};
use crate::Worker;
use crate::memory::ClusterList;
use crate::observe::container_instance_search::SearchedCluster;

const SWEEP: &str = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:01:00Z"}"#;

/// Returns the answers with a cluster in which ECS counts no container instance.
fn with_an_empty_cluster(mut answers: Answers) -> Answers {
    answers.push(no_activities());
    with_cluster(answers, cluster(0))
}

fn with_denied_descriptions(mut answers: Answers) -> Answers {
    let refused = r#"{"__type":"AccessDeniedException","message":"not authorized"}"#;
    answers.push(("DescribeClusters", 400, refused.to_owned()));
    answers
}

async fn sweep(worker: &Worker) {
    worker.handle(event(vec![message("sweep", SWEEP)])).await;
}

fn calls(aws: &CannedAws, operation: &str) -> usize {
    aws.operations().iter().filter(|it| *it == operation).count()
}

/// Makes a worker remember three served clusters, in which ECS counted no container instance a minute ago.
fn remember_empty_clusters(worker: &Worker) {
    let now = worker.now();
    let a_minute_ago = now - jiff::SignedDuration::from_secs(60);
    let served = [CLUSTER, "legacy", "spare"].map(|name| SearchedCluster {
        cluster: name.to_owned(),
        managed_providers: BTreeSet::new(),
        empty_at: Some(a_minute_ago),
        tasks: None,
    });
    let list = ClusterList { served: served.into(), ..ClusterList::default() };
    let mut memory = worker.memory();
    memory.clusters.insert("", list, now);
    memory.cluster_names.insert("", Vec::new(), now);
}

#[tokio::test(start_paused = true)]
async fn empty_cluster_is_not_listed_by_a_sweep() {
    let aws = CannedAws::new(with_an_empty_cluster(an_empty_drain()));
    let worker = aws.worker(Feed::Sweep);

    sweep(&worker).await;
    sweep(&worker).await;

    assert_eq!(calls(&aws, "DescribeClusters"), 2);
    assert_eq!(calls(&aws, "ListContainerInstances"), 0, "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn names_of_clusters_and_records_are_listed_once_in_five_sweeps() {
    let aws = CannedAws::new(a_drain_left_behind());
    let worker = aws.worker(Feed::Sweep);

    for _ in 0..3 {
        sweep(&worker).await;
    }

    assert_eq!(calls(&aws, "ListClusters"), 1);
    assert_eq!(calls(&aws, "ListContainerInstances"), 2 + 1 + 1, "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn cluster_that_denied_its_description_is_listed_and_not_described_again() {
    let aws = CannedAws::new(with_denied_descriptions(an_empty_drain()));
    let worker = aws.worker(Feed::Sweep);

    sweep(&worker).await;
    sweep(&worker).await;

    assert_eq!(calls(&aws, "DescribeClusters"), 1);
    assert_eq!(calls(&aws, "ListContainerInstances"), 2 + 1, "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn rule_10_instance_in_a_cluster_that_an_older_count_calls_empty_is_found() {
    let aws = CannedAws::new(a_cluster(2));
    let worker = aws.worker(Feed::AsgLifecycle);
    remember_empty_clusters(&worker);

    worker.handle(event(vec![terminate()])).await;

    let operations = aws.operations_beside_the_groups();
    assert_eq!(operations[..2], ["DescribeClusters", "ListContainerInstances"], "{operations:?}");
    assert!(operations.contains(&"UpdateContainerInstancesState".to_owned()), "{operations:?}");
}

#[tokio::test(start_paused = true)]
async fn rule_10_cluster_that_does_not_answer_its_description_is_searched() {
    let aws = CannedAws::new(with_denied_descriptions(an_empty_drain()));
    let worker = aws.worker(Feed::AsgLifecycle);
    remember_empty_clusters(&worker);

    worker.handle(event(vec![terminate()])).await;

    assert_eq!(calls(&aws, "ListContainerInstances"), 3, "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn cluster_that_a_new_count_calls_empty_is_not_searched() {
    let aws = CannedAws::new(with_an_empty_cluster(a_cluster(2)));

    aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert_eq!(calls(&aws, "ListContainerInstances"), 0, "{:?}", aws.operations());
}
