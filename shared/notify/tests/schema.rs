//! Events of ebb and their documentation: the schema in `infra/notifications`, and an example of each kind.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use jiff::Timestamp;
use notify::event;
use notify::notification::{Notification, NotificationKind, Severity};
use serde_json::{Value, json};
use strum::IntoEnumIterator;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../infra/notifications")
}

fn read(file: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(file)).expect("the file can be read");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn example(kind: NotificationKind) -> Value {
    read(&format!("examples/{}.json", kind.as_str()))
}

/// Returns what of a value is not as the schema says. A keyword that this check does not know is a mistake, too.
fn mistakes(schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |is_right: bool, what: String| {
        if !is_right {
            found.push(format!("{place}: {what}"));
        }
    };
    for (keyword, limit) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$schema" | "title" | "description" | "properties" | "additionalProperties" => {}
            "type" => {
                let is_right = match limit.as_str().expect("a type is a name") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    _ => false,
                };
                check(is_right, format!("{value} is no {limit}"));
            }
            "const" => check(value == limit, format!("{value} is not {limit}")),
            "enum" => {
                let all = limit.as_array().expect("an enum is a list");
                check(all.contains(value), format!("{value} is not one of {limit}"));
            }
            "required" => {
                for name in limit.as_array().expect("required is a list") {
                    let name = name.as_str().expect("a name");
                    check(value.get(name).is_some(), format!("{name} is missing"));
                }
            }
            "pattern" => {
                let text = value.as_str().unwrap_or_default();
                let is_right = match limit.as_str() {
                    Some("^[0-9]{12}$") => {
                        text.len() == 12 && text.chars().all(|it| it.is_ascii_digit())
                    }
                    Some("^[a-z0-9-]+$") => {
                        let is_valid =
                            |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
                        !text.is_empty() && text.chars().all(is_valid)
                    }
                    _ => false,
                };
                check(is_right, format!("{value} does not match {limit}"));
            }
            other => check(false, format!("this check does not know the keyword {other}")),
        }
    }
    let Some(fields) = value.as_object() else { return found };
    for (name, field) in fields {
        let place = format!("{place}.{name}");
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Object(known), _) => {
                found.extend(mistakes(&Value::Object(known.clone()), field, &place));
            }
            (_, Value::Bool(false)) => found.push(format!("{place} is unknown")),
            (_, Value::Object(any)) => {
                found.extend(mistakes(&Value::Object(any.clone()), field, &place));
            }
            _ => {}
        }
    }
    found
}

fn of_schema(event: &Value) -> Vec<String> {
    mistakes(&read("event.schema.json"), event, "event")
}

#[test]
fn every_kind_has_an_example_that_satisfies_the_schema() {
    for kind in NotificationKind::iter() {
        let example = example(kind);

        assert_eq!(of_schema(&example), Vec::<String>::new(), "{kind:?}");
        assert_eq!(example["detail-type"], kind.detail_type());
        assert_eq!(example["detail"]["type"], kind.as_str());
    }
}

#[test]
fn example_has_only_fields_that_ebb_writes() {
    for kind in NotificationKind::iter() {
        let example = example(kind);

        let parsed = event::parse(&example).expect("it is ebb's").expect("it is a notification");

        assert_eq!(serde_json::to_value(parsed).unwrap(), example["detail"], "{kind:?}");
    }
}

#[test]
fn notification_with_every_field_satisfies_the_schema() {
    let time = Timestamp::UNIX_EPOCH;
    let mut full = Notification::new(NotificationKind::OperationEnded, Severity::Error, "s", time);
    let text = || Some("text".to_owned());
    full.account = Some("111122223333".to_owned());
    (full.region, full.cluster, full.service, full.operation) = (text(), text(), text(), text());
    full.outcome = Some("timed-out".to_owned());
    (full.ec2_instance, full.group, full.container_instance) = (text(), text(), text());
    full.numbers.insert("tasks".to_owned(), 8);

    let entry = event::entry(&full, "default");

    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    let event = json!({
        "source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail,
    });
    assert_eq!(of_schema(&event), Vec::<String>::new());
}

#[test]
fn unknown_field_is_refused_by_the_schema() {
    let mut event = example(NotificationKind::DrainBegan);
    event["detail"]["colour"] = "red".into();
    event["detail"]["severity"] = "grave".into();

    let found = of_schema(&event);

    assert_eq!(found.len(), 2, "{found:?}");
}
