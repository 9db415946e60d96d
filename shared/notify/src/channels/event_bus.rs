//! Event bus: PutEvents of EventBridge.

use aws::Clients;
use aws::fault::Fault;
use serde_json::{Value, json};
use signed_calls::{Protocol, SignedClient, SignedService};

use super::{Channel, ChannelDelivery, sorted};
use crate::event::entry;
use crate::limits::EVENTS_PER_CALL;
use crate::notification::Notification;

const EVENT_BRIDGE: SignedService =
    SignedService { name: "events", id: "EventBridge", protocol: Protocol::Json("AWSEvents") };

/// An event bus.
#[derive(Debug)]
pub(super) struct EventBus {
    client: SignedClient,
    bus: String,
}

impl EventBus {
    pub(super) fn new(clients: &Clients, bus: String) -> Self {
        Self { client: SignedClient::new(&clients.config, EVENT_BRIDGE), bus }
    }

    /// Sends an event for each notification, ten a call.
    pub(super) async fn put(&self, notifications: &[Notification]) -> Vec<ChannelDelivery> {
        let mut deliveries = Vec::new();
        for some in notifications.chunks(EVENTS_PER_CALL) {
            let entries: Vec<Value> = some.iter().map(|it| entry(it, &self.bus)).collect();
            let doing = format!("sending events to bus {}", self.bus);
            let answer = self.client.call_json("PutEvents", &json!({ "Entries": entries })).await;
            match answer {
                Ok(answer) => deliveries.extend(of_entries(&doing, &answer, some.len())),
                Err(error) => deliveries.push(ChannelDelivery {
                    channel: Channel::Events,
                    notifications: some.len(),
                    fault: Some(sorted(doing, &error)),
                }),
            }
        }
        deliveries
    }
}

/// Returns the deliveries of one call. An answer with status 200 names the entries that failed (EventBridge user guide,
/// eb-putevents).
fn of_entries(doing: &str, answer: &Value, sent: usize) -> Vec<ChannelDelivery> {
    let entries = answer["Entries"].as_array().map_or(&[][..], Vec::as_slice);
    let failed: Vec<&Value> = entries.iter().filter(|it| it["ErrorCode"].is_string()).collect();
    let delivery =
        |notifications, fault| ChannelDelivery { channel: Channel::Events, notifications, fault };
    let mut deliveries = Vec::new();
    if let Some(first) = failed.first() {
        let text = |field: &str| first[field].as_str();
        let fault = Fault::from_answer(doing, text("ErrorCode"), text("ErrorMessage"), 200);
        deliveries.push(delivery(failed.len(), Some(fault)));
    }
    if sent > failed.len() {
        deliveries.push(delivery(sent - failed.len(), None));
    }
    deliveries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_entry_in_a_successful_answer_is_a_failed_delivery() {
        let answer = json!({ "FailedEntryCount": 1, "Entries": [
            { "EventId": "1" }, { "ErrorCode": "InternalFailure", "ErrorMessage": "later" },
        ] });

        let deliveries = of_entries("sending", &answer, 2);

        let fault = Fault::Busy("sending: InternalFailure: later".to_owned());
        assert_eq!(deliveries[0].fault, Some(fault));
        assert_eq!((deliveries[0].notifications, deliveries[1].notifications), (1, 1));
    }
}
