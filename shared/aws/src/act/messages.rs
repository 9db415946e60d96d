//! Messages that ebb sends: SendMessageBatch.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use jiff::Timestamp;

use crate::fault::Fault;
use crate::limits::{LARGEST_SEND, LONGEST_MESSAGE_DELAY, MESSAGES_PER_CALL};
use crate::parallel::in_parallel;

/// Data type of every attribute that ebb sends.
const DATA_TYPE: &str = "String";

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// Message body.
    pub body: String,
    /// Delay before the queue delivers the message.
    pub delay: Duration,
    /// Message attributes, all of them strings.
    pub attributes: Vec<(&'static str, String)>,
}

impl OutgoingMessage {
    /// Returns true if a queue accepts a message of this size.
    pub fn fits(&self) -> bool {
        self.bytes() <= LARGEST_SEND
    }

    fn bytes(&self) -> usize {
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|(name, text)| name.len() + DATA_TYPE.len() + text.len());
        self.body.len() + attributes.sum::<usize>()
    }
}

/// Returns the delay of a message that is meant for `at`, in whole seconds and rounded up, so that it is never early.
pub fn delay(at: Timestamp, now: Timestamp) -> Duration {
    let ahead = Duration::try_from(at.duration_since(now)).unwrap_or_default();
    let seconds = ahead.as_secs() + u64::from(ahead.subsec_nanos() > 0);
    Duration::from_secs(seconds).min(LONGEST_MESSAGE_DELAY)
}

/// Sends messages to one queue, and returns their results in the same order.
pub async fn send(
    sqs: &Client,
    queue_url: &str,
    messages: Vec<OutgoingMessage>,
) -> Vec<Result<(), Fault>> {
    let calls = batches(&messages).into_iter().map(|part| send_batch(sqs, queue_url, part));
    in_parallel(calls.collect()).await.into_iter().flatten().collect()
}

/// Splits messages into one batch for each call. A message that is too large for any call is alone, and refused alone.
fn batches(messages: &[OutgoingMessage]) -> Vec<&[OutgoingMessage]> {
    let mut batches = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(MESSAGES_PER_CALL).take_while(|message| {
            bytes += message.bytes();
            bytes <= LARGEST_SEND
        });
        let (batch, later) = rest.split_at(fits.count().max(1));
        batches.push(batch);
        rest = later;
    }
    batches
}

async fn send_batch(
    sqs: &Client,
    queue_url: &str,
    part: &[OutgoingMessage],
) -> Vec<Result<(), Fault>> {
    let doing = format!("sending messages to {queue_url}");
    let entries = part.iter().enumerate().map(|(n, message)| entry(n, message)).collect();
    let call = sqs.send_message_batch().queue_url(queue_url).set_entries(entries);
    let answer = match call.send().await {
        Ok(answer) => answer,
        Err(error) => return vec![Err(Fault::new(&doing, &error)); part.len()],
    };
    let mut results = vec![Ok(()); part.len()];
    for failed in answer.failed() {
        let status = if failed.sender_fault() { 400 } else { 500 };
        let fault = Fault::from_answer(&doing, Some(failed.code()), failed.message(), status);
        if let Some(result) = failed.id().parse().ok().and_then(|n: usize| results.get_mut(n)) {
            *result = Err(fault);
        }
    }
    results
}

/// Builds an entry. The SDK refuses only one without an id or a body.
fn entry(n: usize, message: &OutgoingMessage) -> Option<SendMessageBatchRequestEntry> {
    let seconds = i32::try_from(message.delay.as_secs()).unwrap_or(i32::MAX);
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(n.to_string())
        .message_body(&message.body)
        .delay_seconds(seconds);
    for (name, value) in &message.attributes {
        let value = MessageAttributeValue::builder()
            .data_type(DATA_TYPE)
            .string_value(value)
            .build()
            .ok()?;
        entry = entry.message_attributes(*name, value);
    }
    entry.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(milliseconds: i64) -> u64 {
        let at = |millisecond| Timestamp::from_millisecond(millisecond).unwrap();
        delay(at(100_000 + milliseconds), at(100_000)).as_secs()
    }

    #[test]
    fn message_is_never_early() {
        assert_eq!(after(9_001), 10);
        assert_eq!(after(9_000), 9);
    }

    #[test]
    fn batch_keeps_the_size_limit_of_the_api() {
        let message = |bytes: usize| OutgoingMessage {
            body: "x".repeat(bytes),
            delay: Duration::ZERO,
            attributes: Vec::new(),
        };
        let sizes = |messages: &[OutgoingMessage]| -> Vec<usize> {
            batches(messages).iter().map(|part| part.len()).collect()
        };

        assert_eq!(
            sizes(&[message(LARGEST_SEND), message(1), message(LARGEST_SEND - 1), message(1)]),
            [1, 2, 1]
        );
        assert_eq!(sizes(&[message(1), message(LARGEST_SEND + 1), message(1)]), [1, 1, 1]);
        assert_eq!(sizes(&vec![message(1); 23]), [10, 10, 3]);
        assert!(sizes(&[]).is_empty());
    }

    #[test]
    fn delay_keeps_the_limits_of_the_api() {
        assert_eq!(after(-5_000), 0);
        assert_eq!(after(3_600_000), 900);
    }
}
