use serde_json::json;

use super::super::{Ignored, Malformed, ParsedMessage, Signal};
use super::*;

fn received_at() -> Timestamp {
    "2025-05-12T13:30:00Z".parse().unwrap()
}

fn reading(message: &Value) -> ParsedMessage {
    parse_message(&message.to_string(), received_at()).unwrap()
}

fn refused(message: &Value) -> Malformed {
    parse_message(&message.to_string(), received_at()).unwrap_err()
}

fn recommendation(time: Value) -> Value {
    json!({
        "source": "aws.ec2",
        "detail-type": "EC2 Instance Rebalance Recommendation",
        "time": time,
        "detail": {"instance-id": "i-abcd1111"},
    })
}

fn recommended(at: &str) -> Parsed {
    let at = at.parse().unwrap();
    Ok(Signal::RebalanceRecommendation { ec2_instance: "i-abcd1111".into(), at })
}

fn notification(message: &str) -> Value {
    json!({"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:hooks", "Message": message})
}

#[test]
fn an_event_has_its_own_time() {
    let reading = reading(&recommendation(json!("2025-05-12T13:11:44Z")));

    assert_eq!(reading.signal, recommended("2025-05-12T13:11:44Z"));
    assert!(!reading.time_from_receipt);
}

#[test]
fn a_time_that_cannot_be_read_is_the_time_of_receipt_and_says_so() {
    for time in [json!("yyyy-mm-ddThh:mm:ssZ"), json!(null), json!(1_747_055_504)] {
        let reading = reading(&recommendation(time));

        assert_eq!(reading.signal, recommended("2025-05-12T13:30:00Z"));
        assert!(reading.time_from_receipt);
    }
}

#[test]
fn an_sns_envelope_is_opened() {
    let event = recommendation(json!("2025-05-12T13:11:44Z"));

    let reading = reading(&notification(&event.to_string()));

    assert_eq!(reading.signal, recommended("2025-05-12T13:11:44Z"));
}

#[test]
fn an_sns_envelope_is_opened_once() {
    let inner = notification(&recommendation(json!(null)).to_string());

    assert_eq!(refused(&notification(&inner.to_string())), Malformed::UnknownShape);
    assert_eq!(refused(&notification("[]")), Malformed::UnknownShape);
    assert_eq!(refused(&notification(r#"{"ebb":"sweep"}"#)), Malformed::UnknownShape);
    assert!(matches!(refused(&notification("Service: AWS Auto Scaling")), Malformed::NotJson(_)));
}

#[test]
fn an_event_that_nobody_follows_is_ignored_by_name() {
    let reading = reading(&json!({"source": "aws.ecs", "detail-type": "ECS Hook State Change"}));

    let ignored =
        Ignored::Unknown { source: "aws.ecs".into(), detail_type: "ECS Hook State Change".into() };
    assert_eq!(reading.signal, Err(ignored));
}

// The template's EventSource: no account can send events as AWS does.
#[test]
fn what_a_source_begins_with_is_for_the_rules_to_judge() {
    let mut tried = recommendation(json!("2025-05-12T13:11:44Z"));
    tried["source"] = json!("com.example.ec2");

    assert_eq!(reading(&tried).signal, recommended("2025-05-12T13:11:44Z"));
}

#[test]
fn a_detail_type_counts_only_from_its_own_source() {
    let mut forged = recommendation(json!(null));
    forged["source"] = json!("com.example");

    assert!(matches!(reading(&forged).signal, Err(Ignored::Unknown { .. })));
}

// Health user guide, aws-health-events-eventbridge-schema: the event may be a copy in another account and Region.
#[test]
fn an_event_of_health_is_of_the_account_and_the_region_that_its_detail_names() {
    let event = json!({
        "source": "aws.health", "detail-type": "AWS Health Event",
        "account": "444455556666", "region": "us-west-2", "time": "2025-05-12T13:11:44Z",
        "detail": {
            "service": "EC2", "eventTypeCategory": "scheduledChange", "statusCode": "upcoming",
            "eventTypeCode": "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED",
            "affectedAccount": "111122223333", "eventRegion": "eu-west-1",
            "affectedEntities": [{"entityValue": "i-abcd1111"}],
        },
    });

    let reading = reading(&event);

    assert_eq!(reading.account.as_deref(), Some("111122223333"));
    assert_eq!(reading.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn a_field_that_is_missing_is_named() {
    let mut without_detail = recommendation(json!(null));
    without_detail["detail"] = json!("{}");
    let mut without_source = recommendation(json!(null));
    without_source["source"] = json!(null);

    assert_eq!(
        refused(&without_detail).to_string(),
        "EC2 Instance Rebalance Recommendation: detail is missing or not an object"
    );
    assert_eq!(
        refused(&without_source).to_string(),
        "EventBridge event: source is missing or not a text"
    );
}

#[test]
fn what_is_not_json_or_has_no_known_shape_is_malformed() {
    for text in ["", "Test message.", "{", "\u{feff}{}", "{\"a\":1}x"] {
        assert!(matches!(parse_message(text, received_at()), Err(Malformed::NotJson(_))), "{text}");
    }
    for text in ["{}", "[]", "null", "7", r#"{"Type":"SubscriptionConfirmation"}"#] {
        assert_eq!(parse_message(text, received_at()), Err(Malformed::UnknownShape), "{text}");
    }
}

#[test]
fn a_body_may_have_a_mebibyte() {
    let mut event = recommendation(json!("2025-05-12T13:11:44Z"));
    event["padding"] = json!("x".repeat(1024 * 1024));

    assert_eq!(reading(&event).signal, recommended("2025-05-12T13:11:44Z"));
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = "[".repeat(1024 * 1024);
    let within = format!(r#"{{"detail":{}"#, "{\"a\":".repeat(100_000));

    assert!(matches!(parse_message(&deep, received_at()), Err(Malformed::NotJson(_))));
    assert!(matches!(parse_message(&within, received_at()), Err(Malformed::NotJson(_))));
}
