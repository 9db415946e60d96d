//! Messages to topics and their queues, each claim with its source.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{PublishedMessage, call};
use crate::api::Refusal;
use crate::history::Caller;
use crate::scenario::{Scenario, Switches};
use crate::world::World;

const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:ops";

/// Returns a world with the topic `ops` and its queues `enveloped` and `raw`, in which these steps happen.
fn world(steps: Value) -> World {
    let scenario: Scenario = serde_json::from_value(json!({
        "queue": [{ "name": "enveloped" }, { "name": "plain" }],
        "topic": [{
            "name": "ops",
            "subscription": [{ "queue": "enveloped" }, { "queue": "plain", "raw": true }, { "queue": "none" }],
        }],
        "happens": steps,
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.play(&scenario).unwrap();
    world
}

fn publish(world: &mut World, members: &[(&str, &str)]) -> Result<String, Refusal> {
    let mut input: BTreeMap<String, String> =
        members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    input.entry("TopicArn".to_owned()).or_insert_with(|| TOPIC.to_owned());
    call(world, &Caller::Other("operator".to_owned()), "Publish", &input)
}

/// Returns the bodies of the messages that a queue got within a minute.
fn received(world: &mut World, queue: &str) -> Vec<String> {
    world.advance(world.elapsed() + Duration::from_secs(60));
    let received = crate::sqs::receive(world, queue, 10, None);
    received.into_iter().map(|message| message.body).collect()
}

fn code(answer: Result<String, Refusal>) -> String {
    answer.unwrap_err().to_string().split(':').next().unwrap().to_owned()
}

// SNS developer guide, http-notification-json: Subject only if it is set; raw message delivery.
#[test]
fn queue_gets_the_envelope_and_with_raw_delivery_the_message_alone() {
    let mut world = world(json!([]));

    publish(&mut world, &[("Message", "hello"), ("Subject", "greeting")]).unwrap();
    publish(&mut world, &[("Message", "again")]).unwrap();

    let mut plain = received(&mut world, "plain");
    plain.sort();
    assert_eq!(plain, ["again", "hello"]);
    let enveloped = received(&mut world, "enveloped");
    let envelope = |message: &str| -> Value {
        let all = enveloped.iter().map(|body| serde_json::from_str::<Value>(body).unwrap());
        all.into_iter().find(|it| it["Message"] == message).unwrap()
    };
    assert_eq!(envelope("hello")["Subject"], "greeting");
    assert_eq!(envelope("hello")["TopicArn"], TOPIC);
    assert_eq!(envelope("again").get("Subject"), None);
}

#[test]
fn message_that_was_published_is_kept_with_its_subject() {
    let mut world = world(json!([]));

    publish(&mut world, &[("Message", "hello"), ("Subject", "greeting")]).unwrap();

    let kept = PublishedMessage {
        topic: "ops".to_owned(),
        subject: Some("greeting".to_owned()),
        message: "hello".to_owned(),
        at: Duration::ZERO,
    };
    assert_eq!(world.messages_published(), [kept]);
}

// API reference, Publish: 262,144 bytes, not characters, attributes included.
#[test]
fn message_above_256_kib_in_bytes_is_refused() {
    let mut world = world(json!([]));
    let (fits, too_long) = ("é".repeat(131_072), "é".repeat(131_073));

    assert!(publish(&mut world, &[("Message", &fits)]).is_ok());
    assert_eq!(code(publish(&mut world, &[("Message", &too_long)])), "InvalidParameter");
    let attribute = [
        ("Message", fits.as_str()),
        ("MessageAttributes.entry.1.Name", "a"),
        ("MessageAttributes.entry.1.Value.DataType", "String"),
        ("MessageAttributes.entry.1.Value.StringValue", "b"),
    ];
    assert_eq!(code(publish(&mut world, &attribute)), "InvalidParameter");
}

// API reference, Publish, Subject: "no line breaks or control characters, and less than 100 characters long".
#[test]
fn subject_of_100_characters_or_with_a_line_break_is_refused() {
    let mut world = world(json!([]));
    let subject = |world: &mut World, subject: &str| {
        publish(world, &[("Message", "m"), ("Subject", subject)])
    };

    assert!(subject(&mut world, &"s".repeat(99)).is_ok());
    for wrong in [&*"s".repeat(100), "a\nb", ""] {
        assert_eq!(code(subject(&mut world, wrong)), "InvalidParameter", "{wrong:?}");
    }
}

#[test]
fn topic_of_no_such_name_or_of_another_region_is_not_found() {
    let mut world = world(json!([]));
    for arn in [TOPIC.replace(":ops", ":none"), TOPIC.replace("eu-west-1", "us-east-1")] {
        assert_eq!(code(publish(&mut world, &[("Message", "m"), ("TopicArn", &arn)])), "NotFound");
    }
}

#[test]
fn budget_alert_reaches_the_queue_as_plain_text() {
    let step = json!({ "at": "1s", "what": "budget-alert", "topic": "ops", "budget": "shop", "threshold": 100, "amount": 123.4 });
    let mut world = world(json!([step]));

    let text = received(&mut world, "plain").remove(0);

    assert!(serde_json::from_str::<Value>(&text).is_err(), "no JSON: {text}");
    assert!(
        text.starts_with("AWS Budget Notification March 02, 2026\nAWS Account 111122223333\n"),
        "{text}"
    );
    assert!(
        text.contains("\nBudget Name: shop\n") && text.contains("\nACTUAL Amount: $123.40\n"),
        "{text}"
    );
}

// CloudWatch user guide, alarm-actions: the offset of the time has no colon.
#[test]
fn alarm_reaches_the_queue_as_json_in_its_envelope() {
    let step = json!({ "at": "1s", "what": "alarm", "topic": "ops", "alarm": "cost" });
    let mut world = world(json!([step]));

    let envelope: Value = serde_json::from_str(&received(&mut world, "enveloped")[0]).unwrap();

    let message: Value = serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&message["AlarmName"], &message["NewStateValue"]),
        (&json!("cost"), &json!("ALARM"))
    );
    assert_eq!(message["StateChangeTime"], "2026-03-02T09:00:01.000+0000");
}
