//! Functions, rules and schedules of other teams that start tasks, as data.

use serde::{Deserialize, Serialize};

use super::{Length, Lengths};

/// A Lambda function of another team behind a queue. Each of its invocations makes one call to ECS.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerSpec {
    /// Name of the function.
    pub name: String,
    /// Name of the queue, which is created with the function.
    pub queue: String,
    /// `Timeout` of the function, 1 s to 15 min (default 3 s, as in the API).
    #[serde(default = "three_seconds")]
    pub timeout: Length,
    /// `ReservedConcurrentExecutions` (default: none).
    #[serde(default)]
    pub reserved_concurrency: Option<usize>,
    /// Length of an invocation (default 1 s to 2 s). Its call comes at the end. A longer one than the timeout makes no
    /// call.
    #[serde(default = "a_second_or_two")]
    pub lasts: Lengths,
    /// Interval of messages to the queue (default: only the steps send some). Such messages do not keep a run going.
    #[serde(default)]
    pub every: Option<Length>,
    /// Time of the last message, since the start of the world (default: none is the last).
    #[serde(default)]
    pub until: Option<Length>,
    /// UUID of the event source mapping (default: drawn).
    #[serde(default)]
    pub mapping: Option<String>,
    /// `Enabled` of the event source mapping.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// RunTask of each invocation.
    #[serde(default)]
    pub run_task: Option<RunTaskSpec>,
    /// UpdateService of each invocation.
    #[serde(default)]
    pub update_service: Option<DesiredCountSpec>,
}

/// RunTask by a function, a rule or a schedule.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RunTaskSpec {
    /// Cluster of the tasks.
    pub cluster: String,
    /// Family of the task definition.
    pub family: String,
    /// Number of tasks, 1 to 10.
    #[serde(default = "one")]
    pub count: usize,
    /// Run time of a task (default: it never ends by itself).
    #[serde(default)]
    pub lasts: Option<Lengths>,
    /// `startedBy` of a function's tasks (default: none). Tasks of rules and schedules have that of AWS.
    #[serde(default)]
    pub started_by: Option<String>,
}

/// UpdateService of a desired count by a function or a schedule.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DesiredCountSpec {
    /// Cluster of the service.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
    /// `desiredCount`.
    pub desired: usize,
}

/// A schedule of EventBridge Scheduler that starts tasks.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSpec {
    /// Name of the schedule.
    pub name: String,
    /// Schedule group (default `default`).
    #[serde(default = "default_group")]
    pub group: String,
    /// Rate, in whole minutes. The first time is one interval after the start of the world.
    pub every: Length,
    /// `State` (default `ENABLED`).
    #[serde(default = "enabled")]
    pub state: String,
    /// `Description` (default: none).
    #[serde(default)]
    pub description: Option<String>,
    /// RunTask at each time.
    #[serde(default)]
    pub run_task: Option<RunTaskSpec>,
    /// UpdateService at each time, by the universal target.
    #[serde(default)]
    pub update_service: Option<DesiredCountSpec>,
}

fn default_group() -> String {
    "default".to_owned()
}

fn enabled() -> String {
    "ENABLED".to_owned()
}

fn three_seconds() -> Length {
    Length::secs(3)
}

fn a_second_or_two() -> Lengths {
    Lengths::millis(1_000, 2_000)
}

fn one() -> usize {
    1
}

fn yes() -> bool {
    true
}
