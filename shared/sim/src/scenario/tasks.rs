//! Task definitions, services and standalone tasks as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Length, Lengths, TrafficSpec};

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
}

impl TaskDefinitionSpec {
    /// Returns a task definition of one container with all defaults.
    pub fn named(family: &str) -> Self {
        Self { family: family.to_owned(), containers: Vec::new(), starts_in: a_few_seconds() }
    }
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

/// A service.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    /// Name of the service.
    pub name: String,
    /// Cluster of the service.
    pub cluster: String,
    /// DAEMON scheduling strategy: one task on each container instance.
    #[serde(default)]
    pub daemon: bool,
    /// Desired count of a REPLICA service.
    #[serde(default)]
    pub desired: usize,
    /// `minimumHealthyPercent` (default: 100 for a replica service, 0 for a daemon).
    #[serde(default)]
    pub minimum_healthy_percent: Option<u32>,
    /// `maximumPercent` (default: 200 for a replica service, 100 for a daemon).
    #[serde(default)]
    pub maximum_percent: Option<u32>,
    /// The target group's deregistration delay; none for a service without a load balancer.
    #[serde(default)]
    pub deregistration_delay: Option<Length>,
    /// The family of its tasks (default: the service's name).
    #[serde(default)]
    pub task_definition: Option<String>,
    /// Time of a new task from RUNNING to healthy (default 40 s, as in ECS without a health check).
    #[serde(default = "forty_seconds")]
    pub healthy_after: Lengths,
    /// Number of the service's tasks under task scale-in protection.
    #[serde(default)]
    pub protected: usize,
    /// The requests that the service gets from its load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficSpec>,
}

impl ServiceSpec {
    /// Returns a replica service of no tasks with all defaults.
    pub fn named(name: &str, cluster: &str) -> Self {
        Self {
            name: name.to_owned(),
            cluster: cluster.to_owned(),
            daemon: false,
            desired: 0,
            minimum_healthy_percent: None,
            maximum_percent: None,
            deregistration_delay: None,
            task_definition: None,
            healthy_after: forty_seconds(),
            protected: 0,
            traffic: None,
        }
    }
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

fn forty_seconds() -> Lengths {
    Lengths::secs(40)
}

fn a_few_seconds() -> Lengths {
    Lengths::millis(1_000, 6_000)
}
