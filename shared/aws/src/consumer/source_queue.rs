//! The queue of a consumer: GetQueueUrl, GetQueueAttributes, ReceiveMessage, DeleteMessageBatch,
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
use crate::limits::{MESSAGES_PER_CALL, POLL_ANSWER_TIME};
use crate::parallel::in_parallel;

/// An SQS queue: URL, ARN, visibility timeout and dead-letter queue.
#[derive(Debug, Clone)]
pub struct SourceQueue {
    sqs: Client,
    /// Queue URL.
    pub url: String,
    /// Queue ARN, with the account and Region of the queue.
    arn: Option<String>,
    /// Time for which a received message is hidden from other processes.
    pub visibility_timeout: Duration,
    /// URL of the queue that the redrive policy names.
    pub dead_letter_queue_url: Option<String>,
}

impl SourceQueue {
    /// Finds the queue with this name, and reads its attributes.
    ///
    /// # Errors
    ///
    /// The fault of a call. A queue that does not exist is denied.
    pub async fn find(sqs: &Client, name: &str) -> Result<Self, Fault> {
        let url = find_url(sqs, name).await?;
        let doing = format!("reading the attributes of queue {name}");
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
        let dead_letter_queue =
            attribute(QueueAttributeName::RedrivePolicy).and_then(dead_letter_queue);
        let dead_letter_queue_url = match dead_letter_queue {
            Some(name) => Some(find_url(sqs, &name).await?),
            None => None,
        };
        Ok(Self { sqs: sqs.clone(), url, arn, visibility_timeout, dead_letter_queue_url })
    }

    /// Receives up to ten messages, and waits up to `wait` for the first. AWS's clock runs `speed` times as fast as the local
    /// one, which is 1 except in a simulated AWS.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn receive(&self, wait: Duration, speed: u32) -> Result<Vec<SqsMessage>, Fault> {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(wait / speed + POLL_ANSWER_TIME)
            .operation_timeout(wait / speed + 2 * POLL_ANSWER_TIME)
            .build();
        let call = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(MESSAGES_PER_CALL as i32)
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or_default())
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .customize()
            .config_override(Builder::default().timeout_config(timeouts));
        let doing = || format!("receiving messages from {}", self.url);
        let answer = call.send().await.map_err(|error| Fault::new(doing(), &error))?;
        Ok(answer
            .messages
            .unwrap_or_default()
            .into_iter()
            .map(|it| self.lambda_message(it))
            .collect())
    }

    /// Deletes the messages of these receipts, and returns the faults. A message that is not deleted is delivered
    /// again.
    pub async fn delete(&self, receipts: &[String]) -> Vec<Fault> {
        let parts = receipts.chunks(MESSAGES_PER_CALL).map(|part| self.delete_batch(part));
        in_parallel(parts.collect()).await.concat()
    }

    async fn delete_batch(&self, part: &[String]) -> Vec<Fault> {
        let doing = format!("deleting messages from {}", self.url);
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

    /// Hides messages from other processes for this time from now on, and returns the faults. A time of zero returns
    /// them to the queue.
    pub(super) async fn hide(&self, receipts: &[String], timeout: Duration) -> Vec<Fault> {
        let parts = receipts.chunks(MESSAGES_PER_CALL).map(|part| self.hide_batch(part, timeout));
        in_parallel(parts.collect()).await.concat()
    }

    async fn hide_batch(&self, part: &[String], timeout: Duration) -> Vec<Fault> {
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

    /// Converts a message to the form in which an event source mapping of Lambda delivers it.
    fn lambda_message(&self, received: Message) -> SqsMessage {
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

async fn find_url(sqs: &Client, name: &str) -> Result<String, Fault> {
    let doing = || format!("finding queue {name}");
    let answer = sqs.get_queue_url().queue_name(name).send().await;
    let answer = answer.map_err(|error| Fault::new(doing(), &error))?;
    answer.queue_url.ok_or_else(|| Fault::Bug(format!("{}: no URL", doing())))
}

/// Returns the name of the queue in a redrive policy, which is the last part of its ARN.
fn dead_letter_queue(redrive_policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(redrive_policy).ok()?;
    let arn = policy["deadLetterTargetArn"].as_str()?;
    arn.rsplit(':').next().map(str::to_owned)
}

fn failures(doing: &str, failed: &[BatchResultErrorEntry]) -> Vec<Fault> {
    let fault = |entry: &BatchResultErrorEntry| {
        let status = if entry.sender_fault() { 400 } else { 500 };
        Fault::from_answer(doing, Some(entry.code()), entry.message(), status)
    };
    failed.iter().map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redrive_policy_names_the_dead_letter_queue_by_arn() {
        let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:111122223333:ebb-sweep-dead-letters","maxReceiveCount":5}"#;

        assert_eq!(dead_letter_queue(policy).as_deref(), Some("ebb-sweep-dead-letters"));
        assert_eq!(dead_letter_queue("none"), None);
    }
}
