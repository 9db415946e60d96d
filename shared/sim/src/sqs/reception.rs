//! The receiving of messages, oldest first.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Received;
use super::delivery::{dead_letter, forget_expired, visible_after};
use super::message::MessageState;
use crate::world::World;

/// Receives up to `most` visible messages. Moves a message that was received too often to the dead-letter queue.
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
    let MessageState::Visible { since } = message.state else { return None };
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
        dead_letter_source: message.dead_letter_source.clone(),
    };
    message.state = MessageState::InFlight { receipt: receipt.clone(), received_at: now };
    if let Some(found) = world.sqs.queues.get_mut(queue) {
        found.visible.remove(&number);
        found.receipts.insert(receipt, number);
    }
    visible_after(world, queue, number, visibility);
    Some(received)
}

/// Returns the system attributes of a message, such as `ApproximateReceiveCount`, for ReceiveMessage and for the event
/// of a function.
pub(crate) fn system_attributes(
    world: &World,
    message: &Received,
) -> BTreeMap<&'static str, String> {
    let epoch_millis = |at: Duration| world.time_of(at).as_millisecond().to_string();
    let mut attributes = BTreeMap::from([
        ("ApproximateReceiveCount", message.receive_count.to_string()),
        ("SentTimestamp", epoch_millis(message.sent_at)),
        ("SenderId", "AIDAIENQZJOLO23YVJ4VO".to_owned()),
        ("ApproximateFirstReceiveTimestamp", epoch_millis(message.first_received_at)),
    ]);
    // API reference, SQS ReceiveMessage, MessageSystemAttributeNames.
    if let Some(source) = &message.dead_letter_source {
        attributes.insert("DeadLetterQueueSourceArn", super::queue_arn(source));
    }
    attributes
}
