use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::notification::{NotificationKind, Severity};

/// Returns a message whose subject would break JSON that is put together by hand.
fn message() -> Message {
    let subject = "service \"api\" <b>\\ & co";
    let time = Timestamp::UNIX_EPOCH;
    Message::of(Notification::new(NotificationKind::OperationEnded, Severity::Error, subject, time))
}

fn rendered(template: &str) -> Value {
    let json = WebhookTemplate::new(template).unwrap().render(&message()).unwrap();
    serde_json::from_str(&json).unwrap()
}

#[test]
fn value_with_quotes_and_backslashes_stays_one_string() {
    let json = rendered(r#"{"a": {{ subject }}, "n": {{ count }}}"#);

    assert_eq!(json, json!({ "a": "service \"api\" <b>\\ & co", "n": 1 }));
}

#[test]
fn shape_of_slack_has_a_text_without_markup_and_one_block() {
    let json = rendered("slack");

    assert_eq!(json["text"], "service \"api\" &lt;b&gt;\\ &amp; co");
    assert!(json["blocks"][0]["text"]["text"].as_str().unwrap().contains("severity: error"));
}

#[test]
fn shape_of_teams_is_an_adaptive_card() {
    let json = rendered("teams");

    assert_eq!(json["attachments"][0]["content"]["type"], "AdaptiveCard");
    let body = &json["attachments"][0]["content"]["body"];
    assert_eq!(body[0]["text"], "service \"api\" <b>\\ & co");
}

#[test]
fn shape_of_ebb_has_every_notification() {
    let json = rendered("json");

    assert_eq!(json["notifications"][0]["type"], "operation-ended");
    assert_eq!(json["severity"], "error");
}

#[test]
fn template_that_makes_no_json_is_an_error() {
    let error = WebhookTemplate::new(r#"{"text": "{{ subject }}"}"#).unwrap_err();

    assert!(error.to_string().starts_with("the template does not make JSON: "), "{error}");
}

#[test]
fn template_with_an_unknown_value_is_an_error_with_its_line() {
    let error = WebhookTemplate::new("{\n\"text\": {{ subjekt }}}").unwrap_err();

    assert!(error.to_string().contains("in line 2"), "{error}");
}
