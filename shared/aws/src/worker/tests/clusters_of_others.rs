//! Rule 9. Clusters and instances that AWS Batch and ECS drain themselves: known before the first write.

use super::canned_aws::{
    CONTAINER_INSTANCE, CannedAws, EC2_INSTANCE, a_cluster, cluster, throttled,
};
use super::messages::{event, terminate};
use super::{Feed, failures};

pub(super) type Answers = Vec<(&'static str, u16, String)>;

/// Returns the answers with this DescribeClusters.
pub(super) fn with_cluster(mut answers: Answers, cluster: serde_json::Value) -> Answers {
    let described = serde_json::json!({ "clusters": [cluster], "failures": [] });
    answers.push(("DescribeClusters", 200, described.to_string()));
    answers
}

fn of_batch() -> Answers {
    let tags = serde_json::json!([{ "key": "AWSBatchServiceTag", "value": "batch" }]);
    let mut cluster = cluster(1);
    cluster["tags"] = tags;
    with_cluster(a_cluster(2), cluster)
}

/// Returns answers for a cluster with a capacity provider of this type, to which the container instance belongs.
fn with_provider(kind: &str) -> Answers {
    let mut cluster = cluster(1);
    cluster["capacityProviders"] = serde_json::json!(["FARGATE", "provider"]);
    let provider = serde_json::json!({ "name": "provider", "type": kind });
    let providers = serde_json::json!({ "capacityProviders": [provider], "failures": [] });
    let it = serde_json::json!({
        "containerInstanceArn": CONTAINER_INSTANCE, "ec2InstanceId": EC2_INSTANCE,
        "capacityProviderName": "provider", "status": "ACTIVE", "agentConnected": true,
        "runningTasksCount": 2, "pendingTasksCount": 0, "attributes": [],
    });
    let described = serde_json::json!({ "containerInstances": [it], "failures": [] });
    let mut answers = with_cluster(a_cluster(2), cluster);
    answers.push(("DescribeCapacityProviders", 200, providers.to_string()));
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("ListContainerInstances", 200, listed()));
    answers
}

fn listed() -> String {
    serde_json::json!({ "containerInstanceArns": [CONTAINER_INSTANCE] }).to_string()
}

async fn terminated_with(aws: &CannedAws, variables: &[(&str, &str)]) -> Vec<String> {
    let worker = aws.worker_with(Feed::AsgLifecycle, variables);
    let response = worker.handle(event(vec![terminate()])).await;
    assert!(failures(&response).is_empty());
    aws.operations_beside_the_groups()
}

fn drains(operations: &[String]) -> bool {
    operations.contains(&"UpdateContainerInstancesState".to_owned())
}

#[tokio::test(start_paused = true)]
async fn rule_9_cluster_of_aws_batch_is_not_searched() {
    let mut answers = of_batch();
    answers.push(no_activities());
    let aws = CannedAws::new(answers);

    let operations = terminated_with(&aws, &[]).await;

    assert!(!operations.contains(&"ListContainerInstances".to_owned()), "{operations:?}");
    assert!(!drains(&operations), "{operations:?}");
}

#[tokio::test(start_paused = true)]
async fn rule_9_included_cluster_of_aws_batch_is_served() {
    let aws = CannedAws::new(of_batch());

    assert!(drains(&terminated_with(&aws, &[("EBB_BATCH", "include")]).await));
}

#[tokio::test(start_paused = true)]
async fn rule_9_managed_instance_is_described_before_any_write_and_left_alone() {
    let mut answers = with_provider("MANAGED_INSTANCES");
    answers.push(no_activities());
    let aws = CannedAws::new(answers);

    let operations = terminated_with(&aws, &[]).await;

    assert!(operations.contains(&"DescribeContainerInstances".to_owned()), "{operations:?}");
    assert!(!drains(&operations), "{operations:?}");
}

#[tokio::test(start_paused = true)]
async fn instance_of_an_auto_scaling_provider_is_drained_without_a_description() {
    let aws = CannedAws::new(with_provider("EC2_AUTOSCALING"));

    let operations = terminated_with(&aws, &[]).await;

    let urgent = [
        "ListClusters",
        "DescribeClusters",
        "DescribeCapacityProviders",
        "ListContainerInstances",
        "UpdateContainerInstancesState",
    ];
    assert_eq!(operations[..5], urgent, "{operations:?}");
}

#[tokio::test(start_paused = true)]
async fn message_is_resent_if_the_clusters_are_not_described_for_the_moment() {
    let mut answers = a_cluster(2);
    answers.push(throttled("DescribeClusters"));
    let aws = CannedAws::new(answers);

    let operations = terminated_with(&aws, &[]).await;

    assert!(!drains(&operations), "{operations:?}");
    assert!(aws.body_of("SendMessageBatch").contains("ebb.hops"));
}

#[tokio::test(start_paused = true)]
async fn instance_is_drained_if_the_role_may_not_describe_clusters() {
    let mut answers = a_cluster(2);
    let refused = r#"{"__type":"AccessDeniedException","message":"not authorized"}"#;
    answers.push(("DescribeClusters", 400, refused.to_owned()));
    let aws = CannedAws::new(answers);

    assert!(drains(&terminated_with(&aws, &[]).await));
}

/// Returns an answer without a scaling activity.
pub(super) fn no_activities() -> (&'static str, u16, String) {
    let body = "<DescribeScalingActivitiesResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
     <DescribeScalingActivitiesResult><Activities/></DescribeScalingActivitiesResult>\
     </DescribeScalingActivitiesResponse>";
    ("DescribeScalingActivities", 200, body.to_owned())
}
