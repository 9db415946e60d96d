//! Topics, their messages, and secrets, as data.

use serde::{Deserialize, Serialize};

/// A standard topic of SNS.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TopicSpec {
    /// Name of the topic.
    pub name: String,
    /// Subscriptions of queues.
    #[serde(default, rename = "subscription")]
    pub subscriptions: Vec<SubscriptionSpec>,
}

/// Subscription of a queue to a topic.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionSpec {
    /// Name of the queue. Without the deployment that has the queue, no message is delivered.
    pub queue: String,
    /// `RawMessageDelivery`.
    #[serde(default)]
    pub raw: bool,
}

/// A secret of Secrets Manager.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSpec {
    /// Name of the secret.
    pub name: String,
    /// `SecretString`.
    pub value: String,
    /// True if the secret is marked for deletion.
    #[serde(default)]
    pub deleted: bool,
}

/// A message that is published to a topic as it is.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PublishSpec {
    /// Name of the topic.
    pub topic: String,
    /// `Message`.
    pub message: String,
    /// `Subject`.
    #[serde(default)]
    pub subject: Option<String>,
}

/// An alert of AWS Budgets.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetAlertSpec {
    /// Name of the topic.
    pub topic: String,
    /// Name of the budget.
    pub budget: String,
    /// Threshold in US dollars.
    pub threshold: f64,
    /// Amount in US dollars that exceeds the threshold.
    pub amount: f64,
    /// True for a FORECASTED amount; false for an ACTUAL one.
    #[serde(default)]
    pub forecasted: bool,
}

/// A change of the state of a CloudWatch alarm.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmSpec {
    /// Name of the topic.
    pub topic: String,
    /// Name of the alarm.
    pub alarm: String,
    /// `NewStateValue`: `ALARM`, `OK` or `INSUFFICIENT_DATA`.
    #[serde(default = "alarm")]
    pub state: String,
    /// `OldStateValue`.
    #[serde(default = "ok")]
    pub old_state: String,
    /// `NewStateReason`.
    #[serde(default = "crossed")]
    pub reason: String,
}

fn alarm() -> String {
    "ALARM".to_owned()
}

fn ok() -> String {
    "OK".to_owned()
}

fn crossed() -> String {
    "Threshold Crossed: 1 datapoint was greater than the threshold.".to_owned()
}
