//! Topic: Publish of SNS.

use aws::Clients;
use aws::fault::Fault;
use signed_calls::{Protocol, SignedClient, SignedService};

use super::sorted;
use crate::message::Message;

const NOTIFICATION_SERVICE: SignedService =
    SignedService { name: "sns", id: "SNS", protocol: Protocol::Query("2010-03-31") };

/// A topic.
#[derive(Debug)]
pub(super) struct Topic {
    client: SignedClient,
    arn: String,
}

impl Topic {
    pub(super) fn new(clients: &Clients, arn: String) -> Self {
        Self { client: SignedClient::new(&clients.config, NOTIFICATION_SERVICE), arn }
    }

    /// Publishes a message. A subscription can filter by the attributes `type` and `severity`.
    pub(super) async fn publish(&self, message: &Message) -> Result<(), Fault> {
        let mut parameters = vec![
            ("TopicArn".to_owned(), self.arn.clone()),
            ("Subject".to_owned(), message.subject_line("ebb: ")),
            ("Message".to_owned(), message.text()),
        ];
        let attributes =
            [("type", message.kind().as_str()), ("severity", message.severity().as_str())];
        for (n, (name, value)) in attributes.into_iter().enumerate() {
            let field = |field: &str| format!("MessageAttributes.entry.{}.{field}", n + 1);
            parameters.push((field("Name"), name.to_owned()));
            parameters.push((field("Value.DataType"), "String".to_owned()));
            parameters.push((field("Value.StringValue"), value.to_owned()));
        }
        let published = self.client.call_query("Publish", &parameters).await;
        let doing = format!("publishing to topic {}", self.arn);
        published.map(|_| ()).map_err(|error| sorted(doing, &error))
    }
}
