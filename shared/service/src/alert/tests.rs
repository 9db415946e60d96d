//! Alerts, and messages that are none.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::request::OperationRequest;

const BUDGET: &str = "AWS Budget Notification March 05, 2023\nAWS Account 111122223333\n\nDear AWS Customer,\n\nYou \
    requested that we alert you when the ACTUAL Cost associated with your killswitch budget is greater than $0.75 per \
    day.\n\nBudget Name: killswitch\nBudget Type: Cost\nBudgeted Amount: $5.00\nAlert Type: ACTUAL\nAlert Threshold: > \
    $0.75\nACTUAL Amount: $1.70\n";

fn raised(body: &str) -> Option<String> {
    match Alert::parse(body) {
        Some(Alert::Raised(sentence)) => Some(sentence),
        _ => None,
    }
}

fn wrapped(message: &str) -> String {
    json!({ "Type": "Notification", "MessageId": "m-1", "Message": message }).to_string()
}

#[test]
fn text_of_a_budget_is_an_alert_with_and_without_its_envelope() {
    let sentence = Some("ACTUAL alert of budget killswitch".to_owned());

    assert_eq!(raised(BUDGET), sentence);
    assert_eq!(raised(&wrapped(BUDGET)), sentence);
    assert!(raised(&BUDGET.replace("ACTUAL", "FORECASTED")).unwrap().starts_with("FORECASTED"));
}

#[test]
fn text_without_the_lines_of_a_budget_is_no_alert() {
    let unlike = [
        "",
        "AWS Budget Notification",
        "Budget Name: x\nAlert Type: ACTUAL",
        "please stop everything",
        "{",
        "null",
        "[]",
        "\"AWS Budget Notification\"",
    ];

    for body in unlike {
        assert_eq!(Alert::parse(body), None, "{body}");
        assert_eq!(Alert::parse(&wrapped(body)), None, "{body}");
    }
    assert_eq!(Alert::parse(&BUDGET.replace("Budget Name: killswitch", "Budget Name:")), None);
}

#[test]
fn envelope_in_an_envelope_is_no_alert() {
    assert_eq!(Alert::parse(&wrapped(&wrapped(BUDGET))), None);
}

#[test]
fn alarm_is_an_alert_only_in_the_state_alarm() {
    let alarm = |state: &str| json!({ "AlarmName": "costs", "NewStateValue": state }).to_string();

    assert_eq!(raised(&alarm("ALARM")), Some("alarm costs is ALARM".to_owned()));
    assert_eq!(Alert::parse(&alarm("OK")), Some(Alert::Quiet("alarm costs is OK".to_owned())));
    assert_eq!(Alert::parse(&alarm("alarm")), None);
    assert_eq!(Alert::parse(&json!({ "NewStateValue": "ALARM" }).to_string()), None);
    assert_eq!(
        Alert::parse(&json!({ "AlarmName": 7, "NewStateValue": "ALARM" }).to_string()),
        None
    );
}

#[test]
fn event_is_an_alert_by_its_source_and_detail_type() {
    let event = |source: &str, kind: &str, detail| {
        json!({ "source": source, "detail-type": kind, "detail": detail }).to_string()
    };

    assert!(raised(&event("aws.ce", "Anomaly Detected", json!({}))).is_some());
    assert_eq!(Alert::parse(&event("aws.ce", "Anomaly Detected", json!(null))), None);
    assert_eq!(Alert::parse(&event("my.tool", "Anomaly Detected", json!({}))), None);
    let state = json!({ "alarmName": "costs", "state": { "value": "OK" } });
    let alarm = event("aws.cloudwatch", "CloudWatch Alarm State Change", state);
    assert!(matches!(Alert::parse(&alarm), Some(Alert::Quiet(_))));
}

#[test]
fn request_is_no_alert() {
    let request = json!({ "cluster_name": "shop", "service_name": "api" }).to_string();

    assert!(OperationRequest::parse(&request).is_ok());
    assert_eq!(Alert::parse(&request), None);
}

#[test]
fn name_with_control_characters_and_without_end_becomes_a_short_line() {
    let name = format!("a\u{7}\n{}", "x".repeat(9000));
    let body = json!({ "AlarmName": name, "NewStateValue": "ALARM" }).to_string();

    let sentence = raised(&body).unwrap();

    assert!(sentence.chars().count() <= crate::limits::LONGEST_REASON);
    assert!(!sentence.chars().any(char::is_control));
}

proptest! {
    #[test]
    fn any_text_is_answered(body in ".{0,400}") {
        let is_like_one = body.contains("Budget") || body.contains('\u{7b}');
        let is_fine = Alert::parse(&body).is_none() || is_like_one;
        prop_assert!(is_fine);
    }
}
