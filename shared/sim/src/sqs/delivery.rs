//! Messages on their way into a queue: sent, delayed, visible, expired, and moved to a dead-letter queue.

use std::time::Duration;

use super::message::{Message, MessageState};
use super::{NewMessage, SqsEvent, about_body};
use crate::history::Fact;
use crate::world::{World, WorldEvent};

pub(crate) fn happen(world: &mut World, event: SqsEvent) {
    let SqsEvent::Visible { queue, number, turn } = event;
    if world.sqs.message(&queue, number).is_some_and(|message| message.turn == turn) {
        become_visible(world, &queue, number);
    }
}

impl World {
    /// Sends a message of a service to a queue (a hook's direct notification, a script step).
    pub(crate) fn send_message(&mut self, queue: &str, body: String) {
        let about = about_body(&body);
        self.send_event(queue, body, about);
    }

    /// Returns true if a queue is deployed.
    pub(crate) fn has_queue(&self, queue: &str) -> bool {
        self.sqs.queues.contains_key(queue)
    }

    /// Delivers an event of the event bus.
    pub(crate) fn send_event(&mut self, queue: &str, body: String, about: String) {
        send_or_stop(self, queue, NewMessage { body, about, ..Default::default() });
    }

    /// Sends the message of a schedule, or of an event that repeats. The run does not wait for it.
    pub(crate) fn send_background(&mut self, queue: &str, body: String, about: String) {
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

/// Puts a message into a queue. Returns its id, or `None` if the queue does not exist.
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
        dead_letter_source: None,
        state: MessageState::Delayed,
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

pub(super) fn visible_after(world: &mut World, queue: &str, number: u64, delay: Duration) {
    let Some(message) = world.sqs.message_mut(queue, number) else { return };
    message.turn += 1;
    let event = SqsEvent::Visible { queue: queue.to_owned(), number, turn: message.turn };
    world.after(delay, WorldEvent::Sqs(event));
}

fn become_visible(world: &mut World, queue: &str, number: u64) {
    let since = world.elapsed();
    if forget_expired(world, queue, number) {
        return;
    }
    let Some(message) = world.sqs.message_mut(queue, number) else { return };
    message.state = MessageState::Visible { since };
    message.turn += 1;
    let again = match message.receive_count {
        0 => String::new(),
        count => format!(" (received {count} times before)"),
    };
    let about = format!("{}{again}", message.content.about);
    let fact = Fact::Message { queue: queue.to_owned(), message: message.id.clone(), about };
    if let Some(found) = world.sqs.queues.get_mut(queue) {
        found.visible.insert(number);
    }
    world.note(fact);
    world.wake_pollers(queue);
}

/// Moves a message to the dead-letter queue, or discards the message if its queue has none. Records a fact in both
/// cases.
pub(crate) fn dead_letter(world: &mut World, queue: &str, number: u64, reason: String) {
    let Some(from) = world.sqs.queues.get_mut(queue) else { return };
    let target = from.spec.dead_letter_queue.as_ref().map(|redrive| redrive.queue.clone());
    let Some(mut message) = from.remove(number) else { return };
    let named = target.clone().unwrap_or_else(|| format!("{queue} (discarded)"));
    world.note(Fact::DeadLettered { queue: named, message: message.id.clone(), reason });
    let Some(target) = target else { return };
    message.state = MessageState::Delayed;
    message.dead_letter_source = Some(queue.to_owned());
    if let Some(number) = add(world, &target, message) {
        become_visible(world, &target, number);
    }
}

/// Drops a message whose retention has ended. Retention counts from the first send, also in a dead-letter queue (SQS
/// developer guide, sqs-dead-letter-queues).
pub(super) fn forget_expired(world: &mut World, queue: &str, number: u64) -> bool {
    let now = world.elapsed();
    let Some(queue) = world.sqs.queues.get_mut(queue) else { return false };
    let retention = queue.spec.retention.0;
    let expired =
        queue.messages.get(&number).is_some_and(|message| message.sent_at + retention <= now);
    if expired {
        queue.remove(number);
    }
    expired
}
