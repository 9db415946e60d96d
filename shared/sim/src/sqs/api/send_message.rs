//! SendMessage and SendMessageBatch.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::batch::{self, BatchEntry, BatchRequest};
use super::{no_such_queue, queue_at, seconds};
use crate::api::{ApiError, Refusal};
use crate::history::{Caller, Fact};
use crate::sqs::{Attribute, NewMessage, about_body, md5_of_attributes, md5_of_body, send};
use crate::world::World;

/// Most bytes of a message or a batch with its attributes, 1 MiB (API reference, SQS SendMessage).
pub(super) const LARGEST: usize = 1024 * 1024;

/// API reference, SQS SendMessage: "Valid values: 0 to 900. Maximum: 15 minutes."
const LONGEST_DELAY: u64 = 900;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct SendMessage {
    queue_url: String,
    message_body: String,
    delay_seconds: Option<u64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct SendMessageEntry {
    id: String,
    message_body: String,
    delay_seconds: Option<u64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
}

pub(super) fn send_message(
    world: &mut World,
    caller: &Caller,
    input: SendMessage,
) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    send_one(
        world,
        caller,
        &queue,
        input.message_body,
        input.delay_seconds,
        input.message_attributes,
    )
}

impl BatchEntry for SendMessageEntry {
    const SHAPE: &str = "SendMessageBatchRequestEntry";
    fn id(&self) -> &str {
        &self.id
    }
}

pub(super) fn send_message_batch(
    world: &mut World,
    caller: &Caller,
    input: BatchRequest<SendMessageEntry>,
) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    batch::check(&input.entries)?;
    check_size(&input.entries)?;
    batch::each(input.entries, |entry| {
        let SendMessageEntry { id: _, message_body, delay_seconds, message_attributes } = entry;
        send_one(world, caller, &queue, message_body, delay_seconds, message_attributes)
    })
}

// API reference, SQS SendMessageBatch.
fn check_size(entries: &[SendMessageEntry]) -> Result<(), ApiError> {
    let bytes: usize = entries.iter().map(|e| size(&e.message_body, &e.message_attributes)).sum();
    if bytes <= LARGEST {
        return Ok(());
    }
    let message = format!(
        "Batch requests cannot be longer than {LARGEST} bytes. You have sent {bytes} bytes."
    );
    Err(ApiError::client("BatchRequestTooLong", message))
}

fn size(body: &str, attributes: &BTreeMap<String, Attribute>) -> usize {
    let attribute =
        |(name, a): (&String, &Attribute)| name.len() + a.data_type.len() + a.string_value.len();
    body.len() + attributes.iter().map(attribute).sum::<usize>()
}

/// Returns true if a message may hold the character (API reference, SQS SendMessage).
fn is_allowed(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        _ => letter >= ' ',
    }
}

fn send_one(
    world: &mut World,
    caller: &Caller,
    queue: &str,
    body: String,
    delay_seconds: Option<u64>,
    attributes: BTreeMap<String, Attribute>,
) -> Result<Value, Refusal> {
    let delay = delay_seconds.unwrap_or(0);
    let delay = seconds(delay, "DelaySeconds", LONGEST_DELAY)?;
    let bytes = size(&body, &attributes);
    if body.is_empty() {
        let message = "The request must contain the parameter MessageBody.";
        return Err(ApiError::client("MissingParameter", message).into());
    }
    if !body.chars().all(is_allowed) {
        let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
        return Err(ApiError::client("InvalidMessageContents", message).into());
    }
    if bytes > LARGEST {
        let message = format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {LARGEST} bytes."
        );
        return Err(ApiError::client("InvalidParameterValue", message).into());
    }
    let mut answer = json!({"MD5OfMessageBody": md5_of_body(&body)});
    if let Some(digest) = md5_of_attributes(&attributes) {
        answer["MD5OfMessageAttributes"] = digest.into();
    }
    let about = about_body(&body);
    let lineage = world.lambda.lineage_of(caller);
    let values = attributes.values().map(|attribute| attribute.string_value.as_str());
    let reason = values.collect::<Vec<_>>().join(", ");
    let content = NewMessage { body, attributes, delay, lineage, background: false, about };
    let id = send(world, queue, content).ok_or_else(no_such_queue)?;
    if world.sqs.is_dead_letter_queue(queue) {
        let (queue, message) = (queue.to_owned(), id.clone());
        world.note(Fact::DeadLettered { queue, message, reason });
    }
    answer["MessageId"] = id.into();
    Ok(answer)
}
