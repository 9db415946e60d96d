//! ReceiveMessage.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{queue_at, seconds};
use crate::api::{ApiError, Refusal};
use crate::sqs::{
    LONGEST_VISIBILITY, Received, md5_of_attributes, md5_of_body, receive, system_attributes,
};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ReceiveMessage {
    queue_url: String,
    max_number_of_messages: Option<u64>,
    visibility_timeout: Option<u64>,
    wait_time_seconds: Option<u64>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
    /// The older name of `MessageSystemAttributeNames`.
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
}

pub(super) fn receive_message(world: &mut World, input: ReceiveMessage) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    seconds(input.wait_time_seconds.unwrap_or(0), "WaitTimeSeconds", 20)?;
    let visibility = input
        .visibility_timeout
        .map(|asked| seconds(asked, "VisibilityTimeout", LONGEST_VISIBILITY.as_secs()))
        .transpose()?;
    let most = input.max_number_of_messages.unwrap_or(1);
    if !(1..=10).contains(&most) {
        let message = format!(
            "Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
        );
        return Err(ApiError::client("InvalidParameterValue", message).into());
    }
    let received = receive(world, &queue, most as usize, visibility);
    if received.is_empty() {
        return Ok(json!({}));
    }
    let messages: Vec<_> = received.iter().map(|message| answer(world, message, &input)).collect();
    Ok(json!({"Messages": messages}))
}

fn answer(world: &World, message: &Received, input: &ReceiveMessage) -> Value {
    let asked = || input.attribute_names.iter().chain(&input.message_system_attribute_names);
    let wanted = |name: &str| asked().any(|asked| asked == "All" || asked == name);
    let system: BTreeMap<_, _> =
        system_attributes(world, message).into_iter().filter(|(name, _)| wanted(name)).collect();
    let named = |name: &str| {
        input.message_attribute_names.iter().any(|asked| match asked.strip_suffix(".*") {
            Some(start) => name.starts_with(start),
            None => asked == "All" || asked == name,
        })
    };
    let attributes: BTreeMap<_, _> =
        message.attributes.clone().into_iter().filter(|(name, _)| named(name)).collect();
    let mut answer = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": md5_of_body(&message.body),
    });
    if !system.is_empty() {
        answer["Attributes"] = json!(system);
    }
    if let Some(digest) = md5_of_attributes(&attributes) {
        answer["MessageAttributes"] = json!(attributes);
        answer["MD5OfMessageAttributes"] = digest.into();
    }
    answer
}
