//! Chains of ebb's own messages. Lambda ends a long chain together with the message that would continue it.

use aws_lambda_events::event::sqs::{SqsMessage, SqsMessageAttribute};
use serde_json::Value;

use super::canned_aws::{CannedAws, a_cluster, an_empty_drain, throttled};
use super::failures;
use super::messages::{event, hibernation, message, task_stopped, terminate};
use crate::Feed;

/// Returns a message after this number of ebb's own messages.
fn after(links: u32, mut message: SqsMessage) -> SqsMessage {
    let mut attribute = SqsMessageAttribute::default();
    attribute.string_value = Some(links.to_string());
    message.message_attributes.insert("ebb.chain".to_owned(), attribute);
    message
}

/// Returns a message that ebb ignores.
fn ignored_message() -> SqsMessage {
    message("ignored", r#"{"source":"aws.s3","detail-type":"Object Created","detail":{}}"#)
}

/// Returns the chain of the message that was sent, if one was.
fn sent_chain(aws: &CannedAws) -> Option<u32> {
    let is_sent = aws.operations().contains(&"SendMessageBatch".to_owned());
    let body: Value =
        serde_json::from_str(&is_sent.then(|| aws.body_of("SendMessageBatch"))?).unwrap();
    let chain = &body["Entries"][0]["MessageAttributes"]["ebb.chain"]["StringValue"];
    Some(chain.as_str().expect("every message of ebb has its chain").parse().unwrap())
}

/// Returns the chain of the recheck of an instance that looks empty, if a message of its batch has this chain.
async fn recheck_after(links: u32) -> Option<u32> {
    let aws = CannedAws::new(a_cluster(0));
    let batch = event(vec![after(links, ignored_message()), terminate()]);

    let response = aws.worker(Feed::AsgLifecycle).handle(batch).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations();
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    sent_chain(&aws)
}

/// Returns the chain of the resent message, and the failed messages, if the list of container instances is throttled.
async fn throttled_after(
    links: u32,
    feed: Feed,
    throttled_message: SqsMessage,
) -> (Option<u32>, Vec<String>) {
    let mut answers = a_cluster(2);
    answers.push(throttled("ListContainerInstances"));
    let aws = CannedAws::new(answers);
    let batch = event(vec![after(links, ignored_message()), throttled_message]);

    let response = aws.worker(feed).handle(batch).await;

    (sent_chain(&aws), failures(&response).into_iter().map(str::to_owned).collect())
}

#[tokio::test(start_paused = true)]
async fn recheck_continues_the_longest_chain_of_its_batch() {
    assert_eq!(recheck_after(0).await, Some(1));
    assert_eq!(recheck_after(4).await, Some(5));
}

#[tokio::test(start_paused = true)]
async fn recheck_that_would_make_a_chain_too_long_is_left_to_the_sweep() {
    assert_eq!(recheck_after(9).await, Some(10));
    assert_eq!(recheck_after(10).await, None);
}

#[tokio::test(start_paused = true)]
async fn recheck_of_an_unknown_instance_keeps_the_limit_of_the_chain() {
    let sent_after = async |links| {
        let aws = CannedAws::new(an_empty_drain());
        aws.worker(Feed::EcsStateChange).handle(event(vec![after(links, task_stopped())])).await;
        sent_chain(&aws)
    };

    assert_eq!(sent_after(9).await, Some(10));
    assert_eq!(sent_after(10).await, None);
}

#[tokio::test(start_paused = true)]
async fn recheck_left_to_the_sweep_is_sent_for_the_next_message() {
    let aws = CannedAws::new(a_cluster(0));
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(event(vec![after(10, terminate())])).await;
    assert_eq!(sent_chain(&aws), None);
    worker.handle(event(vec![terminate()])).await;

    assert_eq!(sent_chain(&aws), Some(1));
}

#[tokio::test(start_paused = true)]
async fn message_at_the_end_of_a_chain_is_left_to_the_sweep_or_to_its_queue() {
    let (lifecycle, spot) = (Feed::AsgLifecycle, Feed::SpotInterruption);

    assert_eq!(throttled_after(12, lifecycle, terminate()).await, (Some(13), vec![]));
    assert_eq!(throttled_after(12, spot, hibernation()).await, (Some(13), vec![]));
    assert_eq!(throttled_after(13, lifecycle, terminate()).await, (None, vec![]));
    let failed = vec!["hibernation".to_owned()];
    assert_eq!(throttled_after(13, spot, hibernation()).await, (None, failed));
}
