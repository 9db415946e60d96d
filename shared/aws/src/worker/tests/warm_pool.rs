//! Instances that return to the warm pool.

use super::canned_aws::{
    CannedAws, EC2_INSTANCE, a_drain_without_an_attribute, an_empty_drain_to_the_warm_pool,
    throttled,
};
use super::messages::{event, message};
use crate::Feed;

/// Returns the recheck of an instance that looked empty.
fn recheck() -> aws_lambda_events::event::sqs::SqsEvent {
    let recheck = serde_json::json!({
        "ebb": "recheck", "version": 1, "ec2_instances": [EC2_INSTANCE], "purpose": "settle",
        "at": "2026-03-02T09:00:00Z",
    });
    event(vec![message("recheck", &recheck.to_string())])
}

/// Returns true if ebb completes the lifecycle action at the recheck of an empty instance, after this answer of
/// PutAttributes.
async fn is_completed(put_attributes: (&'static str, u16, String)) -> bool {
    let mut answers = an_empty_drain_to_the_warm_pool();
    answers.push(put_attributes);
    let aws = CannedAws::new(answers);

    aws.worker(Feed::AsgLifecycle).handle(recheck()).await;

    let operations = aws.operations();
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    operations.contains(&"CompleteLifecycleAction".to_owned())
}

#[tokio::test(start_paused = true)]
async fn completion_waits_for_the_attribute_only_if_the_write_is_retried() {
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();

    assert!(!is_completed(throttled("PutAttributes")).await);
    assert!(is_completed(("PutAttributes", 400, refused)).await);
}

/// Counts the calls for activities in two rechecks of an instance in this lifecycle state.
async fn calls_for_activities(state: &str) -> usize {
    let mut answers = a_drain_without_an_attribute(state);
    answers.push(throttled("PutAttributes"));
    let aws = CannedAws::new(answers);
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(recheck()).await;
    worker.handle(recheck()).await;

    aws.operations().iter().filter(|it| *it == "DescribeScalingActivities").count()
}

#[tokio::test(start_paused = true)]
async fn activities_of_an_instance_on_its_way_to_the_warm_pool_are_not_remembered() {
    assert_eq!(calls_for_activities("Terminating:Wait").await, 1);
    assert_eq!(calls_for_activities("Warmed:Pending:Wait").await, 2);
}

#[tokio::test(start_paused = true)]
async fn activities_of_an_instance_whose_root_volume_is_replaced_are_not_remembered() {
    assert_eq!(calls_for_activities("ReplacingRootVolume:Wait").await, 2);
}
