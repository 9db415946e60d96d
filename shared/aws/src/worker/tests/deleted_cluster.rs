//! Events of a cluster that is not there any more: they wait in a queue for four days at most.

use super::canned_aws::CannedAws;
use super::messages::{event, task_stopped};
use super::{Feed, failures};

fn without_the_cluster() -> CannedAws {
    let refused = r#"{"__type":"ClusterNotFoundException","message":"Cluster not found."}"#;
    let operations = ["ListContainerInstances", "DescribeContainerInstances"];
    CannedAws::new(operations.map(|operation| (operation, 400, refused.to_owned())).into())
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_cluster_that_was_deleted_since_is_done() {
    let worker = without_the_cluster().worker(Feed::EcsStateChange);

    let response = worker.handle(event(vec![task_stopped()])).await;

    assert!(failures(&response).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_was_deleted_is_asked_about_once() {
    let aws = without_the_cluster();
    let worker = aws.worker(Feed::EcsStateChange);

    worker.handle(event(vec![task_stopped()])).await;
    worker.handle(event(Vec::new())).await;

    assert_eq!(aws.operations(), ["ListContainerInstances"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_configured_cluster_that_is_not_there_waits_for_a_human() {
    let mut worker = without_the_cluster().worker(Feed::EcsStateChange);
    worker.config.clusters = vec!["web".to_owned()];

    let response = worker.handle(event(vec![task_stopped()])).await;

    assert_eq!(failures(&response), ["task"]);
}
