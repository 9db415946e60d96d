use serde_json::json;

use super::super::messages::recorded_messages;
use super::*;

/// Returns the lifecycle action of the instance with this number, `seconds` seconds after nine o'clock.
fn termination(number: usize, seconds: usize) -> String {
    let (minute, second) = (seconds / 60, seconds % 60);
    json!({
        "source": "aws.autoscaling",
        "detail-type": "EC2 Instance-terminate Lifecycle Action",
        "time": format!("2026-01-07T09:{minute:02}:{second:02}Z"),
        "detail": {
            "LifecycleActionToken": format!("8c1e77a4-0000-4000-8000-{number:012}"),
            "AutoScalingGroupName": "blue",
            "LifecycleHookName": "ebb",
            "EC2InstanceId": format!("i-0b5{number:014}"),
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        },
    })
    .to_string()
}

/// Returns the numbers of the instances that arrive as replacements. Instance N leaves at the N-th time.
fn replacements(seconds: &[usize]) -> Vec<usize> {
    let texts = seconds.iter().enumerate().map(|(number, at)| termination(number, *at));
    let texts: Vec<String> = texts.collect();
    let messages = recorded_messages(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let instances = RecordedInstances::of_messages(&messages);
    let arrivals = Arrivals::of_messages(&messages, &instances);
    let numbers = arrivals.of_group("blue").iter().map(|(id, _)| id["i-0b5".len()..].parse());
    numbers.collect::<Result<_, _>>().unwrap()
}

#[test]
fn instance_whose_event_comes_long_after_a_termination_is_its_replacement() {
    assert_eq!(replacements(&[0, 1, 400, 800]), [2, 3]);
}

#[test]
fn instance_whose_event_comes_soon_after_a_termination_is_there_at_the_start() {
    assert_eq!(replacements(&[0, 299, 301]), [0; 0]);
}

#[test]
fn one_termination_has_one_replacement() {
    assert_eq!(replacements(&[0, 400, 401, 402]), [1]);
}
