//! Messages of an attacker in ebb's queues, end to end.
//!
//! ebb dead-letters a message that it cannot understand, with a reason in one line. It ignores a message about resources that
//! it does not serve. The other messages of the batch are handled. No call names another account, Region or partition. No log
//! line is forged.

mod attack;
mod elsewhere;

use std::time::Duration;

use aws::Feed;
use serde_json::{Value, json};
use sim::scenario::Length;

use crate::world::{played, story};
use attack::{
    GOES, Message, STAYS, attacked, calls_by, changed, event, files, held, reasons, terminate,
    world,
};

fn lifecycle(body: impl ToString) -> Message {
    (Feed::AsgLifecycle, body.to_string())
}

/// Returns a lifecycle action in which one field has this value.
fn with(field: &str, value: impl Into<Value>) -> Message {
    lifecycle(terminate(|detail| detail[field] = value.into()))
}

/// Asserts that ebb dead-letters every message by itself, with a readable reason.
fn are_set_aside(messages: &[Message]) {
    let run = attacked(messages);

    let reasons = reasons(&run);
    assert_eq!(reasons.len(), messages.len(), "{reasons:#?}\n{}", story(&run));
    for reason in reasons {
        assert!(
            reason.len() < 200 && !reason.contains(drain::log_text::ends_or_hides),
            "{reason:?}"
        );
        assert!(!reason.starts_with("received "), "the queue gave up on it: {reason}");
    }
}

/// Asserts that ebb ignores every message: the message is deleted, and the instance that it names stays in service.
fn are_passed_over(messages: &[Message]) {
    let run = attacked(messages);

    assert_eq!(reasons(&run), Vec::<&str>::new());
}

#[test]
fn a_name_that_could_begin_or_hide_a_line_of_the_log_is_set_aside() {
    are_set_aside(&[
        with("AutoScalingGroupName", "web\nERROR a human must act: pay"),
        with("AutoScalingGroupName", "web\u{2028}ERROR"),
        with("LifecycleHookName", "ebb\u{1b}[2K\u{1b}[1A"),
        with("LifecycleHookName", "ebb\u{202e}"),
        with("LifecycleActionToken", "a\u{0}b"),
        with("LifecycleActionToken", "a\u{9b}2Jb"),
        with("AutoScalingGroupName", "web\r"),
    ]);
}

#[test]
fn a_name_of_absurd_length_is_set_aside() {
    are_set_aside(&[
        with("LifecycleActionToken", "f".repeat(100_000)),
        with("AutoScalingGroupName", "w".repeat(256)),
        with("LifecycleHookName", "e".repeat(900_000)),
    ]);
}

#[test]
fn rule_12_event_with_an_id_that_ecs_would_refuse_is_set_aside() {
    let arn = |rest: &str| format!("arn:aws:ecs:eu-west-1:111122223333:{rest}");
    let of_id = |id: &str| {
        let body = changed(&arn("cluster/web"), &arn(&format!("container-instance/web/{id}")));
        (Feed::EcsStateChange, body.to_string())
    };
    are_set_aside(&[of_id("ci-1"), of_id(&"0".repeat(33)), of_id(&"z".repeat(32))]);
}

#[test]
fn stop_plan_outside_its_queue_is_set_aside_and_stops_nothing() {
    let arn = |rest: &str| format!("arn:aws:ecs:eu-west-1:111122223333:{rest}");
    let id = "0123456789abcdef0123456789abcdef";
    let plan = json!({
        "ebb": "stop-plan",
        "version": 1,
        "ec2_instance": STAYS,
        "cluster": arn("cluster/web"),
        "container_instance": arn(&format!("container-instance/web/{id}")),
        "at": "2026-03-02T09:00:00Z",
        "deadline": "2100-03-02T09:02:00Z",
        "tasks": [arn(&format!("task/web/{id}"))],
    });
    for feed in Feed::ALL {
        let run = attacked(&[(feed, plan.to_string())]);

        let reasons = reasons(&run);
        assert_eq!(reasons.len(), 1, "{}", story(&run));
        assert!(reasons[0].contains("does not carry"), "{reasons:?}");
        assert_eq!(run.summary.aws_calls.get("ecs:StopTask"), None);
    }
}

#[test]
fn an_id_that_reads_like_a_path_or_a_query_is_set_aside() {
    are_set_aside(&[
        with("EC2InstanceId", "i-../../../etc/passwd"),
        with("EC2InstanceId", format!("{STAYS}'] or ec2InstanceId in ['{GOES}")),
        with("EC2InstanceId", format!("{STAYS}' or '1'=='1")),
        with("EC2InstanceId", "$(shutdown -h now)"),
        with("EC2InstanceId", 12),
        with("EC2InstanceId", json!([STAYS])),
        with("LifecycleHookName", json!({"name": "ebb"})),
    ]);
}

#[test]
fn invalid_or_deeply_nested_json_is_dead_lettered() {
    let good = terminate(|_| ()).to_string();
    are_set_aside(&[
        lifecycle(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        lifecycle(format!("{{\"detail\":{}1{}", "[".repeat(200), "]".repeat(200)) + "}"),
        lifecycle(format!("\u{feff}{good}")),
        lifecycle(good.replace("\"web\"", r#""\ud800""#)),
        lifecycle(good.replace("\"0\"", "NaN")),
        lifecycle(good.replace("\"0\"", "1e999999")),
        lifecycle(good.clone() + &good),
        lifecycle("x".repeat(1024 * 1024)),
        lifecycle(" "),
    ]);
}

#[test]
fn ten_messages_of_a_mebibyte_beside_a_good_one_are_set_aside() {
    are_set_aside(&vec![lifecycle("x".repeat(1_000_000)); 10]);
}

#[test]
fn an_envelope_in_an_envelope_is_set_aside() {
    let sns = |text: &str| json!({"Type": "Notification", "Message": text}).to_string();
    let twice = sns(&sns(&terminate(|_| ()).to_string()));

    are_set_aside(&[lifecycle(&twice), lifecycle(sns(&twice)), lifecycle(sns("[]"))]);
}

#[test]
fn a_look_that_is_none_of_ours_is_set_aside() {
    let look = |field: &str, value: Value| {
        let mut look = json!({
            "ebb": "recheck", "version": 1, "ec2_instances": [STAYS], "purpose": "settle",
            "at": "2026-03-02T09:01:00Z",
        });
        look[field] = value;
        lifecycle(look)
    };
    are_set_aside(&[
        look("ec2_instances", json!(vec![STAYS; 101])),
        look("version", json!(u64::MAX)),
        look("purpose", json!("settle; reboot")),
        look("ebb", json!("sweep ")),
    ]);
}

#[test]
fn a_hook_that_only_looks_like_ours_is_passed_over() {
    let names = ["EBB", "ebb ", " ebb", "\u{435}bb", "ebb\u{200b}", "ebb-", "eb", "*", "e.b"];
    are_passed_over(&names.map(|name| with("LifecycleHookName", name)));

    let twice = terminate(|_| ()).to_string();
    let twice = twice.replacen(
        "\"LifecycleHookName\":\"ebb\"",
        "\"LifecycleHookName\":\"ebb\",\"LifecycleHookName\":\"other\"",
        1,
    );
    assert!(twice.contains("\"other\""));
    are_passed_over(&[lifecycle(twice)]);
}

#[test]
fn a_sweep_of_any_time_puts_nothing_off() {
    for at in ["9999-12-30T22:00:00Z", "-009999-01-02T01:59:59Z"] {
        let sweep = json!({"ebb": "sweep", "at": at}).to_string();
        let mut scenario = world(&[(Feed::Sweep, sweep)]);
        // The message must not be in a batch with a sweep of the schedule, whose time would count.
        scenario.happens.last_mut().unwrap().at = Length(Duration::from_secs(90));
        for hook in scenario.groups.iter_mut().flat_map(|group| &mut group.hooks) {
            hook.heartbeat_timeout = Length(Duration::from_secs(600));
        }
        for task in &mut scenario.standalone {
            task.runs_on = Some(serde_json::from_value(json!("20m")).unwrap());
        }

        held(&played(&scenario));
    }
}

#[test]
fn a_spot_warning_of_any_time_for_nobodys_instance_is_done() {
    let warning = |time: &str| {
        let detail = json!({"instance-id": "i-0fff", "instance-action": "terminate"});
        let mut event = event("aws.ec2", "EC2 Spot Instance Interruption Warning", detail);
        event["time"] = time.into();
        (Feed::SpotInterruption, event.to_string())
    };
    let times =
        ["9999-12-30T22:00:00Z", "-009999-01-02T01:59:59Z", "NaN", "1970-01-01T00:00:00Z", ""];

    are_passed_over(&times.map(warning));
}

#[test]
fn a_health_event_that_names_thousands_is_read_in_a_moment() {
    let entity = |n: usize| json!({"entityValue": format!("i-{n:017x}")});
    let detail = json!({
        "service": "EC2", "eventTypeCategory": "scheduledChange", "statusCode": "upcoming",
        "eventTypeCode": "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED", "eventRegion": "eu-west-1",
        "affectedEntities": (0..23_000).map(entity).collect::<Vec<_>>(),
    });
    let health = event("aws.health", "AWS Health Event", detail).to_string();
    assert!(health.len() < 1024 * 1024);

    let run = attacked(&[(Feed::SpotInterruption, health)]);

    let calls = calls_by(&run, Feed::SpotInterruption);
    assert!(calls < 200, "{calls} calls for one message");
}

#[test]
fn every_file_of_hostile_bodies_is_set_aside_or_passed_over_as_its_name_says() {
    let files = files();
    let (aside, over): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(name, _)| name.starts_with("set-aside-"));
    let messages = |files: Vec<(String, String)>| -> Vec<Message> {
        files.into_iter().map(|(_, body)| lifecycle(body)).collect()
    };

    assert!(aside.len() >= 4 && over.len() >= 2);
    are_set_aside(&messages(aside));
    are_passed_over(&messages(over));
}

#[test]
fn a_batch_of_everything_beside_one_good_message_costs_nothing() {
    let sns = |text: &str| json!({"Type": "Notification", "Message": text}).to_string();
    let mut foreign = terminate(|_| ());
    foreign["account"] = "444455556666".into();

    let run = attacked(&[
        lifecycle("x".repeat(1024 * 1024)),
        lifecycle("[".repeat(50_000)),
        with("AutoScalingGroupName", "web\n{\"level\":\"ERROR\"}"),
        with("LifecycleActionToken", "f".repeat(100_000)),
        with("EC2InstanceId", "i-'; drop table"),
        lifecycle(sns(&sns("{}"))),
        lifecycle(foreign),
        with("LifecycleHookName", "EBB"),
        lifecycle("\u{feff}{}"),
    ]);

    assert_eq!(reasons(&run).len(), 7, "{:#?}", reasons(&run));
}
