//! The work as data: task definitions, services, standalone tasks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Length, Lengths, TrafficSpec};

/// A task definition.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDefinitionSpec {
    /// Its family.
    pub family: String,
    /// Containers; empty means one, `app`, with all defaults.
    #[serde(default, rename = "container")]
    pub containers: Vec<ContainerSpec>,
    /// How long a task takes from PENDING to RUNNING.
    #[serde(default = "a_few_seconds")]
    pub starts_in: Lengths,
}

impl TaskDefinitionSpec {
    /// One container with all defaults.
    pub fn named(family: &str) -> Self {
        Self { family: family.to_owned(), containers: Vec::new(), starts_in: a_few_seconds() }
    }
}

/// A container of a task definition, and how it behaves.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerSpec {
    /// Its name.
    pub name: String,
    /// `stopTimeout`; the agent's 30 s where it is not set.
    #[serde(default)]
    pub stop_timeout: Option<Length>,
    /// Containers that it starts after, and so stops before (`dependsOn`).
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// How long after SIGTERM it exits. One that takes longer than its stop timeout gets SIGKILL.
    #[serde(default = "a_few_seconds")]
    pub exits_in: Lengths,
    /// Whether it ignores SIGTERM.
    #[serde(default)]
    pub ignores_sigterm: bool,
}

/// A service.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    /// Its name.
    pub name: String,
    /// Its cluster.
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
    /// How long a new task takes from RUNNING to healthy (default 40 s, the time that ECS grants where no health
    /// check is defined).
    #[serde(default = "forty_seconds")]
    pub healthy_after: Lengths,
    /// How many of its tasks are under task scale-in protection.
    #[serde(default)]
    pub protected: usize,
    /// The requests that come to it by its load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficSpec>,
}

impl ServiceSpec {
    /// A replica service of no tasks with all defaults.
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
    /// Its cluster.
    pub cluster: String,
    /// The instances that it runs on (as steps name them), separated by commas, or every instance of a group
    /// (`each:<group>`).
    pub on: String,
    /// How many on each.
    #[serde(default = "one")]
    pub count: usize,
    /// How long it runs; without it and without `runs_on` it never ends by itself.
    #[serde(default)]
    pub lasts: Option<Lengths>,
    /// How much longer it runs after its instance begins to leave service (a Spot notice, or Auto Scaling's choice):
    /// the work that was left at that time, whoever responds.
    #[serde(default)]
    pub runs_on: Option<Lengths>,
    /// Its `group`, if not `family:<family>`.
    #[serde(default)]
    pub group: Option<String>,
    /// Its `startedBy`.
    #[serde(default)]
    pub started_by: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl StandaloneSpec {
    /// One task that never ends by itself.
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
