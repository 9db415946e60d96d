//! Queues and event rules as data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Length, RunTaskSpec};

/// A standard queue.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeployedQueue {
    /// Name of the queue.
    pub name: String,
    /// Visibility timeout, 0 s to 12 h (default 30 s, as in the API).
    #[serde(default = "thirty_seconds")]
    pub visibility_timeout: Length,
    /// Message retention period, 1 minute to 14 days (default 4 days, as in the API).
    #[serde(default = "four_days")]
    pub retention: Length,
    /// Redrive policy: the queue for messages that were received too often.
    #[serde(default)]
    pub dead_letter_queue: Option<DeadLetterQueue>,
}

/// A queue's redrive policy.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeadLetterQueue {
    /// The dead-letter queue's name.
    pub queue: String,
    /// Receives of a message before it goes to the dead-letter queue: 1 to 1000.
    pub max_receive_count: u32,
}

/// A rule on the default event bus with one queue as its target.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name of the rule.
    pub name: String,
    /// Event pattern.
    pub pattern: Value,
    /// The name of the queue that gets the events.
    pub target: String,
}

/// A rule on the default event bus, of another tool. It has a pattern or a rate, and a queue or tasks as its target.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Name of the rule.
    pub name: String,
    /// Event pattern.
    #[serde(default)]
    pub pattern: Option<Value>,
    /// Rate of a scheduled rule, in whole minutes. The first time is one interval after the start of the world.
    #[serde(default)]
    pub every: Option<Length>,
    /// The name of the queue that gets the events.
    #[serde(default)]
    pub target: Option<String>,
    /// RunTask for each event, or at each time of a scheduled rule.
    #[serde(default)]
    pub run_task: Option<RunTaskSpec>,
    /// `State` (default `ENABLED`).
    #[serde(default = "enabled")]
    pub state: String,
    /// `ManagedBy`: the AWS service that created the rule.
    #[serde(default)]
    pub managed_by: Option<String>,
}

fn enabled() -> String {
    "ENABLED".to_owned()
}

fn thirty_seconds() -> Length {
    Length::secs(30)
}

fn four_days() -> Length {
    Length::secs(4 * 24 * 3600)
}
