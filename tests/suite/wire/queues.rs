//! Operations of a consumer on a queue: its URL, its attributes, and its messages.

use std::time::Duration;

use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    QueueAttributeName,
};

use super::{Account, asking};

/// Creates a queue with two messages and a dead-letter queue, and returns its URL.
async fn create_queue(account: &Account) -> String {
    let deployment = "[[queue]]\nname = \"q\"\nvisibility_timeout = \"1m\"\n\
        dead_letter_queue = { queue = \"dead\", max_receive_count = 5 }\n[[queue]]\nname = \"dead\"";
    account.aws.deploy(toml::from_str(deployment).unwrap()).unwrap();
    let url = account.clients.sqs.get_queue_url().queue_name("q").send().await.unwrap();
    let url = url.queue_url.unwrap();
    for _ in 0..2 {
        let send = account.clients.sqs.send_message().queue_url(&url);
        send.message_body("a message").send().await.unwrap();
    }
    url
}

async fn received(account: &Account, url: &str) -> Vec<Message> {
    let receive = account.clients.sqs.receive_message().queue_url(url).max_number_of_messages(10);
    receive.send().await.unwrap().messages.unwrap_or_default()
}

#[test]
fn a_queue_tells_its_visibility_timeout_and_its_redrive_policy() {
    asking("", async |account| {
        let url = create_queue(&account).await;

        let asked = account.clients.sqs.get_queue_attributes().queue_url(&url);
        let asked = asked.attribute_names(QueueAttributeName::VisibilityTimeout);
        let asked = asked.attribute_names(QueueAttributeName::RedrivePolicy);
        let answer = asked.send().await.unwrap();

        let attributes = answer.attributes.unwrap();
        assert_eq!(attributes[&QueueAttributeName::VisibilityTimeout], "60");
        let redrive = &attributes[&QueueAttributeName::RedrivePolicy];
        assert!(redrive.contains(r#""deadLetterTargetArn":"arn:aws:sqs:"#), "{redrive}");
    });
}

// API reference, ChangeMessageVisibilityBatch and DeleteMessageBatch.
#[test]
fn one_message_is_given_back_and_one_deleted_and_a_receipt_that_is_none_fails_alone() {
    asking("", async |account| {
        let url = create_queue(&account).await;
        let messages = received(&account, &url).await;
        let receipt = |n: usize| messages[n].receipt_handle.clone().unwrap();

        let back = ChangeMessageVisibilityBatchRequestEntry::builder().id("back");
        let back = back.receipt_handle(receipt(0)).visibility_timeout(0).build().unwrap();
        let change = account.clients.sqs.change_message_visibility_batch().queue_url(&url);
        let changed = change.entries(back).send().await.unwrap();
        let gone = |id: &str, receipt: String| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(receipt);
            entry.build().unwrap()
        };
        let delete = account.clients.sqs.delete_message_batch().queue_url(&url);
        let delete = delete.entries(gone("gone", receipt(1)));
        let deleted = delete.entries(gone("none", "none".to_owned())).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;

        assert_eq!((changed.successful()[0].id(), changed.failed().len()), ("back", 0));
        assert_eq!((deleted.successful().len(), deleted.successful()[0].id()), (1, "gone"));
        assert_eq!(deleted.failed()[0].code(), "ReceiptHandleIsInvalid");
        assert_eq!(received(&account, &url).await.len(), 1);
        tokio::time::sleep(Duration::from_secs(61)).await;
        assert_eq!(received(&account, &url).await.len(), 1, "what was deleted does not come back");
    });
}
