//! One queue, as who takes its messages sees it: GetQueueUrl, GetQueueAttributes, ReceiveMessage, DeleteMessageBatch,
//! ChangeMessageVisibilityBatch.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsMessage, SqsMessageAttribute};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{Builder, timeout::TimeoutConfig};
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry,
    DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
};
use serde_json::Value;

use crate::fault::Fault;
use crate::observe::all;

/// API reference, ReceiveMessage, DeleteMessageBatch and ChangeMessageVisibilityBatch.
pub(super) const AT_ONCE: usize = 10;
/// For the answer of a long poll, beyond the time that it waits for messages.
const ANSWER: Duration = Duration::from_secs(5);

/// A queue that is there, and what holds of it.
#[derive(Debug, Clone)]
pub(super) struct SourceQueue {
    sqs: Client,
    /// Its URL.
    pub(super) url: String,
    /// Its ARN, which says where it is.
    arn: Option<String>,
    /// How long a message that is received is kept from others.
    pub(super) visibility_timeout: Duration,
    /// Where its redrive policy leads.
    pub(super) dead_letter_queue_url: Option<String>,
}

impl SourceQueue {
    /// Finds the queue of this name, and what holds of it.
    pub(super) async fn named(sqs: &Client, name: &str) -> Result<Self, Fault> {
        let url = url_of(sqs, name).await?;
        let doing = format!("asking for the attributes of the queue {name}");
        let call = sqs
            .get_queue_attributes()
            .queue_url(&url)
            .attribute_names(QueueAttributeName::QueueArn)
            .attribute_names(QueueAttributeName::VisibilityTimeout)
            .attribute_names(QueueAttributeName::RedrivePolicy);
        let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
        let attribute = |name| answer.attributes()?.get(&name).map(String::as_str);
        let seconds =
            attribute(QueueAttributeName::VisibilityTimeout).and_then(|it| it.parse().ok());
        let visibility_timeout = seconds.map(Duration::from_secs);
        let visibility_timeout = visibility_timeout
            .ok_or_else(|| Fault::Bug(format!("{doing}: no visibility timeout")))?;
        let arn = attribute(QueueAttributeName::QueueArn).map(str::to_owned);
        let dead_letters = attribute(QueueAttributeName::RedrivePolicy).and_then(dead_letters);
        let dead_letter_queue_url = match dead_letters {
            Some(name) => Some(url_of(sqs, &name).await?),
            None => None,
        };
        Ok(Self { sqs: sqs.clone(), url, arn, visibility_timeout, dead_letter_queue_url })
    }

    /// Ten messages at most; waits so long for the first. `speed` is how many of the queue's seconds pass in one of ours.
    pub(super) async fn receive(
        &self,
        wait: Duration,
        speed: u32,
    ) -> Result<Vec<SqsMessage>, Fault> {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(wait / speed + ANSWER)
            .operation_timeout(wait / speed + 2 * ANSWER)
            .build();
        let call = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(AT_ONCE as i32)
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or_default())
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .customize()
            .config_override(Builder::default().timeout_config(timeouts));
        let doing = || format!("receiving from {}", self.url);
        let answer = call.send().await.map_err(|error| Fault::new(doing(), &error))?;
        Ok(answer.messages.unwrap_or_default().into_iter().map(|it| self.message(it)).collect())
    }

    /// Deletes what these receipts are of. What could not be deleted comes again, and is told.
    pub(super) async fn delete(&self, receipts: &[String]) -> Vec<Fault> {
        all(receipts.chunks(AT_ONCE).map(|part| self.delete_some(part)).collect()).await.concat()
    }

    async fn delete_some(&self, part: &[String]) -> Vec<Fault> {
        let doing = format!("deleting from {}", self.url);
        let entries = part.iter().enumerate().filter_map(|(n, receipt)| {
            let entry =
                DeleteMessageBatchRequestEntry::builder().id(n.to_string()).receipt_handle(receipt);
            entry.build().ok()
        });
        let call = self.sqs.delete_message_batch().queue_url(&self.url);
        match call.set_entries(Some(entries.collect())).send().await {
            Ok(answer) => failures(&doing, answer.failed()),
            Err(error) => vec![Fault::new(&doing, &error)],
        }
    }

    /// Keeps messages from others for so long from now on; for no time, it gives them back.
    pub(super) async fn hide(&self, receipts: &[String], timeout: Duration) -> Vec<Fault> {
        let parts = receipts.chunks(AT_ONCE).map(|part| self.hide_some(part, timeout));
        all(parts.collect()).await.concat()
    }

    async fn hide_some(&self, part: &[String], timeout: Duration) -> Vec<Fault> {
        let doing = format!("changing the visibility of messages in {}", self.url);
        let seconds = i32::try_from(timeout.as_secs()).unwrap_or(i32::MAX);
        let entries = part.iter().enumerate().filter_map(|(n, receipt)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(n.to_string());
            entry.receipt_handle(receipt).visibility_timeout(seconds).build().ok()
        });
        let call = self.sqs.change_message_visibility_batch().queue_url(&self.url);
        match call.set_entries(Some(entries.collect())).send().await {
            Ok(answer) => failures(&doing, answer.failed()),
            Err(error) => vec![Fault::new(&doing, &error)],
        }
    }

    /// As Lambda's event source mapping gives it to a function.
    fn message(&self, received: Message) -> SqsMessage {
        let mut message = SqsMessage::default();
        let system = received.attributes.unwrap_or_default().into_iter();
        message.attributes =
            system.map(|(name, value)| (name.as_str().to_owned(), value)).collect();
        for (name, value) in received.message_attributes.unwrap_or_default() {
            let mut attribute = SqsMessageAttribute::default();
            attribute.string_value = value.string_value;
            attribute.data_type = Some(value.data_type);
            message.message_attributes.insert(name, attribute);
        }
        message.event_source_arn.clone_from(&self.arn);
        message.message_id = received.message_id;
        message.receipt_handle = received.receipt_handle;
        message.body = received.body;
        message
    }
}

async fn url_of(sqs: &Client, name: &str) -> Result<String, Fault> {
    let doing = || format!("looking for the queue {name}");
    let answer = sqs.get_queue_url().queue_name(name).send().await;
    let answer = answer.map_err(|error| Fault::new(doing(), &error))?;
    answer.queue_url.ok_or_else(|| Fault::Bug(format!("{}: no URL", doing())))
}

/// The name of the queue that a redrive policy leads to: the last part of its ARN.
fn dead_letters(redrive_policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(redrive_policy).ok()?;
    let arn = policy["deadLetterTargetArn"].as_str()?;
    arn.rsplit(':').next().map(str::to_owned)
}

fn failures(doing: &str, failed: &[BatchResultErrorEntry]) -> Vec<Fault> {
    let fault = |entry: &BatchResultErrorEntry| {
        let status = if entry.sender_fault() { 400 } else { 500 };
        Fault::answered(doing, Some(entry.code()), entry.message(), status)
    };
    failed.iter().map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redrive_policy_leads_to_a_queue_by_its_arn() {
        let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:111122223333:ebb-sweep-dead-letters","maxReceiveCount":5}"#;

        assert_eq!(dead_letters(policy).as_deref(), Some("ebb-sweep-dead-letters"));
        assert_eq!(dead_letters("none"), None);
    }
}
