//! What an instance leaves behind that returns to the warm pool.

use super::canned_aws::{
    CannedAws, EC2_INSTANCE, an_empty_drain_to_the_warm_pool, an_unremembered_drain, throttled,
};
use super::messages::{event, message};
use crate::Feed;

/// The second look at an instance that looked empty.
fn look() -> aws_lambda_events::event::sqs::SqsEvent {
    let look = serde_json::json!({
        "ebb": "recheck", "version": 1, "ec2_instances": [EC2_INSTANCE], "purpose": "settle",
        "at": "2026-03-02T09:00:00Z",
    });
    event(vec![message("recheck", &look.to_string())])
}

/// Whether an empty instance is let go at the second look where PutAttributes is answered so.
async fn is_let_go(put_attributes: (&'static str, u16, String)) -> bool {
    let mut answers = an_empty_drain_to_the_warm_pool();
    answers.push(put_attributes);
    let aws = CannedAws::new(answers);

    aws.worker(Feed::AsgLifecycle).handle(look()).await;

    let operations = aws.operations();
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    operations.contains(&"CompleteLifecycleAction".to_owned())
}

#[tokio::test(start_paused = true)]
async fn an_instance_waits_for_an_attribute_only_where_it_will_be_tried_again() {
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();

    assert!(!is_let_go(throttled("PutAttributes")).await);
    assert!(is_let_go(("PutAttributes", 400, refused)).await);
}

/// How often two looks of one process ask for the activities of an instance in this lifecycle state.
async fn asks_for_activities(state: &str) -> usize {
    let mut answers = an_unremembered_drain(state);
    answers.push(throttled("PutAttributes"));
    let aws = CannedAws::new(answers);
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(look()).await;
    worker.handle(look()).await;

    aws.operations().iter().filter(|it| *it == "DescribeScalingActivities").count()
}

#[tokio::test(start_paused = true)]
async fn what_an_instance_did_before_it_came_back_from_the_pool_is_not_remembered_of_it() {
    assert_eq!(asks_for_activities("Terminating:Wait").await, 1);
    assert_eq!(asks_for_activities("Warmed:Pending:Wait").await, 2);
}
