//! Relay: events of the drain's functions become messages.
//!
//! The functions that drain send events only. A rule of EventBridge puts them into a queue, and a batch of that queue comes
//! here. So one batch is one crowd, whichever functions sent its events.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::event::parse;
use crate::notifier::Notifier;

impl Notifier {
    /// Sends the messages about the events of a batch. Returns the answer for Lambda, or `None` for a batch of other messages.
    ///
    /// A message that cannot be parsed fails. All messages fail if no channel took any, so that their queue delivers them again.
    pub async fn relay(&self, batch: &Value) -> Option<Value> {
        let records = batch["Records"].as_array().filter(|records| !records.is_empty())?;
        let id = |record: &Value| record["messageId"].as_str().unwrap_or_default().to_owned();
        let mut failed = Vec::new();
        let mut all = Vec::new();
        for record in records {
            let body: Value = serde_json::from_str(record["body"].as_str()?).ok()?;
            all.push(id(record));
            match parse(&body)? {
                Ok(notification) => self.add_message(notification),
                Err(problem) => {
                    tracing::warn!("message {} is no notification: {problem}", id(record));
                    failed.push(id(record));
                }
            }
        }
        let faults = self.flush_all().await;
        let failed_channels: BTreeSet<_> = faults.iter().map(|it| it.channel).collect();
        if !faults.is_empty() && failed_channels.len() == self.channels_of_messages() {
            failed = all;
        }
        let failed = failed.into_iter().map(|id| json!({ "itemIdentifier": id }));
        Some(json!({ "batchItemFailures": failed.collect::<Vec<_>>() }))
    }
}
