//! Mistakes in recorded events: place, value, expected value, and the probable correction.

use std::path::Path;

use drain::signal::{Ignored, Malformed, Signal, parse_message};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sim::scenario::ResourceName;

use super::arn::last_part;
use super::bodies::{RecordedBody, joined};
use super::similar::most_similar;
use crate::error::ReplayError;

/// Most characters of a value that a mistake repeats.
const SHOWN: usize = 80;

/// Detail types that ebb handles, each with the last part of its source.
const EVENTS: [(&str, &str); 9] = [
    ("EC2 Instance-terminate Lifecycle Action", "autoscaling"),
    ("EC2 Instance-launch Lifecycle Action", "autoscaling"),
    ("EC2 Spot Instance Interruption Warning", "ec2"),
    ("EC2 Instance Rebalance Recommendation", "ec2"),
    ("EC2 Instance State-change Notification", "ec2"),
    ("AWS Health Event", "health"),
    ("ECS Task State Change", "ecs"),
    ("ECS Container Instance State Change", "ecs"),
    ("Scheduled Event", "events"),
];

/// States of an EC2 instance (EC2 API reference, InstanceState).
const EC2_STATES: [&str; 6] =
    ["pending", "running", "shutting-down", "terminated", "stopping", "stopped"];

/// Statuses of a container instance (ECS API reference, ContainerInstance).
const STATUSES: [&str; 6] =
    ["REGISTERING", "REGISTRATION_FAILED", "ACTIVE", "INACTIVE", "DEREGISTERING", "DRAINING"];

/// Transitions of a lifecycle action (Auto Scaling API reference, LifecycleHook).
const TRANSITIONS: [&str; 2] =
    ["autoscaling:EC2_INSTANCE_TERMINATING", "autoscaling:EC2_INSTANCE_LAUNCHING"];

/// Mistake in a recorded event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventMistake {
    /// Path in the file, such as `Records[2].body.detail.EC2InstanceId`. Empty for a whole file.
    pub(crate) place: String,
    /// Value, expected value, and the probable correction.
    pub(crate) message: String,
}

impl EventMistake {
    /// Returns the error that names the file as well.
    pub(crate) fn in_file(self, path: &Path) -> ReplayError {
        let field = if self.place.is_empty() { self.place } else { format!("{}: ", self.place) };
        ReplayError::Mistake { path: path.to_owned(), line: None, field, message: self.message }
    }
}

/// Returns the mistake in a recorded event, or `None` if ebb can use or ignore it.
pub(crate) fn event_mistake(body: &RecordedBody) -> Option<EventMistake> {
    let (path, message) = mistake_in_text(&body.text)?;
    Some(EventMistake { place: joined(&body.place, &path), message })
}

/// Mistake as the path within the event, and the message.
type Found = (String, String);

fn mistake_in_text(text: &str) -> Option<Found> {
    let parsed = parse_message(text, Timestamp::UNIX_EPOCH);
    let (prefix, event) = event_of(text);
    let (path, message) = match parsed {
        Err(Malformed::NotJson(problem)) => {
            let problem = problem.split(" at line ").next().unwrap_or_default();
            return Some((String::new(), format!("`{}` is not JSON: {problem}", shown(text))));
        }
        Err(Malformed::Field { kind, field, expected }) => {
            malformed(&event, &kind, &field, expected)
        }
        Err(_) => unknown_shape(&event),
        Ok(parsed) => match parsed.signal {
            Err(Ignored::Unknown { source, detail_type }) => unknown_kind(&source, &detail_type)?,
            Err(Ignored::Ec2State { state }) => unknown_word("detail.state", &state, &EC2_STATES)?,
            Err(Ignored::ContainerInstanceStatus { status }) => {
                unknown_word("detail.status", &status, &STATUSES)?
            }
            Err(_) => return None,
            Ok(signal) => name_mistake(&event, &signal)?,
        },
    };
    Some((joined(&prefix, &path), message))
}

/// Returns the event, and its path in the body. An SNS envelope holds the event as a string.
fn event_of(text: &str) -> (String, Value) {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let inner = body.get("Message").and_then(Value::as_str);
    match inner.and_then(|text| serde_json::from_str(text).ok()) {
        Some(event) if body["Type"] == "Notification" => ("Message".to_owned(), event),
        _ => (String::new(), body),
    }
}

fn malformed(event: &Value, kind: &str, field: &str, expected: &str) -> Found {
    let (parent, name) = field.rsplit_once('.').map_or((event, field), |(parent, name)| {
        (at_path(event, parent).unwrap_or(&Value::Null), name)
    });
    let message = match parent.get(name) {
        None => missing(parent, name, expected, kind),
        Some(Value::String(text)) if expected == "an object" => {
            format!("`{}` is a text: expected the object itself, not its text", shown(text))
        }
        Some(value) => {
            let form = match expected {
                "the id of an EC2 instance" => format!("{expected}, `i-` and 8 or 17 digits"),
                _ => expected.to_owned(),
            };
            format!("{} is not right: expected {form} ({kind})", shown_value(value))
        }
    };
    (field.to_owned(), message)
}

fn missing(parent: &Value, name: &str, expected: &str, kind: &str) -> String {
    let keys = parent.as_object().map(Map::keys).into_iter().flatten().map(String::as_str);
    let meant = most_similar(name, keys);
    let meant = meant.map(|it| {
        format!("; `{it}` is there with {}: did you mean `{name}`?", shown_value(&parent[it]))
    });
    format!("missing: expected {expected} ({kind}){}", meant.unwrap_or_default())
}

fn unknown_shape(event: &Value) -> Found {
    let fields = match event {
        Value::Object(fields) => fields,
        Value::String(text) => {
            let message =
                format!("`{}` is a text: expected the event itself, an object", shown(text));
            return (String::new(), message);
        }
        other => {
            let message = format!("{} is no event: expected an object", shown_value(other));
            return (String::new(), message);
        }
    };
    let known = ["detail-type", "LifecycleTransition"];
    let meant = fields.keys().find_map(|key| Some((key, most_similar(key, known)?)));
    if let Some((key, meant)) = meant {
        return (key.clone(), format!("unknown field: did you mean `{meant}`?"));
    }
    let names: Vec<&str> = fields.keys().take(4).map(String::as_str).collect();
    let message = format!(
        "no event that ebb knows, its fields are {}: expected `source`, `detail-type` and `detail`, or a notification of Auto Scaling",
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    );
    (String::new(), message)
}

/// Returns the mistake in the source or detail type of an ignored event, if both are similar to those of an event that
/// ebb handles.
fn unknown_kind(source: &str, kind: &str) -> Option<Found> {
    if kind.starts_with("autoscaling:") {
        return most_similar(kind, TRANSITIONS).map(|meant| {
            let message = format!("`{}` is unknown: did you mean `{meant}`?", shown(kind));
            ("LifecycleTransition".to_owned(), message)
        });
    }
    if let Some((_, service)) = EVENTS.iter().find(|(known, _)| *known == kind) {
        let message = format!("`{}` sends no {kind}: did you mean `aws.{service}`?", shown(source));
        return Some(("source".to_owned(), message));
    }
    let meant = most_similar(kind, EVENTS.map(|(known, _)| known))?;
    let message = format!("`{}` is unknown: did you mean `{meant}`?", shown(kind));
    Some(("detail-type".to_owned(), message))
}

/// Returns the mistake in a word that is not in the fixed list.
fn unknown_word(path: &str, word: &str, known: &[&str]) -> Option<Found> {
    if known.contains(&word) {
        return None;
    }
    let meant = most_similar(word, known.iter().copied());
    let meant = meant.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
    let message = format!("`{}` is unknown: expected {}{meant}", shown(word), known.join(", "));
    Some((path.to_owned(), message))
}

/// Returns the mistake in a name or an id whose form AWS does not use.
fn name_mistake(event: &Value, signal: &Signal) -> Option<Found> {
    let named = names_in(signal);
    named.into_iter().find_map(|(kind, name)| {
        let message = kind.mistake(name)?;
        // Only a cluster's name is a part of a value: the end of an ARN.
        Some((path_to(event, name).unwrap_or_else(|| "detail.clusterArn".to_owned()), message))
    })
}

fn names_in(signal: &Signal) -> Vec<(ResourceName, &str)> {
    let mut named = Vec::new();
    match signal {
        Signal::LifecycleAction(action) => named.extend([
            (ResourceName::Ec2Instance, &*action.ec2_instance),
            (ResourceName::Group, &*action.group),
            (ResourceName::Hook, &*action.hook),
        ]),
        Signal::SpotInterruption { ec2_instance, .. }
        | Signal::RebalanceRecommendation { ec2_instance, .. }
        | Signal::Ec2InstanceState { ec2_instance, .. } => {
            named.push((ResourceName::Ec2Instance, &**ec2_instance));
        }
        Signal::ScheduledChange { ec2_instances, .. } => {
            named.extend(ec2_instances.iter().map(|it| (ResourceName::Ec2Instance, &**it)));
        }
        Signal::ContainerInstance(change) => {
            named.extend(change.ec2_instance.iter().map(|it| (ResourceName::Ec2Instance, &**it)));
            named.push((ResourceName::Cluster, last_part(&change.cluster)));
        }
        Signal::TaskStopped(stopped) => {
            named.push((ResourceName::Cluster, last_part(&stopped.cluster)));
        }
        Signal::PlacementFailure(failure) => {
            named.push((ResourceName::Cluster, last_part(&failure.cluster)));
        }
        Signal::Recheck(_) | Signal::StopPlan(_) | Signal::Sweep { .. } => {}
    }
    named
}

/// Returns the path to the first text of this value.
fn path_to(value: &Value, wanted: &str) -> Option<String> {
    match value {
        Value::String(text) => (text == wanted).then(String::new),
        Value::Object(fields) => {
            fields.iter().find_map(|(name, field)| Some(joined(name, &path_to(field, wanted)?)))
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| Some(joined(&format!("[{n}]"), &path_to(item, wanted)?))),
        _ => None,
    }
}

fn at_path<'a>(event: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(event, |value, name| value.get(name))
}

fn shown_value(value: &Value) -> String {
    match value.as_str() {
        Some("") => "an empty text".to_owned(),
        Some(text) => format!("`{}`", shown(text)),
        None => format!("`{}`", shown(&value.to_string())),
    }
}

/// Returns the beginning of a text in one line.
fn shown(text: &str) -> String {
    let line = drain::log_text::one_line(text.trim(), SHOWN);
    if text.trim().chars().count() > SHOWN { format!("{line}…") } else { line }
}

#[cfg(test)]
mod tests;
