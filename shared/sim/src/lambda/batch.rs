//! The event that a function gets, and the failures in its answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::region::REGION;
use crate::sqs::{Received, md5_of_body, queue_arn, system_attributes};
use crate::world::World;

/// Returns the event of a batch: Lambda developer guide, with-sqs, "Example standard queue message event".
pub(super) fn event(world: &World, queue: &str, batch: &[Received]) -> Value {
    let records: Vec<_> = batch.iter().map(|message| record(world, queue, message)).collect();
    json!({ "Records": records })
}

fn record(world: &World, queue: &str, message: &Received) -> Value {
    let attribute = |(name, attribute): (&String, &crate::sqs::Attribute)| {
        let value = json!({
            "stringValue": attribute.string_value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": attribute.data_type,
        });
        (name.clone(), value)
    };
    json!({
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": system_attributes(world, message),
        "messageAttributes": message.attributes.iter().map(attribute).collect::<serde_json::Map<_, _>>(),
        "md5OfBody": md5_of_body(&message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn(queue),
        "awsRegion": REGION,
    })
}

/// Returns the ids of the failed messages in an answer with `ReportBatchItemFailures`, or `None` if the whole batch
/// failed. Success and failure conditions: Lambda developer guide, services-sqs-errorhandling.
pub(super) fn failures(answer: &Value, batch: &[Received]) -> Option<BTreeSet<String>> {
    let items = match answer {
        Value::Null => return Some(BTreeSet::new()),
        Value::Object(fields) => fields.get("batchItemFailures").unwrap_or(&Value::Null),
        _ => return None,
    };
    let items = match items {
        Value::Null => return Some(BTreeSet::new()),
        Value::Array(items) => items,
        _ => return None,
    };
    let known = |id: &str| batch.iter().any(|message| message.id == id);
    let id =
        |item: &Value| item["itemIdentifier"].as_str().filter(|id| known(id)).map(str::to_owned);
    items.iter().map(id).collect()
}
