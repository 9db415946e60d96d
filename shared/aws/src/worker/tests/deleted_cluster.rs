//! Events of a cluster that was deleted. They wait in a queue for up to four days.

use super::canned_aws::CannedAws;
use super::messages::{event, task_stopped};
use super::{Feed, failures};

fn aws_without_the_cluster() -> CannedAws {
    let refused = r#"{"__type":"ClusterNotFoundException","message":"Cluster not found."}"#;
    let operations = ["ListContainerInstances", "DescribeContainerInstances"];
    CannedAws::new(operations.map(|operation| (operation, 400, refused.to_owned())).into())
}

#[tokio::test(start_paused = true)]
async fn event_of_a_deleted_cluster_is_done() {
    let worker = aws_without_the_cluster().worker(Feed::EcsStateChange);

    let response = worker.handle(event(vec![task_stopped()])).await;

    assert!(failures(&response).is_empty());
}

#[tokio::test(start_paused = true)]
async fn deleted_cluster_is_queried_once() {
    let aws = aws_without_the_cluster();
    let worker = aws.worker(Feed::EcsStateChange);

    worker.handle(event(vec![task_stopped()])).await;
    worker.handle(event(Vec::new())).await;

    assert_eq!(aws.operations(), ["ListContainerInstances"]);
}

#[tokio::test(start_paused = true)]
async fn rule_10_event_of_a_configured_cluster_that_does_not_exist_is_done() {
    let worker =
        aws_without_the_cluster().worker_with(Feed::EcsStateChange, &[("EBB_CLUSTERS", "web")]);

    let response = worker.handle(event(vec![task_stopped()])).await;

    assert!(failures(&response).is_empty());
}
