//! A scenario as data: the world and the happenings of a scenario file.

mod cluster;
mod denial;
mod fault;
mod group;
mod happening;
mod instance_refresh;
mod length;
mod notification;
mod other_tools_load;
mod parameter;
mod queues;
mod resource_name;
mod scaling;
mod service;
mod service_step;
mod switches;
mod tasks;
mod traffic;
mod trigger;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use cluster::{ClusterSpec, ManagedInstancesSpec};
pub use denial::Denial;
pub use fault::{CallFault, InvocationFault, PlannedFault};
pub use group::{
    CapacityProviderSpec, GroupSpec, HookSpec, HookTransition, LifecycleResult, WarmPoolSpec,
};
pub use happening::{Delivery, Happening, SpotAction};
pub use instance_refresh::{InstanceRefreshSpec, RefreshStrategy};
pub use length::{Length, Lengths};
pub use notification::{
    AlarmSpec, BudgetAlertSpec, PublishSpec, SecretSpec, SubscriptionSpec, TopicSpec,
};
pub use other_tools_load::{BucketShare, OtherToolsLoad};
pub use parameter::ParameterSpec;
pub use queues::{DeadLetterQueue, DeployedQueue, Rule, RuleSpec};
pub use resource_name::ResourceName;
pub use scaling::{ScalingSpec, ScheduledActionSpec};
pub use service::{CircuitBreakerSpec, ServiceController, ServiceSpec, ThresholdType};
pub use service_step::{
    DemandSpec, FailingTasksSpec, ScalableTargetSpec, ServiceDeletionSpec, ServiceUpdateSpec,
    TaskProtectionSpec,
};
pub use switches::Switches;
pub use tasks::{ContainerSpec, StandaloneSpec, TaskDefinitionSpec, TaskFailure};
pub use traffic::TrafficSpec;
pub use trigger::{DesiredCountSpec, RunTaskSpec, ScheduleSpec, TriggerSpec};

/// A world at its start, and its happenings.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Purpose of the scenario, in a sentence or two.
    #[serde(default)]
    pub about: String,
    /// The seed of a run that names none.
    #[serde(default)]
    pub seed: u64,
    /// Time for which the run goes on after the last event (default 2 minutes).
    #[serde(default = "two_minutes")]
    pub linger: Length,
    /// Longest run in virtual time (default 7 days). The limit stops a run that does not end by itself.
    #[serde(default = "seven_days")]
    pub limit: Length,
    /// Environment variables of the handlers, as a deployment would set them.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Behaviour that AWS leaves undocumented.
    #[serde(default)]
    pub switches: Switches,
    /// Clusters. A cluster that a group or a service names exists without being listed.
    #[serde(default, rename = "cluster")]
    pub clusters: Vec<ClusterSpec>,
    /// Queues of other tools, besides those of the deployment under trial.
    #[serde(default, rename = "queue")]
    pub queues: Vec<DeployedQueue>,
    /// Event rules of other tools, besides those of the deployment under trial.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleSpec>,
    /// Auto Scaling groups.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupSpec>,
    /// Task definitions. An unlisted one that a service or task names has one container with all defaults.
    #[serde(default, rename = "task_definition")]
    pub task_definitions: Vec<TaskDefinitionSpec>,
    /// Services, at their desired count and steady when the world begins.
    #[serde(default, rename = "service")]
    pub services: Vec<ServiceSpec>,
    /// Standalone tasks that run when the world begins.
    #[serde(default, rename = "standalone")]
    pub standalone: Vec<StandaloneSpec>,
    /// Parameters of Systems Manager that exist when the world begins.
    #[serde(default, rename = "parameter", skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterSpec>,
    /// Functions of other teams that start tasks.
    #[serde(default, rename = "trigger", skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<TriggerSpec>,
    /// Schedules of EventBridge Scheduler that start tasks.
    #[serde(default, rename = "schedule", skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<ScheduleSpec>,
    /// Topics of SNS, with the queues that subscribe to them.
    #[serde(default, rename = "topic", skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<TopicSpec>,
    /// Secrets of Secrets Manager.
    #[serde(default, rename = "secret", skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretSpec>,
    /// Steps of the scenario: happenings with their times.
    #[serde(default)]
    pub happens: Vec<Step>,
    /// Faults of single calls, invocations, deliveries and messages.
    #[serde(default, rename = "fault")]
    pub faults: Vec<PlannedFault>,
}

impl Default for Scenario {
    /// Returns the scenario of an empty file: an empty world in which nothing happens.
    fn default() -> Self {
        Self {
            about: String::new(),
            seed: 0,
            linger: two_minutes(),
            limit: seven_days(),
            environment: BTreeMap::new(),
            switches: Switches::default(),
            clusters: Vec::new(),
            queues: Vec::new(),
            rules: Vec::new(),
            groups: Vec::new(),
            task_definitions: Vec::new(),
            services: Vec::new(),
            standalone: Vec::new(),
            parameters: Vec::new(),
            triggers: Vec::new(),
            schedules: Vec::new(),
            topics: Vec::new(),
            secrets: Vec::new(),
            happens: Vec::new(),
            faults: Vec::new(),
        }
    }
}

/// A happening with its time.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Step {
    /// Time since the start of the world.
    pub at: Length,
    /// The happening.
    #[serde(flatten)]
    pub what: Happening,
}

fn two_minutes() -> Length {
    Length::secs(120)
}

fn seven_days() -> Length {
    Length::secs(7 * 24 * 3600)
}
