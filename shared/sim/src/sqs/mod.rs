//! SQS: standard queues with visibility timeout, delay, receive count, redrive and retention.
//!
//! A queue delivers the oldest message first. Only the event bus changes the order of messages. Left out: FIFO queues,
//! the limit of 120 000 messages in flight, redrive back from a dead-letter queue, encryption and permissions.

mod address;
mod api;
mod delivery;
mod message;
mod reception;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) use address::queue_arn;
pub use address::queue_url;
pub(crate) use api::{OPERATIONS, call, wait};
pub(crate) use delivery::{dead_letter, happen, send};
pub(crate) use message::{
    Attribute, Lineage, NewMessage, about_body, about_instance, md5_of_attributes, md5_of_body,
};
use message::{Message, MessageState};
pub(crate) use reception::{receive, system_attributes};

use crate::deployment;

/// "A maximum limit of 12 hours from when the message is first received" (SQS developer guide,
/// sqs-visibility-timeout).
pub(crate) const LONGEST_VISIBILITY: Duration = Duration::from_secs(12 * 3600);

#[derive(Debug, Default)]
pub(crate) struct Sqs {
    queues: BTreeMap<String, Queue>,
}

#[derive(Debug)]
struct Queue {
    spec: deployment::DeployedQueue,
    messages: BTreeMap<u64, Message>,
    /// Numbers of the visible messages.
    visible: BTreeSet<u64>,
    /// Numbers of messages by receipt handle. Handles of earlier receives stay.
    receipts: BTreeMap<String, u64>,
    sent: u64,
}

impl Queue {
    /// Takes a message out of the queue.
    fn remove(&mut self, number: u64) -> Option<Message> {
        self.visible.remove(&number);
        let message = self.messages.remove(&number)?;
        if let MessageState::InFlight { receipt, .. } = &message.state {
            self.receipts.remove(receipt);
        }
        Some(message)
    }
}

#[derive(Debug, Clone)]
pub(crate) enum SqsEvent {
    /// A delay or a visibility timeout expires, unless the state of the message changed before.
    Visible { queue: String, number: u64, turn: u64 },
}

/// A message as a receiver gets it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub id: String,
    pub number: u64,
    pub receipt: String,
    pub body: String,
    pub attributes: BTreeMap<String, Attribute>,
    pub lineage: Lineage,
    pub visible_since: Duration,
    pub sent_at: Duration,
    pub first_received_at: Duration,
    pub receive_count: u32,
    pub dead_letter_source: Option<String>,
}

impl Sqs {
    /// Returns true if another queue dead-letters messages here. A message that a function sends to this queue counts
    /// as dead-lettered too.
    pub(crate) fn is_dead_letter_queue(&self, name: &str) -> bool {
        let redrives =
            self.queues.values().filter_map(|queue| queue.spec.dead_letter_queue.as_ref());
        redrives.into_iter().any(|redrive| redrive.queue == name)
    }

    pub(crate) fn create_queue(&mut self, spec: deployment::DeployedQueue) {
        let (visible, receipts) = (BTreeSet::new(), BTreeMap::new());
        let queue = Queue { spec, messages: BTreeMap::new(), visible, receipts, sent: 0 };
        self.queues.insert(queue.spec.name.clone(), queue);
    }

    /// Returns the names of the queues.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    fn message(&self, queue: &str, number: u64) -> Option<&Message> {
        self.queues.get(queue)?.messages.get(&number)
    }

    fn message_mut(&mut self, queue: &str, number: u64) -> Option<&mut Message> {
        self.queues.get_mut(queue)?.messages.get_mut(&number)
    }

    /// Returns the number of visible messages, and the time since which the oldest has been visible.
    pub(crate) fn visible(&self, queue: &str) -> (usize, Option<Duration>) {
        let queue = self.queues.get(queue).into_iter();
        let messages = queue
            .flat_map(|queue| queue.visible.iter().filter_map(|number| queue.messages.get(number)));
        let since = messages.filter_map(|message| match message.state {
            MessageState::Visible { since } => Some(since),
            _ => None,
        });
        since.fold((0, None), |(count, oldest), since| {
            (count + 1, Some(oldest.map_or(since, |oldest: Duration| oldest.min(since))))
        })
    }

    /// Returns the number of the oldest visible message, and its receive count.
    fn oldest_visible(&self, queue: &str) -> Option<(u64, u32)> {
        let queue = self.queues.get(queue)?;
        let number = *queue.visible.first()?;
        Some((number, queue.messages.get(&number)?.receive_count))
    }

    /// Returns true if a run must go on because of a message in the queue. Messages of schedules do not count.
    pub(crate) fn holds_the_run(&self, queue: &str) -> bool {
        let mut messages =
            self.queues.get(queue).into_iter().flat_map(|queue| queue.messages.values());
        messages.any(|message| !message.content.background)
    }

    /// Deletes the message of this receipt handle. An older receipt handle deletes nothing (API reference, SQS
    /// DeleteMessage: it "succeeds, but the message might not be deleted").
    pub(crate) fn delete(&mut self, queue: &str, receipt: &str) {
        if let Some(number) = self.in_flight(queue, receipt)
            && let Some(queue) = self.queues.get_mut(queue)
        {
            queue.remove(number);
        }
    }

    /// Returns the message in flight that has this receipt handle.
    fn in_flight(&self, queue: &str, wanted: &str) -> Option<u64> {
        let queue = self.queues.get(queue)?;
        let number = *queue.receipts.get(wanted)?;
        let state = &queue.messages.get(&number)?.state;
        let held = |receipt: &str| receipt == wanted;
        matches!(state, MessageState::InFlight { receipt, .. } if held(receipt)).then_some(number)
    }

    /// Returns true if the message of a receipt handle is still in flight.
    pub(crate) fn holds(&self, queue: &str, receipt: &str) -> bool {
        self.in_flight(queue, receipt).is_some()
    }
}

#[cfg(test)]
mod tests;
