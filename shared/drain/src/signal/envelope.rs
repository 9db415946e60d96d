//! The shapes in which a message body is delivered.
//!
//! - an EventBridge event: `source`, `detail-type`, `time`, `detail`; the top-level `version` is optional.
//! - the flat JSON that Auto Scaling itself sends to a queue or a function: a lifecycle action, its test notification
//!   or a group notification, with `Time`. An EventBridge event cut down to its `detail` reads the same.
//! - an SNS envelope, `"Type": "Notification"`, with one of these two as the text of `Message`; one level deep.
//! - our own messages, which carry `ebb`.
//!
//! Left out: SNS in SNS, subscription confirmations (a person confirms those), arrays of events, JSON Lines. A body is
//! as long as a queue allows, 1 MiB (SQS developer guide, quotas-messages); how deep it may nest is serde_json's limit.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::{Ignored, Malformed, Parsed, ParsedMessage};
use super::{
    ec2_state, ecs_container_instance, ecs_task, health, lifecycle_action, recheck, spot, sweep,
    time,
};

/// Reads the body of one message that was received at `received_at`, which stands in for a time that cannot be read.
///
/// # Errors
///
/// [`Malformed`] when the body is not JSON, has none of the shapes in which events are delivered, or is an event of a
/// kind that ebb follows without a field that it needs.
pub fn parse_message(body: &str, received_at: Timestamp) -> Result<ParsedMessage, Malformed> {
    let message = parsed(body)?;
    let message = message.as_object().ok_or(Malformed::UnknownShape)?;

    if message.contains_key("ebb") {
        return own_message(message, received_at);
    }
    match sns_message(message) {
        Some(text) => {
            let inner = parsed(text)?;
            delivered(inner.as_object().ok_or(Malformed::UnknownShape)?, received_at)
        }
        None => delivered(message, received_at),
    }
}

fn parsed(text: &str) -> Result<Value, Malformed> {
    serde_json::from_str(text).map_err(|error| Malformed::NotJson(error.to_string()))
}

fn sns_message(envelope: &Map<String, Value>) -> Option<&str> {
    let is_notification = envelope.get("Type")?.as_str()? == "Notification";
    is_notification.then(|| envelope.get("Message")?.as_str()).flatten()
}

fn own_message(
    message: &Map<String, Value>,
    received_at: Timestamp,
) -> Result<ParsedMessage, Malformed> {
    let fields = Fields::of_message("ebb message", message);
    timed(message, "at", received_at, |at| match fields.text("ebb")? {
        recheck::EBB => recheck::parse_recheck(&fields, at),
        sweep::EBB => Ok(sweep::sweep_of_minute(at)),
        _ => Err(fields.malformed("ebb", "\"recheck\" or \"sweep\"")),
    })
}

fn delivered(
    message: &Map<String, Value>,
    received_at: Timestamp,
) -> Result<ParsedMessage, Malformed> {
    if message.contains_key("detail-type") {
        let reading = timed(message, "time", received_at, |at| event(message, at))?;
        placed(reading, said_by_event(message))
    } else if lifecycle_action::is_notification(message) {
        let read = |at| lifecycle_action::read_notification(message, at);
        let reading = timed(message, "Time", received_at, read)?;
        let account = Fields::of_message("Auto Scaling notification", message).said("AccountId");
        placed(reading, [account, Ok(None)])
    } else {
        Err(Malformed::UnknownShape)
    }
}

/// What is said of an account and a Region.
type Said = [Result<Option<String>, Malformed>; 2];

/// AWS Health says it in the detail: the event itself may be a copy in another Region, or one of a whole organization
/// (Health user guide, aws-health-events-eventbridge-schema).
fn said_by_event(message: &Map<String, Value>) -> Said {
    let event = Fields::of_message("EventBridge event", message);
    let account = event.said("account");
    let of_health = event.optional_text("detail-type") == Some(health::HEALTH_EVENT);
    match event.within("detail") {
        Ok(detail) if of_health => {
            let affected = detail.said("affectedAccount").transpose();
            [affected.or(account.transpose()).transpose(), detail.said("eventRegion")]
        }
        _ => [account, event.said("region")],
    }
}

/// The reading, with where it tells of, if it tells of anything.
fn placed(reading: ParsedMessage, [account, region]: Said) -> Result<ParsedMessage, Malformed> {
    if reading.signal.is_err() {
        return Ok(reading);
    }
    Ok(ParsedMessage { account: account?, region: region?, ..reading })
}

/// Reads with the time in `field`, else with the time of receipt.
fn timed(
    message: &Map<String, Value>,
    field: &str,
    received_at: Timestamp,
    signal: impl FnOnce(Timestamp) -> Result<Parsed, Malformed>,
) -> Result<ParsedMessage, Malformed> {
    let own = message.get(field).and_then(Value::as_str).and_then(time::rfc3339);
    let signal = signal(own.unwrap_or(received_at))?;
    Ok(ParsedMessage { signal, time_from_receipt: own.is_none(), account: None, region: None })
}

fn event(message: &Map<String, Value>, at: Timestamp) -> Result<Parsed, Malformed> {
    let envelope = Fields::of_message("EventBridge event", message);
    let (source, kind) = (envelope.text("source")?, envelope.text("detail-type")?);
    let detail = || Fields::of_message(kind, message).within("detail");
    // What a source begins with is for the rules before the queue to judge: `aws`, but where a stack is tried with events that
    // an account can send (the template's EventSource).
    let service = source.rsplit('.').next().unwrap_or(source);

    match (service, kind) {
        ("autoscaling", lifecycle_action::TERMINATE | lifecycle_action::LAUNCH) => {
            lifecycle_action::parse_lifecycle_action(&detail()?, at)
        }
        ("ec2", spot::INTERRUPTION) => spot::interruption(&detail()?, at),
        ("ec2", spot::REBALANCE) => spot::rebalance(&detail()?, at),
        ("ec2", ec2_state::STATE_CHANGE) => ec2_state::parse_ec2_state(&detail()?, at),
        ("health", health::HEALTH_EVENT) => health::parse_health_event(&detail()?, at),
        ("ecs", ecs_task::STATE_CHANGE) => ecs_task::parse_task_change(&detail()?, at),
        ("ecs", ecs_container_instance::STATE_CHANGE) => {
            ecs_container_instance::parse_container_instance_change(&detail()?, at)
        }
        ("events" | "scheduler", sweep::SCHEDULED_EVENT) => Ok(sweep::sweep_of_minute(at)),
        _ => Ok(Err(Ignored::Unknown { source: source.into(), detail_type: kind.into() })),
    }
}

#[cfg(test)]
mod tests;
