//! Lifecycle actions of Auto Scaling, as events and as direct notifications.
//!
//! Recognised:
//!
//! - The EventBridge events `EC2 Instance-terminate Lifecycle Action` and `EC2 Instance-launch Lifecycle Action`.
//! - The same fields flat, as Auto Scaling sends them to the notification target of a hook (Auto Scaling user guide,
//!   prepare-for-lifecycle-notifications).
//! - The test notification that a target gets once.
//! - Group notifications (PutNotificationConfiguration), which may share a topic with a hook.
//!
//! `Origin`, `Destination` and `NotificationMetadata` are optional. Tokens and names are any text of one line.
//!
//! Left out: transitions other than launching and terminating, and the text of `NotificationMetadata`.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Parsed;
use super::fields::Fields;
use super::{Ignored, LifecycleAction, Malformed, Signal, Transition};

/// `detail-type` of a terminating lifecycle action.
pub(super) const TERMINATE: &str = "EC2 Instance-terminate Lifecycle Action";
/// `detail-type` of a launching lifecycle action.
pub(super) const LAUNCH: &str = "EC2 Instance-launch Lifecycle Action";

const TEST_NOTIFICATION: &str = "autoscaling:TEST_NOTIFICATION";

/// Returns true if Auto Scaling sent a flat message.
pub(super) fn is_notification(message: &Map<String, Value>) -> bool {
    let text = |field| message.get(field).and_then(Value::as_str).unwrap_or_default();
    message.contains_key("LifecycleTransition")
        || text("Event").starts_with("autoscaling:")
        || text("Service") == "AWS Auto Scaling"
}

/// Parses a flat message. A lifecycle action has `LifecycleTransition`, every other notification has `Event`.
pub(super) fn parse_notification(
    message: &Map<String, Value>,
    at: Timestamp,
) -> Result<Parsed, Malformed> {
    let fields = Fields::of_message("Auto Scaling notification", message);
    match fields.optional_text("Event") {
        Some(TEST_NOTIFICATION) => Ok(Err(Ignored::TestNotification)),
        Some(event) if !fields.has("LifecycleTransition") => {
            Ok(Err(Ignored::GroupNotification { event: event.into() }))
        }
        _ => parse_lifecycle_action(&fields, at),
    }
}

/// Parses the fields of a lifecycle action.
pub(super) fn parse_lifecycle_action(
    fields: &Fields<'_>,
    at: Timestamp,
) -> Result<Parsed, Malformed> {
    let transition = match fields.text("LifecycleTransition")? {
        "autoscaling:EC2_INSTANCE_TERMINATING" => Transition::Terminating,
        "autoscaling:EC2_INSTANCE_LAUNCHING" => Transition::Launching,
        TEST_NOTIFICATION => return Ok(Err(Ignored::TestNotification)),
        other => return Ok(Err(unknown_transition(other))),
    };
    Ok(Ok(Signal::LifecycleAction(LifecycleAction {
        transition,
        group: fields.name("AutoScalingGroupName")?,
        hook: fields.name("LifecycleHookName")?,
        ec2_instance: fields.ec2_instance("EC2InstanceId")?,
        token: fields.name("LifecycleActionToken")?,
        at,
        to_warm_pool: fields.optional_text("Destination") == Some("WarmPool"),
    })))
}

fn unknown_transition(transition: &str) -> Ignored {
    Ignored::Unknown { source: "aws.autoscaling".into(), detail_type: transition.into() }
}

#[cfg(test)]
mod tests;
