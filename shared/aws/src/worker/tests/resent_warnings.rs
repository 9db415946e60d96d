//! Spot interruption warnings that ebb sends again.

use aws_lambda_events::event::sqs::SqsMessage;
use serde_json::Value;

use super::Feed;
use super::canned_aws::{CannedAws, a_cluster, throttled};
use super::messages::{event, spot_warning};

/// Returns the delay of the message, in seconds, after so many resends, if this operation is throttled.
async fn delay(operation: &'static str, mut message: SqsMessage, resends: u32) -> i64 {
    let mut attribute = aws_lambda_events::event::sqs::SqsMessageAttribute::default();
    attribute.string_value = Some(resends.to_string());
    message.message_attributes.insert("ebb.hops".to_owned(), attribute);
    let mut answers = a_cluster(2);
    answers.push(throttled(operation));
    let aws = CannedAws::new(answers);

    aws.worker(Feed::SpotInterruption).handle(event(vec![message])).await;

    let body: Value = serde_json::from_str(&aws.body_of("SendMessageBatch")).unwrap();
    body["Entries"][0]["DelaySeconds"].as_i64().unwrap()
}

#[tokio::test(start_paused = true)]
async fn warning_whose_instance_is_not_draining_is_sent_again_after_a_second() {
    assert_eq!(delay("ListContainerInstances", spot_warning(), 0).await, 1);
    assert_eq!(delay("ListContainerInstances", spot_warning(), 1).await, 5);
}

#[tokio::test(start_paused = true)]
async fn warning_whose_instance_is_draining_is_sent_again_after_five_seconds() {
    assert_eq!(delay("ListTasks", spot_warning(), 0).await, 5);
}
