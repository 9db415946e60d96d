use serde_json::json;

use super::super::{Malformed, parse_message};
use super::*;

fn action() -> Value {
    json!({
        "LifecycleActionToken": "not-a-uuid-EXAMPLE",
        "AutoScalingGroupName": "orders ✓ \"blue\"",
        "LifecycleHookName": "ebb",
        "EC2InstanceId": "i-abcd1111",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut action = action();
    action[field] = value;
    action
}

fn parsed(notification: &Value) -> Parsed {
    parse_message(&notification.to_string(), Timestamp::UNIX_EPOCH).unwrap().signal
}

fn lifecycle_action(notification: &Value) -> LifecycleAction {
    match parsed(notification) {
        Ok(Signal::LifecycleAction(action)) => action,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_and_tokens_may_have_any_characters_of_one_line() {
    let action = lifecycle_action(&action());

    assert_eq!(action.token, "not-a-uuid-EXAMPLE");
    assert_eq!(action.group, "orders ✓ \"blue\"");
    assert_eq!(action.transition, Transition::Terminating);
}

#[test]
fn name_of_two_lines_is_malformed() {
    for named in ["LifecycleActionToken", "AutoScalingGroupName", "LifecycleHookName"] {
        let notification = with(named, json!("web\nWARN nothing to see here")).to_string();

        let error = parse_message(&notification, Timestamp::UNIX_EPOCH).unwrap_err();

        assert!(error.to_string().contains("is missing or not a one-line text"), "{error}");
    }
}

#[test]
fn direct_notification_has_its_time_in_the_field_time() {
    let notification = with("Time", json!("2021-01-19T00:36:26.533Z"));

    assert_eq!(lifecycle_action(&notification).at.to_string(), "2021-01-19T00:36:26.533Z");
}

#[test]
fn warm_pool_counts_only_as_the_destination() {
    assert!(lifecycle_action(&with("Destination", json!("WarmPool"))).to_warm_pool);
    assert!(!lifecycle_action(&with("Destination", json!("EC2"))).to_warm_pool);
    assert!(!lifecycle_action(&with("Origin", json!("WarmPool"))).to_warm_pool);
}

#[test]
fn event_and_direct_notification_are_parsed_alike() {
    let event = json!({"source": "aws.autoscaling", "detail-type": TERMINATE, "detail": action()});

    assert_eq!(parsed(&event), parsed(&action()));
}

#[test]
fn transition_counts_and_not_the_detail_type() {
    let launching = with("LifecycleTransition", json!("autoscaling:EC2_INSTANCE_LAUNCHING"));
    let event = json!({"source": "aws.autoscaling", "detail-type": TERMINATE, "detail": launching});

    assert_eq!(lifecycle_action(&event).transition, Transition::Launching);
}

#[test]
fn unknown_transition_is_ignored_by_name() {
    let replacing = with("LifecycleTransition", json!("autoscaling:EC2_INSTANCE_MOVING"));

    assert_eq!(parsed(&replacing), Err(unknown_transition("autoscaling:EC2_INSTANCE_MOVING")));
}

#[test]
fn test_notification_is_ignored() {
    let by_event = json!({"Service": "AWS Auto Scaling", "Event": TEST_NOTIFICATION});
    let by_transition = json!({"LifecycleTransition": TEST_NOTIFICATION});

    assert_eq!(parsed(&by_event), Err(Ignored::TestNotification));
    assert_eq!(parsed(&by_transition), Err(Ignored::TestNotification));
}

#[test]
fn group_notification_is_ignored_by_name() {
    let event = "autoscaling:EC2_INSTANCE_TERMINATE";
    let notification = json!({"Event": event, "EC2InstanceId": "i-abcd1111"});

    assert_eq!(parsed(&notification), Err(Ignored::GroupNotification { event: event.into() }));
}

#[test]
fn notification_with_a_transition_is_a_lifecycle_action_even_with_an_event() {
    let notification = with("Event", json!("autoscaling:EC2_INSTANCE_TERMINATE"));

    assert_eq!(lifecycle_action(&notification), lifecycle_action(&action()));
}

#[test]
fn lifecycle_action_without_a_field_is_malformed() {
    for needed in
        ["LifecycleActionToken", "AutoScalingGroupName", "LifecycleHookName", "EC2InstanceId"]
    {
        let notification = with(needed, json!(null)).to_string();

        let error = parse_message(&notification, Timestamp::UNIX_EPOCH).unwrap_err();

        assert!(matches!(&error, Malformed::Field { field, .. } if field == needed), "{error}");
    }
}

#[test]
fn notification_without_a_transition_or_an_event_is_malformed() {
    let error =
        parse_message(r#"{"Service":"AWS Auto Scaling"}"#, Timestamp::UNIX_EPOCH).unwrap_err();

    assert_eq!(
        error.to_string(),
        "Auto Scaling notification: LifecycleTransition is missing or not a text"
    );
}
