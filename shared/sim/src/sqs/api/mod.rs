//! The SQS API (awsJson 1.0). Sources: API reference, the operation of each name; codes as the SDKs match them.
//!
//! Left out: message system attributes, binary attributes, FIFO parameters.

mod batch;
mod receive_message;
mod send_message;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::address::{queue_name, queue_url_at};
use super::delivery::visible_after;
use super::{LONGEST_VISIBILITY, MessageState, Sqs, queue_arn};
use crate::api::{ApiError, Refusal};
use crate::history::Caller;
use crate::world::World;

/// Operations of SQS that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &[
    "SendMessage",
    "SendMessageBatch",
    "ReceiveMessage",
    "DeleteMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "GetQueueAttributes",
    "GetQueueUrl",
];

/// Carries out an SQS API call. `host` is the host in the request of an outside caller.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &Value,
    host: Option<&str>,
) -> Result<Value, Refusal> {
    match operation {
        "SendMessage" => send_message::send_message(world, caller, parse_input(operation, input)?),
        "SendMessageBatch" => {
            send_message::send_message_batch(world, caller, parse_input(operation, input)?)
        }
        "ReceiveMessage" => receive_message::receive_message(world, parse_input(operation, input)?),
        "DeleteMessage" => delete_message(world, parse_input(operation, input)?),
        "DeleteMessageBatch" => batch::delete(world, parse_input(operation, input)?),
        "ChangeMessageVisibilityBatch" => {
            batch::change_visibility(world, parse_input(operation, input)?)
        }
        "ChangeMessageVisibility" => change_visibility(world, parse_input(operation, input)?),
        "GetQueueAttributes" => get_queue_attributes(world, parse_input(operation, input)?),
        "GetQueueUrl" => get_queue_url(world, host, parse_input(operation, input)?),
        _ => Err(Refusal::Unknown(format!("SQS {operation}"))),
    }
}

/// Returns the time that a ReceiveMessage call waits for a message (`WaitTimeSeconds`). The wire tries again until
/// then.
pub(crate) fn wait(operation: &str, input: &Value) -> Option<Duration> {
    let asked = input.get("WaitTimeSeconds").and_then(Value::as_u64).filter(|secs| *secs <= 20)?;
    (operation == "ReceiveMessage").then(|| Duration::from_secs(asked))
}

fn parse_input<T: DeserializeOwned>(operation: &str, input: &Value) -> Result<T, Refusal> {
    T::deserialize(input).map_err(|error| Refusal::Unknown(format!("SQS {operation}: {error}")))
}

/// Returns the name of the queue that a URL leads to.
fn queue_at(sqs: &Sqs, url: &str) -> Result<String, Refusal> {
    let name = queue_name(url).filter(|name| sqs.queues.contains_key(*name));
    Ok(name.map(str::to_owned).ok_or_else(no_such_queue)?)
}

fn no_such_queue() -> ApiError {
    ApiError::client("QueueDoesNotExist", "The specified queue does not exist.")
}

fn invalid(value: impl std::fmt::Display, parameter: &str, reason: &str) -> Refusal {
    let message = format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}.");
    ApiError::client("InvalidParameterValue", message).into()
}

/// Returns a number of seconds within its limits.
fn seconds(value: u64, parameter: &str, most: u64) -> Result<Duration, Refusal> {
    if value > most {
        let reason = format!("Must be >= 0 and <= {most}, if provided");
        return Err(invalid(value, parameter, &reason));
    }
    Ok(Duration::from_secs(value))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DeleteMessage {
    queue_url: String,
    receipt_handle: String,
}

fn delete_message(world: &mut World, input: DeleteMessage) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    check_receipt(&input.receipt_handle)?;
    world.sqs.delete(&queue, &input.receipt_handle);
    Ok(json!({}))
}

fn check_receipt(receipt: &str) -> Result<(), Refusal> {
    if receipt.starts_with("AQEB") {
        return Ok(());
    }
    let message = format!("The input receipt handle \"{receipt}\" is not a valid receipt handle.");
    Err(ApiError::client("ReceiptHandleIsInvalid", message).into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ChangeMessageVisibility {
    queue_url: String,
    receipt_handle: String,
    visibility_timeout: u64,
}

fn change_visibility(world: &mut World, input: ChangeMessageVisibility) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    change_visibility_of(world, &queue, &input.receipt_handle, input.visibility_timeout)
}

fn change_visibility_of(
    world: &mut World,
    queue: &str,
    receipt: &str,
    timeout_seconds: u64,
) -> Result<Value, Refusal> {
    check_receipt(receipt)?;
    let most = LONGEST_VISIBILITY.as_secs();
    let timeout = seconds(timeout_seconds, "VisibilityTimeout", most)?;
    let number = world.sqs.in_flight(queue, receipt);
    let message = number.and_then(|number| Some((number, world.sqs.message(queue, number)?)));
    let Some((number, MessageState::InFlight { received_at, .. })) =
        message.map(|(number, message)| (number, &message.state))
    else {
        let text = "The message referred to isn't in flight.";
        return Err(ApiError::client("MessageNotInflight", text).into());
    };
    // SQS developer guide, sqs-visibility-timeout: the 12 hours count from the receive, and an extension does not reset
    // them.
    if world.elapsed() - *received_at + timeout > LONGEST_VISIBILITY {
        let reason =
            format!("Total VisibilityTimeout for the message is beyond the limit [{most} seconds]");
        return Err(invalid(timeout_seconds, "VisibilityTimeout", &reason));
    }
    visible_after(world, queue, number, timeout);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetQueueUrl {
    queue_name: String,
}

/// Returns the URL of a queue, at the host of the caller's request. Some SDKs send the next request to the host of the
/// URL (AWS SDK for JavaScript v3, `useQueueUrlAsEndpoint`).
fn get_queue_url(
    world: &mut World,
    host: Option<&str>,
    input: GetQueueUrl,
) -> Result<Value, Refusal> {
    let url = queue_url_at(host, &input.queue_name);
    queue_at(&world.sqs, &url)?;
    Ok(json!({"QueueUrl": url}))
}

/// Attributes that no queue has here (API reference, SQS GetQueueAttributes).
const LEFT_OUT: [&str; 9] = [
    "Policy",
    "FifoQueue",
    "ContentBasedDeduplication",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetQueueAttributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

fn get_queue_attributes(world: &mut World, input: GetQueueAttributes) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    let all = attributes_of(world, &queue);
    let everything = input.attribute_names.iter().any(|name| name == "All");
    for name in input.attribute_names.iter().map(String::as_str) {
        if LEFT_OUT.contains(&name) {
            return Err(Refusal::Unknown(format!("SQS GetQueueAttributes of {name}")));
        }
        if !["All", "RedrivePolicy"].contains(&name) && !all.contains_key(name) {
            let message = format!("Unknown Attribute {name}.");
            return Err(ApiError::client("InvalidAttributeName", message).into());
        }
    }
    let wanted = |name: &str| everything || input.attribute_names.iter().any(|asked| asked == name);
    let answer: BTreeMap<_, _> = all.into_iter().filter(|(name, _)| wanted(name)).collect();
    Ok(json!({"Attributes": answer}))
}

fn attributes_of(world: &World, name: &str) -> BTreeMap<&'static str, String> {
    let Some(queue) = world.sqs.queues.get(name) else { return BTreeMap::new() };
    let spec = &queue.spec;
    let kept = |m: &&super::Message| m.sent_at + spec.retention.0 > world.elapsed();
    let count = |meant: fn(&MessageState) -> bool| {
        queue.messages.values().filter(kept).filter(|m| meant(&m.state)).count().to_string()
    };
    let mut attributes = BTreeMap::from([
        ("ApproximateNumberOfMessages", count(|s| matches!(s, MessageState::Visible { .. }))),
        (
            "ApproximateNumberOfMessagesNotVisible",
            count(|s| matches!(s, MessageState::InFlight { .. })),
        ),
        ("ApproximateNumberOfMessagesDelayed", count(|s| matches!(s, MessageState::Delayed))),
        ("CreatedTimestamp", world.start().as_second().to_string()),
        ("LastModifiedTimestamp", world.start().as_second().to_string()),
        ("VisibilityTimeout", spec.visibility_timeout.0.as_secs().to_string()),
        ("MessageRetentionPeriod", spec.retention.0.as_secs().to_string()),
        ("MaximumMessageSize", send_message::LARGEST.to_string()),
        ("DelaySeconds", "0".to_owned()),
        ("ReceiveMessageWaitTimeSeconds", "0".to_owned()),
        ("QueueArn", queue_arn(name)),
    ]);
    if let Some(redrive) = &spec.dead_letter_queue {
        let policy = json!({
            "deadLetterTargetArn": queue_arn(&redrive.queue),
            "maxReceiveCount": redrive.max_receive_count,
        });
        attributes.insert("RedrivePolicy", policy.to_string());
    }
    attributes
}
