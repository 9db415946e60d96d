//! Shapes in which a message body is delivered.
//!
//! Rule 12. A message that cannot be understood fails alone, with its reason, and goes to the dead-letter queue.
//!
//! - An EventBridge event: `source`, `detail-type`, `time`, `detail`. The top-level `version` is optional.
//! - The flat JSON that Auto Scaling itself sends to a queue or a function, with `Time`: a lifecycle action, its test
//!   notification or a group notification. The `detail` of an EventBridge event alone is parsed alike.
//! - An SNS envelope, `"Type": "Notification"`, with one of these two as the text of `Message`. Only one level is
//!   opened.
//! - A message of ebb's own, which has the field `ebb`.
//!
//! Left out: SNS in SNS, subscription confirmations (the operator confirms those), arrays of events, JSON Lines. A
//! queue limits a body to 1 MiB (SQS developer guide, quotas-messages), and serde_json limits its nesting.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::{Ignored, Malformed, Parsed, ParsedMessage};
use super::{
    ec2_state, ecs_container_instance, ecs_service_action, ecs_task, health, lifecycle_action,
    recheck, spot, stop_plan, sweep, time,
};

/// Parses the body of one message. Uses `received_at` if the message has no time that can be parsed.
///
/// # Errors
///
/// Returns [`Malformed`] if the body is not JSON, or has none of the shapes above. Also if a field is missing that ebb
/// needs of an event of this kind.
pub fn parse_message(body: &str, received_at: Timestamp) -> Result<ParsedMessage, Malformed> {
    let message = parse_json(body)?;
    let message = message.as_object().ok_or(Malformed::UnknownShape)?;

    if message.contains_key("ebb") {
        return parse_own_message(message, received_at);
    }
    match sns_message(message) {
        Some(text) => {
            let inner = parse_json(text)?;
            parse_delivered(inner.as_object().ok_or(Malformed::UnknownShape)?, received_at)
        }
        None => parse_delivered(message, received_at),
    }
}

fn parse_json(text: &str) -> Result<Value, Malformed> {
    serde_json::from_str(text).map_err(|error| Malformed::NotJson(error.to_string()))
}

fn sns_message(envelope: &Map<String, Value>) -> Option<&str> {
    let is_notification = envelope.get("Type")?.as_str()? == "Notification";
    is_notification.then(|| envelope.get("Message")?.as_str()).flatten()
}

fn parse_own_message(
    message: &Map<String, Value>,
    received_at: Timestamp,
) -> Result<ParsedMessage, Malformed> {
    let fields = Fields::of_message("ebb message", message);
    with_time(message, "at", received_at, |at| match fields.text("ebb")? {
        recheck::EBB => recheck::parse_recheck(&fields, at),
        stop_plan::EBB => stop_plan::parse_stop_plan(&fields, at),
        sweep::EBB => Ok(sweep::sweep_of_minute(at)),
        _ => Err(fields.malformed("ebb", "\"recheck\", \"stop-plan\" or \"sweep\"")),
    })
}

fn parse_delivered(
    message: &Map<String, Value>,
    received_at: Timestamp,
) -> Result<ParsedMessage, Malformed> {
    if message.contains_key("detail-type") {
        let parsed = with_time(message, "time", received_at, |at| parse_event(message, at))?;
        with_origin(parsed, event_origin(message))
    } else if lifecycle_action::is_notification(message) {
        let parse = |at| lifecycle_action::parse_notification(message, at);
        let parsed = with_time(message, "Time", received_at, parse)?;
        let fields = Fields::of_message("Auto Scaling notification", message);
        with_origin(parsed, [fields.text_if_present("AccountId"), Ok(None)])
    } else {
        Err(Malformed::UnknownShape)
    }
}

/// Account and Region of an event, each as far as the event names it.
type Origin = [Result<Option<String>, Malformed>; 2];

/// Returns the account and the Region of an event.
///
/// An event of AWS Health names them in its detail. The event itself may be a copy in another Region, or one of a whole
/// organization (Health user guide, aws-health-events-eventbridge-schema).
fn event_origin(message: &Map<String, Value>) -> Origin {
    let event = Fields::of_message("EventBridge event", message);
    let account = event.text_if_present("account");
    let of_health = event.optional_text("detail-type") == Some(health::HEALTH_EVENT);
    match event.object("detail") {
        Ok(detail) if of_health => {
            let affected = detail.text_if_present("affectedAccount").transpose();
            let account = affected.or(account.transpose()).transpose();
            [account, detail.text_if_present("eventRegion")]
        }
        _ => [account, event.text_if_present("region")],
    }
}

/// Returns the message with its account and Region, if it is a signal.
fn with_origin(
    message: ParsedMessage,
    [account, region]: Origin,
) -> Result<ParsedMessage, Malformed> {
    if message.signal.is_err() {
        return Ok(message);
    }
    Ok(ParsedMessage { account: account?, region: region?, ..message })
}

/// Parses a signal with the time in `field`, else with the time of receipt.
fn with_time(
    message: &Map<String, Value>,
    field: &str,
    received_at: Timestamp,
    signal: impl FnOnce(Timestamp) -> Result<Parsed, Malformed>,
) -> Result<ParsedMessage, Malformed> {
    let own = message.get(field).and_then(Value::as_str).and_then(time::rfc3339);
    let signal = signal(own.unwrap_or(received_at))?;
    Ok(ParsedMessage { signal, time_from_receipt: own.is_none(), account: None, region: None })
}

fn parse_event(message: &Map<String, Value>, at: Timestamp) -> Result<Parsed, Malformed> {
    let envelope = Fields::of_message("EventBridge event", message);
    let (source, kind) = (envelope.text("source")?, envelope.text("detail-type")?);
    let detail = || Fields::of_message(kind, message).object("detail");
    // The event rules check the beginning of a source. It is `aws`, except in a test stack: no account can send events
    // as AWS does (parameter EventSource of the template).
    let service = source.rsplit('.').next().unwrap_or(source);

    match (service, kind) {
        ("autoscaling", lifecycle_action::TERMINATE | lifecycle_action::LAUNCH) => {
            lifecycle_action::parse_lifecycle_action(&detail()?, at)
        }
        ("ec2", spot::INTERRUPTION) => spot::parse_interruption(&detail()?, at),
        ("ec2", spot::REBALANCE) => spot::parse_recommendation(&detail()?, at),
        ("ec2", ec2_state::STATE_CHANGE) => ec2_state::parse_ec2_state(&detail()?, at),
        ("health", health::HEALTH_EVENT) => health::parse_health_event(&detail()?, at),
        ("ecs", ecs_task::STATE_CHANGE) => ecs_task::parse_task_change(&detail()?, at),
        ("ecs", ecs_service_action::SERVICE_ACTION) => {
            ecs_service_action::parse_service_action(message, source, at)
        }
        ("ecs", ecs_container_instance::STATE_CHANGE) => {
            ecs_container_instance::parse_container_instance_change(&detail()?, at)
        }
        ("events" | "scheduler", sweep::SCHEDULED_EVENT) => Ok(sweep::sweep_of_minute(at)),
        _ => Ok(Err(Ignored::Unknown { source: source.into(), detail_type: kind.into() })),
    }
}

#[cfg(test)]
mod tests;
