//! Messages on their way from a topic to its queues.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{PublishedMessage, SnsEvent, topic_arn};
use crate::history::{Caller, Fact};
use crate::region::REGION;
use crate::sqs::{self, Attribute, NewMessage};
use crate::world::{World, WorldEvent};

/// A message to publish.
pub(crate) struct NewNotification {
    pub(crate) topic: String,
    pub(crate) subject: Option<String>,
    pub(crate) message: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

/// Publishes a message to a topic. Its queues get it later. Returns the id of the message.
pub(crate) fn publish(world: &mut World, by: &Caller, new: NewNotification) -> String {
    let NewNotification { topic, subject, message, attributes } = new;
    let id = world.random.uuid(&format!("sns/{topic}/ids"));
    world.note(Fact::Notification {
        topic: topic.clone(),
        subject: subject.clone(),
        by: by.clone(),
    });
    let envelope = envelope(world, &id, &topic, subject.as_deref(), &message, &attributes);
    for subscription in world.sns.topics.get(&topic).cloned().unwrap_or_default() {
        let range = world.switches.event_delivery.clone();
        let delay = world.random.length(&format!("sns/{topic}"), &range.0);
        // Raw delivery passes the attributes on, and the envelope has them (SNS developer guide, raw message delivery).
        let (body, attributes) = match subscription.raw {
            true => (message.clone(), attributes.clone()),
            false => (envelope.clone(), BTreeMap::new()),
        };
        let about = format!("{topic} {}", subject.as_deref().unwrap_or_default());
        let queue = subscription.queue;
        let event = SnsEvent::Deliver { queue, body, attributes, about: about.trim().to_owned() };
        world.after(delay, WorldEvent::Sns(event));
    }
    let at = world.elapsed();
    world.sns.published.push(PublishedMessage { topic, subject, message, at });
    id
}

/// Delivers a message to a queue. Without the deployment that has the queue, the message has no reader.
pub(crate) fn happen(world: &mut World, event: SnsEvent) {
    let SnsEvent::Deliver { queue, body, attributes, about } = event;
    sqs::send(world, &queue, NewMessage { body, attributes, about, ..Default::default() });
}

/// Returns the envelope of a message (SNS developer guide, http-notification-json): `Subject` and `MessageAttributes` only
/// if there are some.
fn envelope(
    world: &World,
    id: &str,
    topic: &str,
    subject: Option<&str>,
    message: &str,
    attributes: &BTreeMap<String, Attribute>,
) -> String {
    let service = "sns";
    let host = format!("https://{service}.{REGION}.amazonaws.com");
    let arn = topic_arn(topic);
    let mut envelope = json!({
        "Type": "Notification",
        "MessageId": id,
        "TopicArn": arn,
        "Message": message,
        "Timestamp": world.now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "SignatureVersion": "1",
        "Signature": "c2lnbmF0dXJl",
        "SigningCertURL": format!("{host}/SimpleNotificationService-0000.pem"),
        "UnsubscribeURL": format!("{host}/?Action=Unsubscribe&SubscriptionArn={arn}:0000"),
    });
    if let Some(subject) = subject {
        envelope["Subject"] = json!(subject);
    }
    if !attributes.is_empty() {
        let shape = |it: &Attribute| json!({ "Type": it.data_type, "Value": it.string_value });
        let shapes: Map<String, Value> =
            attributes.iter().map(|(name, it)| (name.clone(), shape(it))).collect();
        envelope["MessageAttributes"] = Value::Object(shapes);
    }
    envelope.to_string()
}
