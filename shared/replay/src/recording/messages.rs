//! Recorded messages: their signal, time and queue.

use std::time::Duration;

use aws::Feed;
use drain::signal::{self, Ignored, Signal};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sim::world::{ACCOUNT, REGION};

use super::arn::last_part;

/// Message of a recording.
pub(super) struct RecordedMessage {
    pub(super) body: String,
    /// Signal, unless the message is malformed or ignored.
    pub(super) signal: Option<Signal>,
    /// Reason why ebb ignores the message.
    pub(super) ignored: Option<Ignored>,
    /// Time from the first event to this message.
    pub(super) after: Duration,
    /// True if the message is a lifecycle action of an instance whose root volume is replaced.
    pub(super) replaces_root_volume: bool,
}

/// Returns the messages with their times since the first one. A message without a readable time comes with the first.
///
/// The messages are in order of time. Auto Scaling, EC2 and ECS promise no order for their events.
pub(super) fn recorded_messages(bodies: &[&str]) -> Vec<RecordedMessage> {
    let times: Vec<Option<Timestamp>> = bodies.iter().map(|body| time_of(body)).collect();
    let first = times.iter().flatten().min().copied();
    let mut messages: Vec<RecordedMessage> = bodies
        .iter()
        .zip(times)
        .map(|(body, time)| {
            let after =
                time.zip(first).map(|(time, first)| time.duration_since(first).unsigned_abs());
            let parsed = signal::parse_message(body, Timestamp::UNIX_EPOCH).ok();
            let (signal, ignored) = match parsed.map(|parsed| parsed.signal) {
                Some(Ok(signal)) => (Some(signal), None),
                Some(Err(ignored)) => (None, Some(ignored)),
                None => (None, None),
            };
            let (body, after) = ((*body).to_owned(), after.unwrap_or_default());
            let replaces_root_volume = action_of(&body).as_deref() == Some("ReplaceRootVolume");
            RecordedMessage { body, signal, ignored, after, replaces_root_volume }
        })
        .collect();
    messages.sort_by_key(|message| message.after);
    messages
}

/// Fields in which events and notifications carry their time.
const TIME_FIELDS: [&str; 2] = ["time", "Time"];

fn time_of(body: &str) -> Option<Timestamp> {
    let event = object(body)?;
    match event.get("Message").and_then(Value::as_str) {
        Some(message) => time_of(message),
        None => TIME_FIELDS.iter().find_map(|field| event.get(*field))?.as_str()?.parse().ok(),
    }
}

/// Returns `Action` of a lifecycle action's event or direct notification (Auto Scaling user guide,
/// ec2-auto-scaling-event-reference).
fn action_of(body: &str) -> Option<String> {
    let event = object(body)?;
    if let Some(message) = event.get("Message").and_then(Value::as_str) {
        return action_of(message);
    }
    let detail = event.get("detail").and_then(Value::as_object).unwrap_or(&event);
    detail.get("Action")?.as_str().map(str::to_owned)
}

/// Returns the message with a time of the virtual clock, and with the world's account and Region. Changes the message
/// in an SNS envelope too.
pub(super) fn moved(body: &str, to: Timestamp) -> String {
    let Some(mut event) = object(body) else { return body.to_owned() };
    if let Some(Value::String(message)) = event.get_mut("Message") {
        *message = moved(message, to);
    }
    for field in TIME_FIELDS {
        if let Some(time) = event.get_mut(field) {
            *time = Value::String(to.to_string());
        }
    }
    lengthen_arns(&mut event);
    let mut event = Value::Object(event);
    move_account_and_region(&mut event);
    event.to_string()
}

/// Adds the cluster to ARNs of the old form. Every account has the long form since 2021 (ECS developer guide,
/// ecs-account-settings), but samples in the guides have the old one.
fn lengthen_arns(event: &mut Map<String, Value>) {
    let Some(Value::Object(detail)) = event.get_mut("detail") else { return };
    let cluster = detail.get("clusterArn").and_then(Value::as_str).map(last_part);
    let Some(cluster) = cluster.map(str::to_owned) else { return };
    for (field, kind) in [("containerInstanceArn", "container-instance"), ("taskArn", "task")] {
        if let Some(Value::String(arn)) = detail.get_mut(field)
            && let Some((start, id)) = arn.split_once(&format!(":{kind}/"))
            && !id.contains('/')
        {
            *arn = format!("{start}:{kind}/{cluster}/{id}");
        }
    }
}

/// Changes the account and Region of an event to those of the world.
fn move_account_and_region(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (name.as_str(), &field) {
                    ("account" | "affectedAccount" | "AccountId", Value::String(_)) => {
                        *field = ACCOUNT.into();
                    }
                    ("region" | "eventRegion", Value::String(_)) => *field = REGION.into(),
                    _ => move_account_and_region(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(move_account_and_region),
        Value::String(text) => {
            if let Some(arn) = text.strip_prefix("arn:").and_then(moved_arn) {
                *text = arn;
            }
        }
        _ => {}
    }
}

/// Returns the ARN in the world's account and Region, or `None` if the resource has neither.
fn moved_arn(rest: &str) -> Option<String> {
    let [_, service, region, account, resource] = rest.splitn(5, ':').collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let placed = !region.is_empty() && !account.is_empty();
    placed.then(|| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"))
}

fn object(body: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(body) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Returns the queue to which a rule would have sent the event.
pub(super) fn queue_of(signal: Option<&Signal>) -> Feed {
    match signal {
        Some(Signal::LifecycleAction(_) | Signal::Recheck(_)) | None => Feed::AsgLifecycle,
        Some(
            Signal::SpotInterruption { .. }
            | Signal::RebalanceRecommendation { .. }
            | Signal::Ec2InstanceState { .. }
            | Signal::ScheduledChange { .. },
        ) => Feed::SpotInterruption,
        Some(Signal::TaskStopped(_) | Signal::ContainerInstance(_)) => Feed::EcsStateChange,
        Some(Signal::PlacementFailure(_) | Signal::Sweep { .. }) => Feed::Sweep,
        Some(Signal::StopPlan(_)) => Feed::StopPlans,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_inside_an_sns_envelope_is_moved() {
        let body = r#"{"Type":"Notification","Message":"{\"time\":\"2025-09-16T08:14:02Z\"}"}"#;

        let moved = moved(body, Timestamp::UNIX_EPOCH);

        assert_eq!(time_of(&moved), Some(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn recording_of_another_account_and_region_moves_to_the_worlds_own() {
        let body = r#"{"account":"444455556666","region":"us-east-1","detail":{"clusterArn":
            "arn:aws-cn:ecs:us-east-1:444455556666:cluster/web","region":"a","list":["arn:aws:s3:::b"]}}"#;

        let moved = moved(body, Timestamp::UNIX_EPOCH);

        let cluster = format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/web");
        assert!(moved.contains(&cluster) && moved.contains("arn:aws:s3:::b"), "{moved}");
        assert!(!moved.contains("444455556666") && !moved.contains("us-east-1"), "{moved}");
    }

    #[test]
    fn arn_of_the_old_form_gets_its_cluster() {
        let body = r#"{"detail":{"clusterArn":"arn:aws:ecs:us-east-1:444455556666:cluster/web",
            "taskArn":"arn:aws:ecs:us-east-1:444455556666:task/3e5a"}}"#;

        let moved = moved(body, Timestamp::UNIX_EPOCH);

        assert!(
            moved.contains(&format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task/web/3e5a")),
            "{moved}"
        );
    }

    #[test]
    fn messages_keep_their_distances() {
        let bodies =
            [r#"{"time":"2025-09-16T08:14:02Z"}"#, "no JSON", r#"{"Time":"2025-09-16T08:15:02Z"}"#];

        let recorded = recorded_messages(&bodies);

        assert_eq!(recorded.iter().map(|it| it.after.as_secs()).collect::<Vec<_>>(), [0, 0, 60]);
    }
}
