//! Recorded events in the small world around them.

use std::path::{Path, PathBuf};

use ebb::output::transcript::{self, Detail};
use replay::{Replay, ReplayError, ReplayOptions, Responder, Run, SmallWorld, replay_file};
use serde_json::{Value, json};
use sim::history::Fact;

use crate::world::{killed, root, story};

fn replayed_path(path: &Path) -> Result<Replay, ReplayError> {
    let small_world = SmallWorld::default();
    replay_file(path, &ReplayOptions::new(&small_world, &[Responder::Ebb]))
}

fn replayed(file: &str) -> Replay {
    let path = root().join("fixtures/events").join(file);
    replayed_path(&path).unwrap_or_else(|error| panic!("{error}"))
}

/// Writes a recording and replays it.
fn recorded(name: &str, text: &str) -> Result<Replay, ReplayError> {
    replayed_path(&written(name, text))
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("ebb-recorded-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_recorded_terminate_event_drains_its_instance() {
    for file in [
        "lifecycle-action/terminate.json",
        "lifecycle-action/direct-terminate.json",
        "lifecycle-action/sns-wrapped-event.json",
    ] {
        let run = &replayed(file).runs[0];

        assert_eq!(run.summary.instances_drained, 1, "{file}");
        assert_eq!(run.summary.lifecycle_actions.continued, 1, "{file}");
        assert_eq!(killed(run), 0, "{file}");
    }
}

/// Returns true if AWS would not send the event of a fixture.
fn is_malformed(path: &Path) -> bool {
    let path = path.to_string_lossy();
    let is_refused = ["/poison/", "/set-aside-", "-in-other-letters"];
    is_refused.iter().any(|part| path.contains(part))
}

fn fixtures() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("fixtures/events")).unwrap();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn every_recorded_event_is_replayed_without_a_broken_invariant() {
    for path in fixtures().into_iter().filter(|path| !is_malformed(path)) {
        let replay =
            replayed_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));

        let run = &replay.runs[0];
        assert!(run.broken.is_empty(), "{}: {:?}", path.display(), run.broken);
        assert!(replay.mistakes.is_empty(), "{}: {:?}", path.display(), replay.mistakes);
    }
}

#[test]
fn malformed_event_is_refused_with_its_place() {
    let malformed: Vec<PathBuf> =
        fixtures().into_iter().filter(|path| is_malformed(path)).collect();
    assert!(malformed.len() > 5, "{malformed:?}");

    for path in malformed {
        let error = replayed_path(&path).expect_err("a mistake").to_string();

        assert!(error.starts_with(&path.display().to_string()), "{error}");
    }
}

fn event(kind: &str, source: &str, time: &str, detail: Value) -> Value {
    json!({
        "version": "0", "id": "6f6e2f0a-3c1b-4d5e-8f70-9a1b2c3d4e5f", "detail-type": kind, "source": source,
        "account": "444455556666", "time": time, "region": "eu-central-1", "resources": [], "detail": detail,
    })
}

const INSTANCE: &str = "i-0d1ce0d1ce0d1ce0d";

fn terminate_at(time: &str) -> Value {
    let detail = json!({
        "LifecycleActionToken": "0dd0dd00-0000-4000-8000-00000000beef",
        "AutoScalingGroupName": "blue",
        "LifecycleHookName": "drain-blue",
        "EC2InstanceId": INSTANCE,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    });
    event("EC2 Instance-terminate Lifecycle Action", "aws.autoscaling", time, detail)
}

fn spot_at(time: &str) -> Value {
    let detail = json!({"instance-id": INSTANCE, "instance-action": "terminate"});
    event("EC2 Spot Instance Interruption Warning", "aws.ec2", time, detail)
}

fn task_stopped_at(time: &str) -> Value {
    let arn = |what: &str| format!("arn:aws:ecs:eu-central-1:444455556666:{what}");
    let detail = json!({
        "lastStatus": "STOPPED", "desiredStatus": "STOPPED", "version": 3,
        "taskArn": arn("task/orders/00ff00ff00ff00ff00ff00ff00ff00ff"),
        "clusterArn": arn("cluster/orders"),
        "containerInstanceArn": arn("container-instance/orders/11ee11ee11ee11ee11ee11ee11ee11ee"),
    });
    event("ECS Task State Change", "aws.ecs", time, detail)
}

/// Returns a direct notification of another hook in another group. Auto Scaling sends none for an instance of this
/// group.
fn notification_at(time: &str) -> Value {
    let mut notification = terminate_at(time)["detail"].clone();
    notification["Time"] = json!(time);
    notification["Service"] = json!("AWS Auto Scaling");
    notification["AccountId"] = json!("444455556666");
    notification["LifecycleHookName"] = json!("drain-direct");
    notification
}

#[test]
fn recording_of_one_instance_by_four_kinds_of_events_ends_in_every_order() {
    let events = [
        terminate_at("2026-04-01T10:00:00Z"),
        notification_at("2026-04-01T10:00:01Z"),
        spot_at("2026-04-01T10:00:40Z"),
        task_stopped_at("2026-04-01T10:01:30Z"),
    ];
    for turn in 0..events.len() {
        for minutes in [0, 7] {
            let mut bodies = events.to_vec();
            bodies.rotate_left(turn);
            for (n, body) in bodies.iter_mut().enumerate() {
                let field = if body.get("Time").is_some() { "Time" } else { "time" };
                body[field] = json!(format!("2026-04-01T10:{:02}:0{n}Z", n * minutes));
            }
            let bodies = bodies.iter().map(Value::to_string).chain(["hello".to_owned()]);
            let records: Vec<Value> = bodies.map(|body| json!({"body": body})).collect();

            let replay = recorded(
                &format!("four-{turn}-{minutes}.json"),
                &json!({"Records": records}).to_string(),
            )
            .unwrap();

            let run = &replay.runs[0];
            assert!(run.broken.is_empty(), "{:?}\n{}", run.broken, story(run));
            assert!(run.summary.virtual_seconds < 3.0 * 3600.0, "{}", story(run));
            assert_eq!(replay.mistakes.len(), 1, "{:?}", replay.mistakes);
            let mistake = replay.mistakes[0].to_string();
            assert!(mistake.contains("Records[4].body: `hello` is not JSON"), "{mistake}");
        }
    }
}

/// Returns the name of the function that first logged a line about the instance.
fn first_function(run: &Run) -> &str {
    let about = run.logged.iter().find(|line| line.ec2_instance() == Some(INSTANCE));
    about.map_or("", |line| line.function.as_str())
}

#[test]
fn event_is_what_ebb_learns_first_at_every_second_of_a_minute() {
    for second in (0..60).step_by(3) {
        let first = event(
            "EC2 Instance Rebalance Recommendation",
            "aws.ec2",
            "2026-04-01T10:00:00Z",
            json!({"instance-id": "i-0abc12de"}),
        );
        let second = terminate_at(&format!("2026-04-01T10:02:{second:02}Z"));

        let replay = recorded("first.jsonl", &format!("{first}\n{second}\n")).unwrap();

        assert_eq!(first_function(&replay.runs[0]), "asg-lifecycle", "{}", story(&replay.runs[0]));
    }
}

#[test]
fn recorded_stop_ends_with_a_stopped_instance_and_losses_that_name_the_stop() {
    let detail = json!({"instance-id": INSTANCE, "state": "stopping"});
    let kind = "EC2 Instance State-change Notification";
    let stopping = event(kind, "aws.ec2", "2026-04-01T10:00:00Z", detail);

    let replay = recorded("stop.json", &stopping.to_string()).unwrap();

    let run = &replay.runs[0];
    let states: Vec<&str> = run
        .history
        .iter()
        .filter_map(|entry| match &entry.fact {
            Fact::Ec2Instance { ec2_instance, state } if ec2_instance == INSTANCE => Some(*state),
            _ => None,
        })
        .collect();
    assert_eq!(states[..2], ["stopping", "stopped"]);
    assert_eq!(run.lost.len(), killed(run));
    assert!(run.lost[0].why.contains("EC2 stopped the instance at 0:01:05"), "{:?}", run.lost[0]);
}

#[test]
fn recorded_root_volume_replacement_keeps_its_instance() {
    let run = &replayed("lifecycle-action/terminate-for-root-volume.json").runs[0];

    let states = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::LifecycleState { ec2_instance, state, .. }
            if ec2_instance == "i-0c3d5e7f9a1b2c4d6" =>
        {
            Some(*state)
        }
        _ => None,
    });
    let states: Vec<&str> = states.collect();
    assert!(states.contains(&"ReplacingRootVolume:Wait"), "{states:?}");
    assert_eq!(states.last(), Some(&"InService"), "{}", story(run));
    assert_eq!((run.summary.lifecycle_actions.continued, killed(run)), (1, 0), "{}", story(run));
    assert!(run.broken.is_empty(), "{:?}", run.broken);
}

#[test]
fn task_event_finds_the_container_instance_that_drains() {
    let (first, second) =
        (terminate_at("2026-04-01T10:00:00Z"), task_stopped_at("2026-04-01T10:00:30Z"));
    let arn = "arn:aws:ecs:eu-central-1:444455556666:container-instance/orders/11ee11ee11ee11ee11ee11ee11ee11ee";
    let detail = json!({
        "status": "DRAINING", "agentConnected": true, "version": 9, "ec2InstanceId": INSTANCE,
        "clusterArn": "arn:aws:ecs:eu-central-1:444455556666:cluster/orders",
        "containerInstanceArn": arn,
    });
    let kind = "ECS Container Instance State Change";
    let draining = event(kind, "aws.ecs", "2026-04-01T10:00:02Z", detail);

    let replay = recorded("tasks.jsonl", &format!("{first}\n{draining}\n{second}\n")).unwrap();

    let text = transcript::text(&replay, Detail::Timeline);
    assert!(!text.contains("not registered"), "{text}");
    assert!(text.contains("on container instance 11ee11 stopped"), "{text}");
    assert_eq!(replay.runs[0].summary.instances_drained, 1, "{text}");
}

#[test]
fn ignored_event_has_a_line_with_the_reason() {
    let detail = json!({"instance-id": INSTANCE, "state": "running"});
    let kind = "EC2 Instance State-change Notification";
    let running = event(kind, "aws.ec2", "2026-04-01T10:00:00Z", detail);
    let task = task_stopped_at("2026-04-01T10:00:10Z");

    let text = transcript::text(
        &recorded("ignored.jsonl", &format!("{running}\n{task}\n")).unwrap(),
        Detail::Timeline,
    );

    assert!(text.contains("state running, ignored: the instance is not on its way down"), "{text}");
    assert!(text.contains("stopped  (ignored: the container instance is ACTIVE)"), "{text}");
}

#[test]
fn scaffolding_of_the_small_world_has_no_line() {
    let text = transcript::text(&replayed("recorded/drain.jsonl"), Detail::Timeline);

    for scaffolding in ["are lost", "lost:", "a message put into", "operator"] {
        assert!(!text.contains(scaffolding), "{scaffolding}:\n{text}");
    }
    assert!(text.contains("EBB_HOOKS="), "{text}");
}
