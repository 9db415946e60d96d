//! Events of `service-operation`: batches of messages, and direct invocations.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use service::alert::Alert;
use service::request::OperationRequest;

use crate::limits::REQUEST_AGE;

/// An event that Lambda hands to the function.
#[derive(Debug, Clone, PartialEq)]
pub enum OperationEvent {
    /// A batch of messages of the queue.
    Messages(Vec<QueuedOperation>),
    /// A direct invocation, with the text of its request.
    Invocation(String),
}

/// A message of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedOperation {
    /// Message id.
    pub id: String,
    /// Message body.
    pub body: String,
    /// Principal that sent the message, if SQS names it.
    pub sender: Option<String>,
    /// Time at which the message was sent, if SQS names it.
    pub sent_at: Option<Timestamp>,
    /// Parsed body.
    pub content: OperationMessage,
}

/// The parsed body of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum OperationMessage {
    /// The schedule's message, once a minute.
    Schedule,
    /// A request.
    Request(Box<OperationRequest>),
    /// An alert, which may begin the configured shutdown.
    Alert(Alert),
    /// A body that is neither, with the reason.
    Malformed(String),
}

impl OperationEvent {
    /// Parses an event. An object with `Records` is a batch of messages (Lambda developer guide, with-sqs).
    pub fn parse(event: &Value) -> Self {
        match event["Records"].as_array() {
            Some(records) => {
                Self::Messages(records.iter().map(QueuedOperation::of_record).collect())
            }
            None => Self::Invocation(event.to_string()),
        }
    }
}

impl QueuedOperation {
    /// Creates a message from its id, its body and the system attributes of SQS.
    pub fn new(id: &str, body: &str, attribute: impl Fn(&str) -> Option<String>) -> Self {
        let sent_at = attribute("SentTimestamp").and_then(|it| it.parse().ok());
        Self {
            id: id.to_owned(),
            body: body.to_owned(),
            sender: attribute("SenderId"),
            sent_at: sent_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
            content: OperationMessage::parse(body),
        }
    }

    fn of_record(record: &Value) -> Self {
        let text = |key: &str| record[key].as_str().unwrap_or_default();
        let attribute = |name: &str| record["attributes"][name].as_str().map(str::to_owned);
        Self::new(text("messageId"), text("body"), attribute)
    }

    /// Returns the name of who asks.
    pub(super) fn by(&self) -> String {
        self.sender.clone().unwrap_or_else(|| "a message".to_owned())
    }

    /// Returns true if the request was sent so long ago that it may have been carried out before.
    pub(super) fn is_too_old(&self, now: Timestamp) -> bool {
        let age = self.sent_at.map(|at| now.duration_since(at));
        let age = age.and_then(|age| Duration::try_from(age).ok());
        age.is_some_and(|age| age > REQUEST_AGE)
    }
}

impl OperationMessage {
    /// Parses the body of a message. A scheduled event is the schedule's (EventBridge events reference, Scheduled Event).
    fn parse(body: &str) -> Self {
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        if json["detail-type"] == "Scheduled Event" {
            return Self::Schedule;
        }
        if let Some(alert) = Alert::parse(body) {
            return Self::Alert(alert);
        }
        match OperationRequest::parse(body) {
            Ok(request) => Self::Request(Box::new(request)),
            Err(errors) => Self::Malformed(errors.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(body: &str, sent_at: &str) -> QueuedOperation {
        QueuedOperation::new("m-1", body, |name| {
            (name == "SentTimestamp").then(|| sent_at.to_owned())
        })
    }

    const REQUEST: &str = r#"{"cluster_name": "shop", "service_name": "api"}"#;

    #[test]
    fn scheduled_event_is_the_schedules_message() {
        let schedule =
            message(r#"{"detail-type": "Scheduled Event", "source": "aws.events"}"#, "0");

        assert_eq!(schedule.content, OperationMessage::Schedule);
    }

    #[test]
    fn request_that_is_delivered_after_its_visibility_timeout_is_too_old() {
        let request = message(REQUEST, "0");

        assert!(matches!(request.content, OperationMessage::Request(_)));
        assert!(!request.is_too_old(Timestamp::UNIX_EPOCH + Duration::from_secs(30)));
        assert!(request.is_too_old(Timestamp::UNIX_EPOCH + Duration::from_secs(900)));
    }

    #[test]
    fn malformed_body_names_every_field() {
        let OperationMessage::Malformed(reason) = message(r#"{"batch": 0}"#, "0").content else {
            panic!("it is malformed");
        };

        for field in ["cluster_name", "service_name", "batch"] {
            assert!(reason.contains(field), "{reason}");
        }
    }

    #[test]
    fn event_without_records_is_a_direct_invocation() {
        let event = json!({ "cluster_name": "shop", "service_name": "api" });

        assert_eq!(OperationEvent::parse(&event), OperationEvent::Invocation(event.to_string()));
    }
}
