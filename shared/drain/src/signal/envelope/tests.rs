use serde_json::json;

use super::super::{Ignored, Malformed, ParsedMessage, Signal};
use super::*;

fn received_at() -> Timestamp {
    "2025-05-12T13:30:00Z".parse().unwrap()
}

fn parsed(message: &Value) -> ParsedMessage {
    parse_message(&message.to_string(), received_at()).unwrap()
}

fn malformed(message: &Value) -> Malformed {
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
fn event_has_its_own_time() {
    let parsed = parsed(&recommendation(json!("2025-05-12T13:11:44Z")));

    assert_eq!(parsed.signal, recommended("2025-05-12T13:11:44Z"));
    assert!(!parsed.time_from_receipt);
}

#[test]
fn time_that_cannot_be_parsed_becomes_the_time_of_receipt() {
    for time in [json!("yyyy-mm-ddThh:mm:ssZ"), json!(null), json!(1_747_055_504)] {
        let parsed = parsed(&recommendation(time));

        assert_eq!(parsed.signal, recommended("2025-05-12T13:30:00Z"));
        assert!(parsed.time_from_receipt);
    }
}

#[test]
fn sns_envelope_is_opened() {
    let event = recommendation(json!("2025-05-12T13:11:44Z"));

    let parsed = parsed(&notification(&event.to_string()));

    assert_eq!(parsed.signal, recommended("2025-05-12T13:11:44Z"));
}

#[test]
fn sns_envelope_is_opened_only_one_level_deep() {
    let inner = notification(&recommendation(json!(null)).to_string());

    assert_eq!(malformed(&notification(&inner.to_string())), Malformed::UnknownShape);
    assert_eq!(malformed(&notification("[]")), Malformed::UnknownShape);
    assert_eq!(malformed(&notification(r#"{"ebb":"sweep"}"#)), Malformed::UnknownShape);
    assert!(matches!(malformed(&notification("Service: AWS Auto Scaling")), Malformed::NotJson(_)));
}

#[test]
fn unknown_event_is_ignored_by_name() {
    let parsed = parsed(&json!({"source": "aws.ecs", "detail-type": "ECS Hook State Change"}));

    let ignored =
        Ignored::Unknown { source: "aws.ecs".into(), detail_type: "ECS Hook State Change".into() };
    assert_eq!(parsed.signal, Err(ignored));
}

// Parameter EventSource of the template: no account can send events as AWS does.
#[test]
fn source_counts_by_its_last_part() {
    let mut tried = recommendation(json!("2025-05-12T13:11:44Z"));
    tried["source"] = json!("com.example.ec2");

    assert_eq!(parsed(&tried).signal, recommended("2025-05-12T13:11:44Z"));
}

#[test]
fn detail_type_counts_only_from_its_own_source() {
    let mut forged = recommendation(json!(null));
    forged["source"] = json!("com.example");

    assert!(matches!(parsed(&forged).signal, Err(Ignored::Unknown { .. })));
}

// Health user guide, aws-health-events-eventbridge-schema: EventBridge may copy the event to another account and Region.
#[test]
fn health_event_has_the_account_and_the_region_of_its_detail() {
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

    let parsed = parsed(&event);

    assert_eq!(parsed.account.as_deref(), Some("111122223333"));
    assert_eq!(parsed.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn missing_field_is_named() {
    let mut without_detail = recommendation(json!(null));
    without_detail["detail"] = json!("{}");
    let mut without_source = recommendation(json!(null));
    without_source["source"] = json!(null);

    assert_eq!(
        malformed(&without_detail).to_string(),
        "EC2 Instance Rebalance Recommendation: detail is missing or not an object"
    );
    assert_eq!(
        malformed(&without_source).to_string(),
        "EventBridge event: source is missing or not a text"
    );
}

#[test]
fn rule_12_body_without_json_or_a_known_shape_is_malformed() {
    for text in ["", "Test message.", "{", "\u{feff}{}", "{\"a\":1}x"] {
        assert!(matches!(parse_message(text, received_at()), Err(Malformed::NotJson(_))), "{text}");
    }
    for text in ["{}", "[]", "null", "7", r#"{"Type":"SubscriptionConfirmation"}"#] {
        assert_eq!(parse_message(text, received_at()), Err(Malformed::UnknownShape), "{text}");
    }
}

#[test]
fn body_of_a_mebibyte_is_parsed() {
    let mut event = recommendation(json!("2025-05-12T13:11:44Z"));
    event["padding"] = json!("x".repeat(1024 * 1024));

    assert_eq!(parsed(&event).signal, recommended("2025-05-12T13:11:44Z"));
}

#[test]
fn endless_nesting_is_malformed() {
    let deep = "[".repeat(1024 * 1024);
    let within = format!(r#"{{"detail":{}"#, "{\"a\":".repeat(100_000));

    assert!(matches!(parse_message(&deep, received_at()), Err(Malformed::NotJson(_))));
    assert!(matches!(parse_message(&within, received_at()), Err(Malformed::NotJson(_))));
}
