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

fn heard(notification: &Value) -> Parsed {
    parse_message(&notification.to_string(), Timestamp::UNIX_EPOCH).unwrap().signal
}

fn understood(notification: &Value) -> LifecycleAction {
    match heard(notification) {
        Ok(Signal::LifecycleAction(action)) => action,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_and_tokens_are_text_of_any_kind() {
    let action = understood(&action());

    assert_eq!(action.token, "not-a-uuid-EXAMPLE");
    assert_eq!(action.group, "orders ✓ \"blue\"");
    assert_eq!(action.transition, Transition::Terminating);
}

#[test]
fn a_name_that_would_begin_a_line_of_the_log_is_refused() {
    for named in ["LifecycleActionToken", "AutoScalingGroupName", "LifecycleHookName"] {
        let notification = with(named, json!("web\nWARN nothing to see here")).to_string();

        let error = parse_message(&notification, Timestamp::UNIX_EPOCH).unwrap_err();

        assert!(error.to_string().contains("is missing or not a text in one line"), "{error}");
    }
}

#[test]
fn a_direct_notification_has_its_time_in_time() {
    let notification = with("Time", json!("2021-01-19T00:36:26.533Z"));

    assert_eq!(understood(&notification).at.to_string(), "2021-01-19T00:36:26.533Z");
}

#[test]
fn only_the_destination_says_that_an_instance_goes_to_the_warm_pool() {
    assert!(understood(&with("Destination", json!("WarmPool"))).to_warm_pool);
    assert!(!understood(&with("Destination", json!("EC2"))).to_warm_pool);
    assert!(!understood(&with("Origin", json!("WarmPool"))).to_warm_pool);
}

#[test]
fn an_event_and_a_direct_notification_say_the_same() {
    let event = json!({"source": "aws.autoscaling", "detail-type": TERMINATE, "detail": action()});

    assert_eq!(heard(&event), heard(&action()));
}

#[test]
fn the_transition_counts_and_not_the_detail_type() {
    let launching = with("LifecycleTransition", json!("autoscaling:EC2_INSTANCE_LAUNCHING"));
    let event = json!({"source": "aws.autoscaling", "detail-type": TERMINATE, "detail": launching});

    assert_eq!(understood(&event).transition, Transition::Launching);
}

#[test]
fn a_transition_that_is_not_known_is_ignored_by_name() {
    let replacing = with("LifecycleTransition", json!("autoscaling:EC2_INSTANCE_MOVING"));

    assert_eq!(heard(&replacing), Err(not_followed("autoscaling:EC2_INSTANCE_MOVING")));
}

#[test]
fn a_test_notification_needs_nothing_done() {
    let by_event = json!({"Service": "AWS Auto Scaling", "Event": TEST_NOTIFICATION});
    let by_transition = json!({"LifecycleTransition": TEST_NOTIFICATION});

    assert_eq!(heard(&by_event), Err(Ignored::TestNotification));
    assert_eq!(heard(&by_transition), Err(Ignored::TestNotification));
}

#[test]
fn a_group_notification_is_no_lifecycle_action() {
    let event = "autoscaling:EC2_INSTANCE_TERMINATE";
    let notification = json!({"Event": event, "EC2InstanceId": "i-abcd1111"});

    assert_eq!(heard(&notification), Err(Ignored::GroupNotification { event: event.into() }));
}

#[test]
fn a_transition_makes_it_a_lifecycle_action_whatever_event_stands_beside_it() {
    let notification = with("Event", json!("autoscaling:EC2_INSTANCE_TERMINATE"));

    assert_eq!(understood(&notification), understood(&action()));
}

#[test]
fn a_lifecycle_action_needs_each_of_its_fields() {
    for needed in
        ["LifecycleActionToken", "AutoScalingGroupName", "LifecycleHookName", "EC2InstanceId"]
    {
        let notification = with(needed, json!(null)).to_string();

        let error = parse_message(&notification, Timestamp::UNIX_EPOCH).unwrap_err();

        assert!(matches!(&error, Malformed::Field { field, .. } if field == needed), "{error}");
    }
}

#[test]
fn a_notification_without_a_transition_or_an_event_is_malformed() {
    let error =
        parse_message(r#"{"Service":"AWS Auto Scaling"}"#, Timestamp::UNIX_EPOCH).unwrap_err();

    assert_eq!(
        error.to_string(),
        "Auto Scaling notification: LifecycleTransition is missing or not a text"
    );
}
