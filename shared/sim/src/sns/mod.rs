//! SNS: standard topics whose subscribers are queues.
//!
//! Subset: Publish of one text to a topic, with attributes of type String and Number. Left out: FIFO topics, other
//! subscribers, filter policies, messages by protocol, encryption, delivery retries, and calls that create topics or
//! subscriptions.

mod api;
mod delivery;
#[cfg(test)]
mod tests;
mod topics;

use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) use api::{OPERATIONS, call};
pub(crate) use delivery::{NewNotification, happen, publish};

use crate::region::{ACCOUNT, REGION};
use crate::scenario::SubscriptionSpec;
use crate::sqs::Attribute;

/// A message that was published to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedMessage {
    /// Name of the topic.
    pub topic: String,
    /// Subject, if it has one.
    pub subject: Option<String>,
    /// Text of the message.
    pub message: String,
    /// Time since the start of the world.
    pub at: Duration,
}

/// State of SNS: the subscriptions of each topic, and the messages so far.
#[derive(Debug, Default)]
pub(crate) struct Sns {
    topics: BTreeMap<String, Vec<SubscriptionSpec>>,
    published: Vec<PublishedMessage>,
}

/// Something on the agenda of SNS.
#[derive(Debug, Clone)]
pub(crate) enum SnsEvent {
    /// A message reaches the queue of a subscription.
    Deliver { queue: String, body: String, attributes: BTreeMap<String, Attribute>, about: String },
}

/// Returns the ARN of a topic.
pub(crate) fn topic_arn(name: &str) -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}")
}
