//! Task definitions and standalone tasks as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Length, Lengths};

/// A task definition.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDefinitionSpec {
    /// Family of the task definition.
    pub family: String,
    /// Containers; empty means one, `app`, with all defaults.
    #[serde(default, rename = "container")]
    pub containers: Vec<ContainerSpec>,
    /// Time from PENDING to RUNNING.
    #[serde(default = "a_few_seconds")]
    pub starts_in: Lengths,
    /// Failure of each task that starts with this revision (default: none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<TaskFailure>,
    /// True if the first container has a health check. The health checks of a load balancer need none.
    #[serde(default)]
    pub health_check: bool,
}

impl TaskDefinitionSpec {
    /// Returns a task definition of one container with all defaults.
    pub fn named(family: &str) -> Self {
        Self {
            family: family.to_owned(),
            containers: Vec::new(),
            starts_in: a_few_seconds(),
            fails: None,
            health_check: false,
        }
    }
}

/// Failure of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskFailure {
    /// The image cannot be pulled, so the task never becomes RUNNING.
    Start,
    /// The task runs, but fails its health checks: those of its load balancer, or else those of its container.
    HealthCheck,
    /// The essential container exits with code 1 some seconds after RUNNING.
    Exit,
}

/// A container of a task definition, and its behaviour.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerSpec {
    /// Name of the container.
    pub name: String,
    /// `stopTimeout` (default: the agent's 30 s).
    #[serde(default)]
    pub stop_timeout: Option<Length>,
    /// Containers that start before this container, and so stop after it (`dependsOn`).
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// Time from SIGTERM to the exit. A container that takes longer than its stop timeout gets SIGKILL.
    #[serde(default = "a_few_seconds")]
    pub exits_in: Lengths,
    /// True if the container ignores SIGTERM.
    #[serde(default)]
    pub ignores_sigterm: bool,
}

/// Standalone tasks, started by RunTask or StartTask.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StandaloneSpec {
    /// The family of its task definition.
    pub family: String,
    /// Cluster of the tasks.
    pub cluster: String,
    /// Instances on which the tasks run, as steps name them and separated by commas, or every instance of a group
    /// (`each:<group>`).
    pub on: String,
    /// Number of tasks on each instance.
    #[serde(default = "one")]
    pub count: usize,
    /// Run time of a task. Without this and `runs_on` the task never ends by itself.
    #[serde(default)]
    pub lasts: Option<Lengths>,
    /// Run time of a task after its instance begins to leave service (a Spot warning, or Auto Scaling's choice). The
    /// work that is left at that time is the same for every responder.
    #[serde(default)]
    pub runs_on: Option<Lengths>,
    /// `group` of the tasks, if not `family:<family>`.
    #[serde(default)]
    pub group: Option<String>,
    /// `startedBy` of the tasks.
    #[serde(default)]
    pub started_by: Option<String>,
    /// Tags of the tasks.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl StandaloneSpec {
    /// Returns one task that never ends by itself.
    pub fn named(family: &str, cluster: &str, on: &str) -> Self {
        Self {
            family: family.to_owned(),
            cluster: cluster.to_owned(),
            on: on.to_owned(),
            count: one(),
            lasts: None,
            runs_on: None,
            group: None,
            started_by: None,
            tags: BTreeMap::new(),
        }
    }
}

fn one() -> usize {
    1
}

fn a_few_seconds() -> Lengths {
    Lengths::millis(1_000, 6_000)
}
