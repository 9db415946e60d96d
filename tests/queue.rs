//! Operations of SQS on a queue of a served world.

use serde_json::{Value, json};

use crate::served::Served;

/// Receives up to ten messages with all their attributes. Waits a second if the queue is empty.
pub fn receive(served: &Served, queue: &str) -> Vec<Value> {
    let all = ["All"];
    let asked = json!({
        "MaxNumberOfMessages": 10,
        "WaitTimeSeconds": 1,
        "AttributeNames": all,
        "MessageAttributeNames": all,
    });
    let answer = served.sqs("ReceiveMessage", queue, asked);
    answer["Messages"].as_array().cloned().unwrap_or_default()
}

/// Deletes messages, except those with these ids.
pub(crate) fn delete(served: &Served, queue: &str, messages: &[Value], but: &[&str]) {
    let done = |message: &&Value| !but.iter().any(|id| message["MessageId"] == *id);
    for message in messages.iter().filter(done) {
        let receipt = json!({"ReceiptHandle": message["ReceiptHandle"]});
        served.sqs("DeleteMessage", queue, receipt);
    }
}
