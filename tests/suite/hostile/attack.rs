//! Worlds in which an instance terminates while an attacker writes into the queues.

use std::time::Duration;

use aws::Feed;
use ebb::output::timeline::timeline;
use replay::Run;
use serde_json::{Value, json};
use sim::history::Fact;
use sim::scenario::{Happening, Length, Scenario, Step};

use crate::peer_worlds::{TERMINATION, WORLD, standalone};
use crate::world::{killed, played, root, story, written};

/// Instance that its group terminates.
pub(super) const GOES: &str = "i-0aaa1111bbb22222c";
pub(super) const STAYS: &str = "i-0aaa1111bbb22222d";
/// Time at which the group terminates the instance. The messages come in one batch with the hook's own notification.
const AT: Duration = Duration::from_secs(60);
const NOW: &str = "2026-03-02T09:01:00Z";

/// A message of an attacker, with its feed.
pub(super) type Message = (Feed, String);

/// Returns a world to which these messages come while an instance with a standalone task of some minutes terminates.
pub(super) fn world(messages: &[Message]) -> Scenario {
    let notified =
        WORLD.replacen("[[group.hook]]", "[[group.hook]]\nnotifies = \"asg-lifecycle\"", 1);
    let mut scenario = written(&(notified + &standalone("4m") + TERMINATION));
    let step = |(feed, body): &Message| {
        let what = Happening::Message { queue: feed.name().to_owned(), body: body.clone() };
        Step { at: Length(AT), what }
    };
    scenario.happens.extend(messages.iter().map(step));
    scenario
}

/// Plays a world with these messages. Asserts that the instance was drained and that ebb touched nothing else.
pub(super) fn attacked(messages: &[Message]) -> Run {
    let run = played(&world(messages));
    held(&run);
    run
}

pub(super) fn held(run: &Run) {
    let actions = run.summary.lifecycle_actions;
    assert_eq!((actions.continued, actions.timed_out), (1, 0), "{}", story(run));
    assert_eq!(killed(run), 0, "{}", story(run));
    assert_eq!(foreign_calls(run), Vec::<String>::new());
    assert_eq!(drained(run), [GOES], "{}", story(run));
    assert_eq!(unfit_lines(run), Vec::<String>::new());
}

/// Returns the calls of the functions that name another account, Region or partition. A dead-lettered message may name any.
fn foreign_calls(run: &Run) -> Vec<String> {
    let calls = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::Call { by, service, operation, about, .. }
            if by.is_function() && *service != "sqs" =>
        {
            Some(format!("{operation} {about}"))
        }
        _ => None,
    });
    calls.filter(|call| call.contains("arn:") || call.contains("billing")).collect()
}

/// Returns the EC2 instances that were DRAINING.
fn drained(run: &Run) -> Vec<&str> {
    let drained = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::ContainerInstance { ec2_instance, status: "DRAINING", .. } => {
            Some(ec2_instance.as_str())
        }
        _ => None,
    });
    let mut drained: Vec<_> = drained.collect();
    drained.dedup();
    drained
}

/// Returns the lines of the log and of the timeline with characters that end or hide a line.
fn unfit_lines(run: &Run) -> Vec<String> {
    let logged = run.logged.iter().flat_map(|line| {
        let fields = line.fields.iter().map(|(_, value)| value.clone());
        fields.chain([line.message.clone()])
    });
    let told = timeline(run).into_iter().map(|line| line.text());
    let mut lines: Vec<String> = logged.chain(told).collect();
    lines.retain(|line| line.contains(drain::log_text::ends_or_hides) || line.len() > 10_000);
    lines
}

/// Returns the reasons of the dead-lettered messages.
pub(super) fn reasons(run: &Run) -> Vec<&str> {
    let reasons = run.history.iter().filter_map(|entry| match &entry.fact {
        Fact::DeadLettered { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    reasons.collect()
}

/// Returns the number of calls of AWS by the function of a feed.
pub(super) fn calls_by(run: &Run, feed: Feed) -> usize {
    let calls = run.history.iter().filter(|entry| {
        matches!(&entry.fact, Fact::Call { by, .. } if by.is_function() && by.to_string() == feed.name())
    });
    calls.count()
}

/// Returns an event of this moment, account and Region.
pub(super) fn event(source: &str, detail_type: &str, detail: Value) -> Value {
    json!({
        "version": "0", "id": "5d1a", "source": source, "detail-type": detail_type,
        "account": "111122223333", "region": "eu-west-1", "time": NOW, "resources": [],
        "detail": detail,
    })
}

/// Returns a terminating lifecycle action of the instance that stays, with a changed detail.
pub(super) fn terminate(change: impl FnOnce(&mut Value)) -> Value {
    let mut detail = json!({
        "LifecycleActionToken": "87654321-4321-4321-4321-210987654321",
        "AutoScalingGroupName": "web", "LifecycleHookName": "ebb", "EC2InstanceId": STAYS,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    });
    change(&mut detail);
    event("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action", detail)
}

/// Returns the state change of a container instance with this cluster and ARN.
pub(super) fn changed(cluster: &str, container_instance: &str) -> Value {
    let detail = json!({
        "status": "DRAINING", "agentConnected": true, "version": 9_000, "ec2InstanceId": GOES,
        "clusterArn": cluster, "containerInstanceArn": container_instance,
        "runningTasksCount": 0, "pendingTasksCount": 0,
        "attributes": [{"name": "ebb.drain", "value": "1/s:1772441000"}],
    });
    event("aws.ecs", "ECS Container Instance State Change", detail)
}

/// Returns the event of a task's end.
pub(super) fn stopped(cluster: &str, container_instance: &str, task: &str) -> Value {
    let detail = json!({
        "lastStatus": "STOPPED", "version": 9, "clusterArn": cluster, "taskArn": task,
        "containerInstanceArn": container_instance, "group": "family:import",
        "stopCode": "ServiceSchedulerInitiated", "containers": [{"name": "app", "exitCode": 0}],
    });
    event("aws.ecs", "ECS Task State Change", detail)
}

/// Returns the names and texts of the files with hostile bodies.
pub(super) fn files() -> Vec<(String, String)> {
    let folder = root().join("fixtures/events/hostile");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    files
}
