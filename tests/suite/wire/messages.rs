//! SendMessageBatch, and the receive of its messages.

use std::time::Duration;

use aws_sdk_sqs::types::{Message, MessageAttributeValue, SendMessageBatchRequestEntry};

use super::{Account, asking, modelled};

/// Creates a queue, and returns its URL.
fn create_queue(account: &Account) -> String {
    let deployment = toml::from_str("[[queue]]\nname = \"q\"").unwrap();
    account.aws.deploy(deployment).unwrap();
    sim::queue_url("q")
}

fn entry(id: usize, delay: i32) -> SendMessageBatchRequestEntry {
    let entry = SendMessageBatchRequestEntry::builder().id(id.to_string()).delay_seconds(delay);
    let hops = MessageAttributeValue::builder().data_type("String").string_value("1");
    let entry = entry.message_attributes("ebb.hops", hops.build().unwrap());
    entry.message_body(format!("message {id}")).build().unwrap()
}

/// Returns the messages that are visible now.
async fn received(account: &Account, url: &str) -> Vec<Message> {
    let receive = account.clients.sqs.receive_message().queue_url(url);
    let receive = receive.message_attribute_names("All");
    receive.send().await.unwrap().messages.unwrap_or_default()
}

#[test]
fn a_delayed_message_arrives_with_its_attributes_after_its_delay() {
    asking("", async |account| {
        let url = create_queue(&account);

        let send = account.clients.sqs.send_message_batch().queue_url(&url);
        let sent = send.entries(entry(0, 15)).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(14)).await;
        let early = received(&account, &url).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let answer = received(&account, &url).await;

        assert_eq!(sent.successful()[0].id(), "0");
        assert!(early.is_empty(), "{early:?}");
        let [message] = answer.as_slice() else { panic!("{answer:?}") };
        assert_eq!(message.message_id(), Some(sent.successful()[0].message_id()));
        assert_eq!(message.body(), Some("message 0"));
        let attributes = message.message_attributes().unwrap();
        assert_eq!(attributes["ebb.hops"].string_value(), Some("1"));
    });
}

// API reference, SendMessage: DelaySeconds is 0 to 900.
#[test]
fn a_delay_beyond_fifteen_minutes_fails_its_entry_alone() {
    asking("", async |account| {
        let url = create_queue(&account);
        let send = account.clients.sqs.send_message_batch().queue_url(&url);

        let answer = send.entries(entry(0, 900)).entries(entry(1, 901)).send().await.unwrap();

        assert_eq!(answer.successful()[0].id(), "0");
        let [failed] = answer.failed() else { panic!("{answer:?}") };
        assert_eq!((failed.id(), failed.sender_fault()), ("1", true));
        assert_eq!(failed.code(), "InvalidParameterValue");
        assert!(failed.message().unwrap().contains("901"));
    });
}

// API reference, SendMessageBatch: up to 10.
#[test]
fn more_than_ten_messages_are_not_sent_at_once() {
    asking("", async |account| {
        let url = create_queue(&account);
        let eleven = (0..11).map(|id| entry(id, 0)).collect();
        let send = account.clients.sqs.send_message_batch().queue_url(&url);

        let refused = modelled(send.set_entries(Some(eleven)).send().await);

        assert!(refused.is_too_many_entries_in_batch_request());
    });
}

// Smithy, awsQueryCompatible: a header has the older code.
#[test]
fn a_queue_that_is_not_there_is_an_error_under_both_of_its_names() {
    asking("", async |account| {
        let send = account.clients.sqs.send_message_batch().queue_url(sim::queue_url("none"));

        let refused = modelled(send.entries(entry(0, 0)).send().await);

        assert!(refused.is_queue_does_not_exist());
        let code = refused.meta().code();
        assert_eq!(code, Some("AWS.SimpleQueueService.NonExistentQueue"));
    });
}
