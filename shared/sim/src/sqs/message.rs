//! A message: its body, its attributes, their MD5 digests, and its subject.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Number of invocations of each function in the chain of messages that led to a message.
pub(crate) type Lineage = BTreeMap<String, u32>;

/// A message attribute. Binary values are left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub data_type: String,
    pub string_value: String,
}

/// A message to send.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewMessage {
    pub body: String,
    pub attributes: BTreeMap<String, Attribute>,
    pub delay: Duration,
    pub lineage: Lineage,
    /// True if a run may end although the message is still in the queue. It is the message of a schedule or of an event
    /// that repeats.
    pub background: bool,
    pub about: String,
}

/// A message in a queue.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub id: String,
    pub content: NewMessage,
    pub sent_at: Duration,
    pub first_received_at: Option<Duration>,
    pub receive_count: u32,
    /// Queue whose redrive policy moved the message here.
    pub dead_letter_source: Option<String>,
    pub state: MessageState,
    /// Number of changes of `state`. A change makes every earlier timer void.
    pub turn: u64,
}

/// State of a message in its queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MessageState {
    Delayed,
    Visible { since: Duration },
    InFlight { receipt: String, received_at: Duration },
}

/// Returns the MD5 digest of a body, in hexadecimal.
pub(crate) fn md5_of_body(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}

/// Returns the MD5 digest of message attributes: SQS developer guide, sqs-message-metadata ("Calculating the MD5
/// message digest for message attributes"). The attributes are sorted by name. Each name, data type and value follows
/// its length in four bytes, big-endian. A byte 1 comes before a string value.
pub(crate) fn md5_of_attributes(attributes: &BTreeMap<String, Attribute>) -> Option<String> {
    let mut bytes = Vec::new();
    let push = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    for (name, attribute) in attributes {
        push(&mut bytes, name);
        push(&mut bytes, &attribute.data_type);
        bytes.push(1);
        push(&mut bytes, &attribute.string_value);
    }
    (!attributes.is_empty()).then(|| format!("{:x}", md5::compute(bytes)))
}

/// Returns the subject of a message for the timeline: the detail type and the instance of an event, or else the start
/// of the body.
pub(crate) fn about_body(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let kind =
        ["detail-type", "LifecycleTransition", "Event"].iter().find_map(|key| json[key].as_str());
    match (kind, about_instance(&json)) {
        (Some(kind), instance) => {
            format!("{kind} {}", instance.unwrap_or_default()).trim_end().to_owned()
        }
        (None, _) => shortened(body),
    }
}

/// Returns the instance, container instance or task that an event names.
pub(crate) fn about_instance(event: &Value) -> Option<String> {
    let places = [&event["detail"], event];
    let keys = ["EC2InstanceId", "ec2InstanceId", "instance-id", "containerInstanceArn", "taskArn"];
    let mut found = places.iter().flat_map(|place| keys.iter().map(|key| &place[*key]));
    let named = found.find_map(Value::as_str)?;
    Some(named.rsplit('/').next().unwrap_or(named).to_owned())
}

fn shortened(body: &str) -> String {
    const MOST: usize = 60;
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Lambda developer guide, with-sqs: the sample event's body and its digest.
    #[test]
    fn the_digest_of_a_body_is_that_of_the_documented_sample() {
        assert_eq!(md5_of_body("Test message."), "e4e68fb7bd0e697a0ae8f1bb342846b3");
    }

    #[test]
    fn the_digest_of_attributes_leads_each_part_by_its_length() {
        let attribute =
            Attribute { data_type: "String".to_owned(), string_value: "myValue".to_owned() };
        let attributes = BTreeMap::from([("myAttribute".to_owned(), attribute)]);

        let bytes = b"\0\0\0\x0bmyAttribute\0\0\0\x06String\x01\0\0\0\x07myValue";
        assert_eq!(md5_of_attributes(&attributes), Some(format!("{:x}", md5::compute(bytes))));
        assert_eq!(md5_of_attributes(&BTreeMap::new()), None);
    }

    #[test]
    fn a_message_is_called_by_its_detail_type_and_instance() {
        let event = r#"{"detail-type":"EC2 Spot Instance Interruption Warning","detail":{"instance-id":"i-1"}}"#;
        let direct = r#"{"LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","EC2InstanceId":"i-2"}"#;

        assert_eq!(about_body(event), "EC2 Spot Instance Interruption Warning i-1");
        assert_eq!(about_body(direct), "autoscaling:EC2_INSTANCE_TERMINATING i-2");
        assert_eq!(about_body(&"x".repeat(80)).chars().count(), 60);
    }
}
