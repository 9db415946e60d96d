//! Messages that ebb sends: SendMessageBatch.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use jiff::Timestamp;

use crate::fault::Fault;
use crate::observe::all;

/// API reference, SendMessageBatch.
const SENT_AT_ONCE: usize = 10;
/// Bytes of a message, and of all messages of a batch, their attributes included (API reference, SendMessageBatch: 1 MiB).
const LARGEST: usize = 1024 * 1024;
/// Of every attribute that ebb sends.
const DATA_TYPE: &str = "String";
/// API reference, SendMessage.
const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its body.
    pub body: String,
    /// How long it is held back.
    pub delay: Duration,
    /// Its message attributes, all of them strings.
    pub attributes: Vec<(&'static str, String)>,
}

impl Outgoing {
    /// Whether a queue takes it.
    pub fn fits(&self) -> bool {
        self.bytes() <= LARGEST
    }

    fn bytes(&self) -> usize {
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|(name, text)| name.len() + DATA_TYPE.len() + text.len());
        self.body.len() + attributes.sum::<usize>()
    }
}

/// How long a message is held back that is meant for `at`: whole seconds, rounded up, so that it is never early.
pub fn delay(at: Timestamp, now: Timestamp) -> Duration {
    let ahead = Duration::try_from(at.duration_since(now)).unwrap_or_default();
    let seconds = ahead.as_secs() + u64::from(ahead.subsec_nanos() > 0);
    Duration::from_secs(seconds).min(LONGEST_DELAY)
}

/// Sends messages to one queue, and gives the result of each in the same order.
pub async fn send(
    sqs: &Client,
    queue_url: &str,
    messages: Vec<Outgoing>,
) -> Vec<Result<(), Fault>> {
    let calls = batches(&messages).into_iter().map(|part| send_some(sqs, queue_url, part));
    all(calls.collect()).await.into_iter().flatten().collect()
}

/// Parts that are sent in one call each. A message that is too large for any is alone in its part, and refused alone.
fn batches(messages: &[Outgoing]) -> Vec<&[Outgoing]> {
    let mut batches = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(SENT_AT_ONCE).take_while(|message| {
            bytes += message.bytes();
            bytes <= LARGEST
        });
        let (batch, later) = rest.split_at(fits.count().max(1));
        batches.push(batch);
        rest = later;
    }
    batches
}

async fn send_some(sqs: &Client, queue_url: &str, part: &[Outgoing]) -> Vec<Result<(), Fault>> {
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
        let fault = Fault::answered(&doing, Some(failed.code()), failed.message(), status);
        if let Some(result) = failed.id().parse().ok().and_then(|n: usize| results.get_mut(n)) {
            *result = Err(fault);
        }
    }
    results
}

/// None only for an entry without an id or a body, which this one has.
fn entry(n: usize, message: &Outgoing) -> Option<SendMessageBatchRequestEntry> {
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
    fn a_message_is_never_early() {
        assert_eq!(after(9_001), 10);
        assert_eq!(after(9_000), 9);
    }

    #[test]
    fn a_batch_is_no_larger_than_a_message_may_be() {
        let of = |bytes: usize| Outgoing {
            body: "x".repeat(bytes),
            delay: Duration::ZERO,
            attributes: Vec::new(),
        };
        let sizes = |messages: &[Outgoing]| -> Vec<usize> {
            batches(messages).iter().map(|part| part.len()).collect()
        };

        assert_eq!(sizes(&[of(LARGEST), of(1), of(LARGEST - 1), of(1)]), [1, 2, 1]);
        assert_eq!(sizes(&[of(1), of(LARGEST + 1), of(1)]), [1, 1, 1]);
        assert_eq!(sizes(&vec![of(1); 23]), [10, 10, 3]);
        assert!(sizes(&[]).is_empty());
    }

    #[test]
    fn a_delay_keeps_the_limits_of_the_api() {
        assert_eq!(after(-5_000), 0);
        assert_eq!(after(3_600_000), 900);
    }
}
