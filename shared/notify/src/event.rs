//! Events of ebb on an EventBridge bus.
//!
//! `infra/notifications/event.schema.json` describes them. Source: EventBridge user guide, eb-putevents.

use serde_json::{Value, json};

use crate::notification::Notification;

/// `source` of the events.
pub const SOURCE: &str = "ebb";

/// Returns the entry of PutEvents for a notification. The event has the time of the call, and its detail that of the decision.
pub fn entry(notification: &Notification, bus: &str) -> Value {
    let detail = serde_json::to_string(notification).unwrap_or_default();
    json!({
        "Source": SOURCE,
        "DetailType": notification.kind.detail_type(),
        "Detail": detail,
        "EventBusName": bus,
    })
}

/// Parses an event as a rule delivers it. Returns `None` for an event of another source.
///
/// The envelope has the account and the Region if the detail has none.
pub fn parse(event: &Value) -> Option<Result<Notification, String>> {
    if event["source"] != SOURCE {
        return None;
    }
    let parsed = serde_json::from_value::<Notification>(event["detail"].clone());
    Some(parsed.map_err(|error| format!("the detail of the event cannot be parsed: {error}")).map(
        |mut notification| {
            let text = |field: &str| event[field].as_str().map(str::to_owned);
            notification.account = notification.account.or_else(|| text("account"));
            notification.region = notification.region.or_else(|| text("region"));
            notification
        },
    ))
}

#[cfg(test)]
mod tests;
