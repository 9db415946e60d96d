//! Chains of our own messages, which Lambda ends with everything that would go on with them.

use aws_lambda_events::event::sqs::{SqsMessage, SqsMessageAttribute};
use serde_json::Value;

use super::canned_aws::{CannedAws, a_cluster, an_empty_drain, throttled};
use super::failures;
use super::messages::{event, hibernation, message, task_stopped, terminate};
use crate::Feed;

/// A message to which so many of ours have led, each to the next.
fn after(links: u32, mut message: SqsMessage) -> SqsMessage {
    let mut attribute = SqsMessageAttribute::default();
    attribute.string_value = Some(links.to_string());
    message.message_attributes.insert("ebb.chain".to_owned(), attribute);
    message
}

/// Nothing that ebb acts upon.
fn done_with() -> SqsMessage {
    message("done", r#"{"source":"aws.s3","detail-type":"Object Created","detail":{}}"#)
}

/// How long the chain is that a message continues which was sent, if one was.
fn sent(aws: &CannedAws) -> Option<u32> {
    let is_sent = aws.operations().contains(&"SendMessageBatch".to_owned());
    let body: Value =
        serde_json::from_str(&is_sent.then(|| aws.body_of("SendMessageBatch"))?).unwrap();
    let chain = &body["Entries"][0]["MessageAttributes"]["ebb.chain"]["StringValue"];
    Some(chain.as_str().expect("every message of ours tells its chain").parse().unwrap())
}

/// What is sent of an instance that looks empty, where a message of this batch has so long a chain.
async fn look_after(links: u32) -> Option<u32> {
    let aws = CannedAws::new(a_cluster(0));
    let batch = event(vec![after(links, done_with()), terminate()]);

    let response = aws.worker(Feed::AsgLifecycle).handle(batch).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations();
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    sent(&aws)
}

/// What is sent where the list of container instances is throttled, and what fails.
async fn throttled_after(links: u32, feed: Feed, told: SqsMessage) -> (Option<u32>, Vec<String>) {
    let mut answers = a_cluster(2);
    answers.push(throttled("ListContainerInstances"));
    let aws = CannedAws::new(answers);
    let batch = event(vec![after(links, done_with()), told]);

    let response = aws.worker(feed).handle(batch).await;

    (sent(&aws), failures(&response).into_iter().map(str::to_owned).collect())
}

#[tokio::test(start_paused = true)]
async fn a_look_continues_the_longest_chain_of_its_batch() {
    assert_eq!(look_after(0).await, Some(1));
    assert_eq!(look_after(4).await, Some(5));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_would_make_a_chain_too_long_is_left_to_the_sweep() {
    assert_eq!(look_after(9).await, Some(10));
    assert_eq!(look_after(10).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_look_in_a_moment_that_would_make_a_chain_too_long_is_left_to_the_sweep() {
    let looks_after = async |links| {
        let aws = CannedAws::new(an_empty_drain());
        aws.worker(Feed::EcsStateChange).handle(event(vec![after(links, task_stopped())])).await;
        sent(&aws)
    };

    assert_eq!(looks_after(9).await, Some(10));
    assert_eq!(looks_after(10).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_was_left_to_the_sweep_is_asked_for_by_the_next_message() {
    let aws = CannedAws::new(a_cluster(0));
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(event(vec![after(10, terminate())])).await;
    assert_eq!(sent(&aws), None);
    worker.handle(event(vec![terminate()])).await;

    assert_eq!(sent(&aws), Some(1));
}

#[tokio::test(start_paused = true)]
async fn what_was_told_at_the_end_of_a_chain_is_left_to_who_finds_it_again() {
    let (lifecycle, spot) = (Feed::AsgLifecycle, Feed::SpotInterruption);

    assert_eq!(throttled_after(12, lifecycle, terminate()).await, (Some(13), vec![]));
    assert_eq!(throttled_after(12, spot, hibernation()).await, (Some(13), vec![]));
    assert_eq!(throttled_after(13, lifecycle, terminate()).await, (None, vec![]));
    let failed = vec!["hibernation".to_owned()];
    assert_eq!(throttled_after(13, spot, hibernation()).await, (None, failed));
}
