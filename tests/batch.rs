//! Batches of messages, in the form that a function gets (Lambda developer guide, with-sqs).

use serde_json::{Map, Value, json};

/// Returns a batch of messages from an answer of ReceiveMessage.
pub fn batch(messages: &[Value]) -> Value {
    json!({"Records": messages.iter().map(record).collect::<Vec<_>>()})
}

/// Returns a batch of messages with these bodies and the ids m-1, m-2 and so on.
pub fn batch_of(bodies: &[String]) -> Value {
    let message = |(n, body): (usize, &String)| json!({"MessageId": format!("m-{}", n + 1), "ReceiptHandle": "receipt", "Body": body});
    batch(&bodies.iter().enumerate().map(message).collect::<Vec<_>>())
}

fn record(message: &Value) -> Value {
    let attributes = message["MessageAttributes"].as_object().into_iter().flatten();
    let attribute = |(name, it): (&String, &Value)| {
        let value = json!({
            "stringValue": it["StringValue"],
            "dataType": it["DataType"],
            "stringListValues": [],
            "binaryListValues": [],
        });
        (name.clone(), value)
    };
    json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes").cloned().unwrap_or_else(|| json!({})),
        "messageAttributes": attributes.map(attribute).collect::<Map<_, _>>(),
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:tried",
        "awsRegion": "eu-west-1",
    })
}

/// Returns the ids of the failed messages in an answer.
pub fn failures(answer: &Value) -> Vec<&str> {
    let items = answer["batchItemFailures"].as_array().expect("a partial batch response");
    items.iter().map(|item| item["itemIdentifier"].as_str().unwrap()).collect()
}

/// Returns an event with new values for some members. A JSON pointer names each member.
pub fn event(text: &str, members: &[(&str, &str)]) -> String {
    let mut event: Value = serde_json::from_str(text).expect("an event is JSON");
    for (pointer, value) in members {
        *event.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = (*value).into();
    }
    event.to_string()
}
