//! SQS: standard queues with visibility timeout, delay, receive count, redrive and retention.
//!
//! Messages come out oldest first: what overtakes what is the event bus's doing here. Left out: FIFO queues, the limit
//! of 120 000 messages in flight, redrive back from a dead-letter queue, encryption and permissions.

mod api;
mod message;
mod receive;

use std::collections::BTreeMap;
use std::time::Duration;

pub use api::queue_url;
pub(crate) use api::{OPERATIONS, call, queue_arn, system_attributes, wait};
pub(crate) use message::{
    Attribute, Lineage, NewMessage, about_body, about_instance, md5_of_attributes, md5_of_body,
};
use message::{Message, State};
use receive::forget_expired;
pub(crate) use receive::receive;

use crate::deployment;
use crate::history::Fact;
use crate::world::World;

/// "A maximum limit of 12 hours from when the message is first received" (SQS developer guide,
/// sqs-visibility-timeout).
pub(crate) const LONGEST_VISIBILITY: Duration = Duration::from_secs(12 * 3600);

#[derive(Debug, Default)]
pub(crate) struct Sqs {
    queues: BTreeMap<String, Queue>,
}

#[derive(Debug)]
struct Queue {
    spec: deployment::Queue,
    messages: BTreeMap<u64, Message>,
    sent: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// A delay or a visibility timeout is over, unless the message took another turn.
    Visible { queue: String, number: u64, turn: u64 },
}

pub(crate) fn happen(world: &mut World, event: Event) {
    let Event::Visible { queue, number, turn } = event;
    if world.sqs.message(&queue, number).is_some_and(|message| message.turn == turn) {
        become_visible(world, &queue, number);
    }
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
}

impl Sqs {
    /// Whether another queue sets messages aside here: who sends to it directly does so as well.
    pub(crate) fn is_dead_letter_queue(&self, name: &str) -> bool {
        let redrives =
            self.queues.values().filter_map(|queue| queue.spec.dead_letter_queue.as_ref());
        redrives.into_iter().any(|redrive| redrive.queue == name)
    }

    pub(crate) fn create_queue(&mut self, spec: deployment::Queue) {
        let queue = Queue { spec, messages: BTreeMap::new(), sent: 0 };
        self.queues.insert(queue.spec.name.clone(), queue);
    }

    /// Names of the queues.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    fn message(&self, queue: &str, number: u64) -> Option<&Message> {
        self.queues.get(queue)?.messages.get(&number)
    }

    fn message_mut(&mut self, queue: &str, number: u64) -> Option<&mut Message> {
        self.queues.get_mut(queue)?.messages.get_mut(&number)
    }

    /// How many messages are visible, and since when the oldest of them.
    pub(crate) fn visible(&self, queue: &str) -> (usize, Option<Duration>) {
        let messages = self.queues.get(queue).into_iter().flat_map(|queue| queue.messages.values());
        let since = messages.filter_map(|message| match message.state {
            State::Visible { since } => Some(since),
            _ => None,
        });
        since.fold((0, None), |(count, oldest), since| {
            (count + 1, Some(oldest.map_or(since, |oldest: Duration| oldest.min(since))))
        })
    }

    /// The number of the oldest visible message, and how often it was received.
    fn oldest_visible(&self, queue: &str) -> Option<(u64, u32)> {
        let mut messages = self.queues.get(queue)?.messages.iter();
        let (number, message) =
            messages.find(|(_, message)| matches!(message.state, State::Visible { .. }))?;
        Some((*number, message.receive_count))
    }

    /// Whether a run must go on because of a message in the queue: one that no schedule sent.
    pub(crate) fn holds_the_run(&self, queue: &str) -> bool {
        let mut messages =
            self.queues.get(queue).into_iter().flat_map(|queue| queue.messages.values());
        messages.any(|message| !message.content.background)
    }

    /// Deletes the message that this receive handed out. An older receipt handle deletes nothing (API reference,
    /// SQS DeleteMessage: it "succeeds, but the message might not be deleted").
    pub(crate) fn delete(&mut self, queue: &str, receipt: &str) {
        if let Some(number) = self.in_flight(queue, receipt)
            && let Some(queue) = self.queues.get_mut(queue)
        {
            queue.messages.remove(&number);
        }
    }

    /// The message that is in flight under a receipt handle.
    fn in_flight(&self, queue: &str, wanted: &str) -> Option<u64> {
        let held = |message: &Message| matches!(&message.state, State::InFlight { receipt, .. } if receipt == wanted);
        self.queues.get(queue)?.messages.iter().find(|(_, message)| held(message)).map(|(n, _)| *n)
    }

    /// Whether a receipt handle still holds its message.
    pub(crate) fn holds(&self, queue: &str, receipt: &str) -> bool {
        self.in_flight(queue, receipt).is_some()
    }
}

impl World {
    /// A service sends a message to a queue (a hook's direct notification, a script step).
    pub(crate) fn send_message(&mut self, queue: &str, body: String) {
        let about = about_body(&body);
        self.send_event(queue, body, about);
    }

    /// Whether a queue is deployed.
    pub(crate) fn has_queue(&self, queue: &str) -> bool {
        self.sqs.queues.contains_key(queue)
    }

    /// The event bus delivers an event.
    pub(crate) fn send_event(&mut self, queue: &str, body: String, about: String) {
        send_or_stop(self, queue, NewMessage { body, about, ..Default::default() });
    }

    /// A schedule's message: the run does not wait for it.
    pub(crate) fn send_scheduled(&mut self, queue: &str, body: String, about: String) {
        send_or_stop(
            self,
            queue,
            NewMessage { body, about, background: true, ..Default::default() },
        );
    }
}

fn send_or_stop(world: &mut World, queue: &str, content: NewMessage) {
    if send(world, queue, content).is_none() {
        world.fatal(format!("a message was sent to the queue {queue}, which is not deployed"));
    }
}

/// Puts a message into a queue; its id, or nothing if there is no such queue.
pub(crate) fn send(world: &mut World, queue: &str, content: NewMessage) -> Option<String> {
    world.sqs.queues.get(queue)?;
    let id = world.random.uuid(&format!("sqs/{queue}/ids"));
    if let Some(later) = world.fault_of_message(queue) {
        let delay = content.delay + later;
        put(world, queue, &id, NewMessage { delay, ..content.clone() });
    }
    put(world, queue, &id, content);
    Some(id)
}

fn put(world: &mut World, queue: &str, id: &str, content: NewMessage) {
    let delay = content.delay;
    let message = Message {
        id: id.to_owned(),
        content,
        sent_at: world.elapsed(),
        first_received_at: None,
        receive_count: 0,
        state: State::Delayed,
        turn: 0,
    };
    let Some(number) = add(world, queue, message) else { return };
    if delay.is_zero() {
        become_visible(world, queue, number);
    } else {
        visible_after(world, queue, number, delay);
    }
}

fn add(world: &mut World, queue: &str, message: Message) -> Option<u64> {
    let queue = world.sqs.queues.get_mut(queue)?;
    queue.sent += 1;
    queue.messages.insert(queue.sent, message);
    Some(queue.sent)
}

fn visible_after(world: &mut World, queue: &str, number: u64, delay: Duration) {
    let Some(message) = world.sqs.message_mut(queue, number) else { return };
    message.turn += 1;
    let event = Event::Visible { queue: queue.to_owned(), number, turn: message.turn };
    world.after(delay, crate::world::Event::Sqs(event));
}

fn become_visible(world: &mut World, queue: &str, number: u64) {
    let since = world.elapsed();
    if forget_expired(world, queue, number) {
        return;
    }
    let Some(message) = world.sqs.message_mut(queue, number) else { return };
    message.state = State::Visible { since };
    message.turn += 1;
    let again = match message.receive_count {
        0 => String::new(),
        count => format!(" (received {count} times before)"),
    };
    let about = format!("{}{again}", message.content.about);
    let fact = Fact::Message { queue: queue.to_owned(), message: message.id.clone(), about };
    world.note(fact);
    crate::lambda::message_visible(world, queue);
}

/// Moves a message to its queue's dead-letter queue; without one it is discarded. The move is noted either way.
pub(crate) fn dead_letter(world: &mut World, queue: &str, number: u64, reason: String) {
    let Some(from) = world.sqs.queues.get_mut(queue) else { return };
    let target = from.spec.dead_letter_queue.as_ref().map(|redrive| redrive.queue.clone());
    let Some(mut message) = from.messages.remove(&number) else { return };
    let named = target.clone().unwrap_or_else(|| format!("{queue} (discarded)"));
    world.note(Fact::DeadLettered { queue: named, message: message.id.clone(), reason });
    let Some(target) = target else { return };
    message.state = State::Delayed;
    if let Some(number) = add(world, &target, message) {
        become_visible(world, &target, number);
    }
}

#[cfg(test)]
mod tests;
