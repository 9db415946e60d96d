use serde_json::json;

use super::*;

fn lifecycle_action() -> Value {
    json!({
        "source": "aws.autoscaling",
        "detail-type": "EC2 Instance-terminate Lifecycle Action",
        "detail": {
            "LifecycleActionToken": "c0ffee00-0000-4000-8000-00000000abcd",
            "AutoScalingGroupName": "blue",
            "LifecycleHookName": "drain",
            "EC2InstanceId": "i-0ab1ab2ab3ab4ab5a",
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        },
    })
}

/// Returns the mistake in a changed lifecycle action at `Records[1].body`.
fn changed(change: impl FnOnce(&mut Value)) -> Option<EventMistake> {
    let mut event = lifecycle_action();
    change(&mut event);
    found("Records[1].body", &event.to_string())
}

fn found(place: &str, text: &str) -> Option<EventMistake> {
    event_mistake(&RecordedBody { place: place.to_owned(), text: text.to_owned() })
}

#[test]
fn event_that_ebb_follows_or_ignores_has_no_mistake() {
    let other = json!({"source": "aws.s3", "detail-type": "Object Created", "detail": {}});

    assert_eq!(changed(|_| ()), None);
    assert_eq!(found("", &other.to_string()), None);
}

#[test]
fn field_in_other_letters_is_named_with_what_was_meant() {
    let found = changed(|event| {
        let id = event["detail"].as_object_mut().unwrap().remove("EC2InstanceId").unwrap();
        event["detail"]["EC2InstanceID"] = id;
    })
    .unwrap();

    assert_eq!(found.place, "Records[1].body.detail.EC2InstanceId");
    let meant =
        "`EC2InstanceID` is there with `i-0ab1ab2ab3ab4ab5a`: did you mean `EC2InstanceId`?";
    assert!(found.message.contains(meant), "{}", found.message);
}

#[test]
fn wrong_instance_id_is_named_with_its_value() {
    for id in ["web-1", "i-ABC"] {
        let found = changed(|event| event["detail"]["EC2InstanceId"] = json!(id)).unwrap();

        assert_eq!(found.place, "Records[1].body.detail.EC2InstanceId");
        assert!(found.message.contains(&format!("`{id}`")), "{}", found.message);
    }
}

#[test]
fn detail_as_text_is_answered_with_the_object() {
    let found = changed(|event| event["detail"] = json!(event["detail"].to_string())).unwrap();

    assert_eq!(found.place, "Records[1].body.detail");
    assert!(found.message.contains("expected the object itself"), "{}", found.message);
}

#[test]
fn similar_detail_type_is_a_mistake() {
    let found =
        changed(|event| event["detail-type"] = json!("EC2 Instance Terminate Lifecycle Action"));

    let found = found.unwrap();
    assert_eq!(found.place, "Records[1].body.detail-type");
    let meant = "did you mean `EC2 Instance-terminate Lifecycle Action`?";
    assert!(found.message.ends_with(meant), "{}", found.message);
}

#[test]
fn event_of_another_source_is_a_mistake() {
    let found = changed(|event| event["source"] = json!("aws.auto-scaling")).unwrap();

    assert_eq!(found.place, "Records[1].body.source");
    assert!(found.message.ends_with("did you mean `aws.autoscaling`?"), "{}", found.message);
}

#[test]
fn unknown_state_is_a_mistake() {
    let event = json!({
        "source": "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        "detail": {"instance-id": "i-0ab1ab2a", "state": "stoping"},
    });

    let found = found("", &event.to_string()).unwrap();

    assert_eq!(found.place, "detail.state");
    assert!(found.message.ends_with("did you mean `stopping`?"), "{}", found.message);
}

#[test]
fn mistake_within_an_envelope_of_sns_has_its_path() {
    let mut event = lifecycle_action();
    event["detail"]["AutoScalingGroupName"] = json!("blue:green");
    let envelope = json!({"Type": "Notification", "Message": event.to_string()});

    let found = found("", &envelope.to_string()).unwrap();

    assert_eq!(found.place, "Message.detail.AutoScalingGroupName");
}

#[test]
fn text_that_is_no_event_is_shown() {
    let texts = ["hello", "\"{}\"", "17", "{\"a\":1}", "null"];

    for text in texts {
        let found = found("Messages[0].Body", text).unwrap();

        assert_eq!(found.place, "Messages[0].Body", "{}", found.message);
    }
}
