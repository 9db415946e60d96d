//! Container instances: their status, their agent's connection, their attributes and counts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::history::TaskKind;
use crate::region::{INSTANCE_TYPE, ZONES};

use super::task::Task;
use super::{AgentConfiguration, Ecs, LaunchType};

/// The version of a container instance that has just registered.
pub(super) const FIRST_VERSION: u64 = 1;

/// The status of a container instance (API reference, ContainerInstance). DEREGISTERING and REGISTRATION_FAILED
/// belong to trunk network interfaces and are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Registering,
    Active,
    Draining,
    Inactive,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Registering => "REGISTERING",
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// A container instance; its key is its ARN.
#[derive(Debug, Clone)]
pub(super) struct ContainerInstance {
    pub arn: String,
    pub cluster: String,
    pub ec2_instance: String,
    pub status: Status,
    pub connected: bool,
    /// True if the host has power.
    pub host_up: bool,
    pub version: u64,
    pub registered_at: Timestamp,
    /// Custom attributes and the agent's own; a value is optional.
    pub attributes: BTreeMap<String, Option<String>>,
    pub task_slots: usize,
    pub zone: &'static str,
    pub capacity_provider: Option<String>,
    pub launch_type: LaunchType,
    /// The ARNs of its tasks that are not STOPPED.
    pub live: BTreeSet<String>,
    /// The ARNs of its tasks that are STOPPED and still listed.
    pub ended: BTreeSet<String>,
    /// True if the host has begun to leave service.
    pub leaving: bool,
    pub last_stopped: Option<Duration>,
}

impl ContainerInstance {
    /// Returns true if tasks can be placed on the instance: it is ACTIVE and connected. "Only instances connected to an
    /// agent can accept task placement requests" (API reference, ContainerInstance).
    pub fn takes_tasks(&self) -> bool {
        self.status == Status::Active && self.connected
    }

    /// Returns true if the scheduler places tasks of services on the instance. All services here have the launch type
    /// EC2, so ECS Managed Instances get no task of a service.
    pub fn takes_service_tasks(&self) -> bool {
        self.takes_tasks() && self.launch_type == LaunchType::Ec2
    }

    pub fn free_slots(&self) -> usize {
        self.task_slots.saturating_sub(self.live.len())
    }
}

/// Returns the attributes that an agent registers: its own and those of its configuration. Its own do not count towards
/// the limit of custom attributes.
pub(super) fn agent_attributes(
    agent: &AgentConfiguration,
    zone: &str,
) -> BTreeMap<String, Option<String>> {
    let valued = [
        ("ecs.ami-id", "ami-0abcdef1234567890"),
        ("ecs.availability-zone", zone),
        ("ecs.cpu-architecture", "x86_64"),
        ("ecs.instance-type", INSTANCE_TYPE),
        ("ecs.os-type", "linux"),
    ];
    let capability = ("com.amazonaws.ecs.capability.task-iam-role".to_owned(), None);
    let valued = valued.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
    let configured = agent.attributes.iter();
    let configured = configured.map(|(name, value)| (name.clone(), Some(value.clone())));
    valued.into_iter().chain([capability]).chain(configured).collect()
}

/// Returns true if an attribute is the agent's own.
pub(super) fn is_agents(attribute: &str) -> bool {
    attribute.starts_with("ecs.") || attribute.starts_with("com.amazonaws.")
}

impl Ecs {
    /// Returns the latest container instance of an EC2 instance.
    pub(super) fn container_instance_on(&self, ec2_instance: &str) -> Option<&ContainerInstance> {
        self.container_instances.get(self.by_ec2_instance.get(ec2_instance)?)
    }

    /// Returns the launch type of a task: that of its container instance.
    pub(super) fn launch_type(&self, task: &Task) -> LaunchType {
        let instance = self.container_instances.get(&task.container_instance);
        instance.map_or(LaunchType::Ec2, |instance| instance.launch_type)
    }

    /// Returns the Availability Zone of a task: that of its container instance.
    pub(super) fn zone(&self, task: &Task) -> &'static str {
        let instance = self.container_instances.get(&task.container_instance);
        instance.map_or(ZONES[0], |instance| instance.zone)
    }

    /// Returns `runningTasksCount` and `pendingTasksCount`.
    pub(super) fn counts(&self, instance: &ContainerInstance) -> (usize, usize) {
        let tasks = instance.live.iter().filter_map(|task| self.tasks.get(task));
        tasks.fold((0, 0), |(running, pending), task| {
            let running = running + usize::from(task.counts_as_running());
            (running, pending + usize::from(task.counts_as_pending()))
        })
    }

    /// Returns the services that have a task on a container instance that is not STOPPED.
    pub(super) fn services_on(&self, container_instance: &str) -> BTreeSet<String> {
        let Some(instance) = self.container_instances.get(container_instance) else {
            return BTreeSet::new();
        };
        let tasks = instance.live.iter().filter_map(|task| self.tasks.get(task));
        tasks.filter_map(|task| task.service.clone()).collect()
    }

    /// Returns the daemon services that have a task on a container instance.
    pub(super) fn daemons_on(&self, container_instance: &str) -> Vec<String> {
        let mut services = Vec::from_iter(self.services_on(container_instance));
        services.retain(|arn| self.services.get(arn).is_some_and(|s| s.kind == TaskKind::Daemon));
        services
    }
}
