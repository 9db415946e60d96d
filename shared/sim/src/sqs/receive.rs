//! Messages handed out to a receiver, oldest first.

use std::time::Duration;

use super::message::State;
use super::{Received, dead_letter, visible_after};
use crate::world::World;

/// Retention counts from when the message was sent first, also in a dead-letter queue (SQS developer guide,
/// sqs-dead-letter-queues).
pub(super) fn forget_expired(world: &mut World, queue: &str, number: u64) -> bool {
    let now = world.elapsed();
    let Some(queue) = world.sqs.queues.get_mut(queue) else { return false };
    let retention = queue.spec.retention.0;
    let expired =
        queue.messages.get(&number).is_some_and(|message| message.sent_at + retention <= now);
    if expired {
        queue.messages.remove(&number);
    }
    expired
}

/// Receives up to `most` visible messages. Those that were received too often before go to the dead-letter queue.
pub(crate) fn receive(
    world: &mut World,
    queue: &str,
    most: usize,
    visibility: Option<Duration>,
) -> Vec<Received> {
    let Some(found) = world.sqs.queues.get(queue) else { return Vec::new() };
    let visibility = visibility.unwrap_or(found.spec.visibility_timeout.0);
    let redrive = found.spec.dead_letter_queue.clone();
    let mut received = Vec::new();
    while received.len() < most {
        let Some((number, count)) = world.sqs.oldest_visible(queue) else { break };
        match &redrive {
            _ if forget_expired(world, queue, number) => {}
            // "When the ReceiveCount for a message exceeds the maxReceiveCount" (API reference, SQS
            // SetQueueAttributes).
            Some(redrive) if count >= redrive.max_receive_count => {
                let reason = format!("received {count} times from {queue} and not deleted");
                dead_letter(world, queue, number, reason);
            }
            _ => received.extend(hand_out(world, queue, number, visibility)),
        }
    }
    received
}

fn hand_out(world: &mut World, queue: &str, number: u64, visibility: Duration) -> Option<Received> {
    let now = world.elapsed();
    let receipt = format!("AQEB{}", world.random.hex(&format!("sqs/{queue}/receipts"), 40));
    let message = world.sqs.message_mut(queue, number)?;
    let State::Visible { since } = message.state else { return None };
    message.receive_count += 1;
    let received = Received {
        id: message.id.clone(),
        number,
        receipt: receipt.clone(),
        body: message.content.body.clone(),
        attributes: message.content.attributes.clone(),
        lineage: message.content.lineage.clone(),
        visible_since: since,
        sent_at: message.sent_at,
        first_received_at: *message.first_received_at.get_or_insert(now),
        receive_count: message.receive_count,
    };
    message.state = State::InFlight { receipt, received_at: now };
    visible_after(world, queue, number, visibility);
    Some(received)
}
