//! A deployment, as data: queues, event rules, functions, event source mappings, schedules.
//!
//! A deployment holds the part of a template ([`Deployment::of_template`]) on which the simulator acts. Encryption,
//! alarms and log groups are left out.

mod creation;
mod limits;
mod template;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::iam::Role;
use crate::scenario::Length;

pub use self::template::in_json;
pub use crate::scenario::{DeadLetterQueue, DeployedQueue, Rule};

/// Everything that is deployed. In a file each list is named in the singular: `[[queue]]`, `[[rule]]` and so on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Standard queues.
    #[serde(default, rename = "queue")]
    pub queues: Vec<DeployedQueue>,
    /// Rules on the default event bus.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Functions, without their code.
    #[serde(default, rename = "function")]
    pub functions: Vec<DeployedFunction>,
    /// Event source mappings from a queue to a function.
    #[serde(default, rename = "mapping")]
    pub mappings: Vec<DeployedMapping>,
    /// Scheduled rules.
    #[serde(default, rename = "schedule")]
    pub schedules: Vec<Schedule>,
}

/// A rule that puts a message into a queue at a fixed rate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Name of the schedule.
    pub name: String,
    /// Rate, a minute or more. The first time is one interval after the start of the world.
    pub every: Length,
    /// The name of the queue that gets the messages.
    pub target: String,
    /// The message's body: a string unchanged, any other JSON as its text (default: a Scheduled Event).
    #[serde(default)]
    pub input: Option<Value>,
}

/// A function. [`Aws::function`](crate::aws::Aws::function) sets its code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployedFunction {
    /// Name of the function.
    pub name: String,
    /// Timeout, 1 s to 15 min (default 3 s, as in the API).
    #[serde(default = "three_seconds")]
    pub timeout: Length,
    /// Reserved concurrency.
    #[serde(default)]
    pub reserved_concurrency: Option<usize>,
    /// Environment variables, for the caller that provides the code.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Permissions of the function's role; without a role it may do anything.
    #[serde(skip)]
    pub role: Option<Role>,
}

/// An event source mapping.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployedMapping {
    /// The queue's name.
    pub queue: String,
    /// The function's name.
    pub function: String,
    /// Most messages in a batch, 1 to 10 000 (default 10, as in the API). More than 10 need a batching window.
    #[serde(default = "ten")]
    pub batch_size: usize,
    /// `MaximumBatchingWindowInSeconds`, up to 5 minutes (default 0).
    #[serde(default)]
    pub batching_window: Length,
    /// True if `FunctionResponseTypes` has `ReportBatchItemFailures`.
    #[serde(default)]
    pub report_batch_item_failures: bool,
    /// `MaximumConcurrency`, 2 to 1000.
    #[serde(default)]
    pub maximum_concurrency: Option<usize>,
    /// `Enabled` (default true, as in the API). A disabled mapping does not poll.
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn ten() -> usize {
    10
}
fn yes() -> bool {
    true
}
fn three_seconds() -> Length {
    Length::secs(3)
}
