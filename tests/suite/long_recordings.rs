//! Recordings of many events: the world around them stays small.

use replay::{ReplayOptions, Responder, Run, SmallWorld, replay_file};
use serde_json::json;
use sim::history::Fact;

use crate::world::{killed, story};

/// Returns a recording of lifecycle actions, each of another instance, with `seconds` seconds between two actions.
fn terminations(count: usize, seconds: usize) -> String {
    let line = |n: usize| {
        let (minute, second) = (n * seconds / 60, n * seconds % 60);
        let event = json!({
            "source": "aws.autoscaling",
            "detail-type": "EC2 Instance-terminate Lifecycle Action",
            "time": format!("2026-04-01T10:{minute:02}:{second:02}Z"),
            "detail": {
                "LifecycleActionToken": format!("0dd0dd00-0000-4000-8000-{n:012}"),
                "AutoScalingGroupName": "blue",
                "LifecycleHookName": "drain-blue",
                "EC2InstanceId": format!("i-0d1ce{n:012}"),
                "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            },
        });
        event.to_string() + "\n"
    };
    (0..count).map(line).collect()
}

/// Returns the number of recorded instances that existed when the world began.
fn there_at_the_start(run: &Run) -> usize {
    let launched = run.history.iter().filter(|entry| match &entry.fact {
        Fact::Ec2Instance { ec2_instance, state } => {
            *state == "pending" && ec2_instance.starts_with("i-0d1ce")
        }
        _ => false,
    });
    run.summary.instances_drained - launched.count()
}

#[test]
fn world_of_a_long_recording_begins_as_small_as_that_of_a_short_one() {
    let sizes = [40, 80].map(|count| {
        let name = format!("ebb-long-recording-{}-{count}.jsonl", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, terminations(count, 40)).unwrap();
        let small_world = SmallWorld::default();
        let options = ReplayOptions::new(&small_world, &[Responder::Ebb]);
        let replay = replay_file(&path, &options).unwrap();
        let run = &replay.runs[0];
        assert_eq!(run.summary.lifecycle_actions.continued, count, "{}", story(run));
        assert_eq!((killed(run), run.lost.len(), run.broken.len()), (0, 0, 0), "{}", story(run));
        there_at_the_start(run)
    });

    assert_eq!(sizes, [9, 9]);
}
