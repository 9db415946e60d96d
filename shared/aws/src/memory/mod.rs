//! Memory of a warm process between batches.
//!
//! The memory only saves calls. A process without one decides the same, with three exceptions. It sends heartbeats again that
//! another process may have sent. A cluster that denies the read keeps only the instances that this process has seen in it. A
//! new process lists the container instances with `ebb.drain` sooner than one that remembers them.

mod expiring_map;
mod group_list;

use std::collections::{BTreeMap, BTreeSet};

use drain::attribute::RememberedAction;
use drain::limits::LONGEST_RECHECK;
use drain::note::Note;
use drain::observation::{Activities, Group, GroupMember, Hook};
use drain::signal::TaskStopped;
use drain::stop_time::Container;
use drain::stuck_service::ServiceEvent;
use drain::task::{Service, Task};
use drain::watch::Watch;
use jiff::Timestamp;

use crate::decision_fingerprint::DecisionFingerprint;
use crate::fault::Fault;
use crate::limits::{
    ENDED_TASK_AGE, GROUP_LIST_AGE, PLACEMENT_FAILURE_AGE, PROVIDER_KIND_AGE, RECORDS_AGE,
    REMEMBERED_CAPACITY_PROVIDERS, REMEMBERED_CLUSTERS, REMEMBERED_ENDED_TASKS, REMEMBERED_GROUPS,
    REMEMBERED_INSTANCES, REMEMBERED_LIFECYCLE_STATES, REMEMBERED_RECHECKS, REMEMBERED_SERVICES,
    REMEMBERED_STOPPED_TASKS, REMEMBERED_TASK_DEFINITIONS, SETTINGS_AGE, SWEPT_COUNT_AGE,
    UNLIMITED_AGE, WAITING_MEMBER_AGE,
};
use crate::observe::capacity_providers::ProviderKind;
use crate::observe::container_instance_search::SearchedCluster;
use crate::observe::groups::GroupAnswer;
pub use expiring_map::ExpiringMap;
pub use group_list::GroupList;

/// Memory of a warm process.
#[derive(Debug)]
pub struct Memory {
    /// Clusters that are served, under one empty key.
    pub clusters: ExpiringMap<ClusterList>,
    /// ARNs of all clusters, under one empty key.
    pub cluster_names: ExpiringMap<Vec<String>>,
    /// Faults of clusters that denied DescribeClusters, by name or ARN.
    pub denied_clusters: ExpiringMap<Fault>,
    /// ARNs of container instances with the attribute `ebb.drain`, by the name or ARN of their cluster. The age counts from
    /// their list.
    pub recorded_instances: ExpiringMap<BTreeSet<String>>,
    /// Kinds of capacity providers, by [`provider_key`].
    pub capacity_providers: ExpiringMap<ProviderKind>,
    /// Capacity providers that ECS did not answer, by [`provider_key`], with the fault of a call that was denied.
    pub unanswered_providers: ExpiringMap<Option<Fault>>,
    /// Clusters that were logged because ebb leaves them, or a part of them, alone. By name or ARN.
    pub logged_clusters: ExpiringMap<()>,
    /// Clusters by the id of an EC2 instance that was seen in them.
    pub seen_in: ExpiringMap<String>,
    /// All hooks of a group, by group name.
    pub hooks: ExpiringMap<Vec<Hook>>,
    /// Groups by name.
    pub groups: ExpiringMap<CachedGroup>,
    /// All groups of the account and Region, under one empty key.
    pub group_list: ExpiringMap<GroupList>,
    /// Names of groups with an instance that is, or was, in a cluster.
    pub ecs_groups: ExpiringMap<()>,
    /// Services by [`service_key`].
    pub services: ExpiringMap<Service>,
    /// Latest placement failures of services, by [`service_key`].
    pub placement_failures: ExpiringMap<ServiceEvent>,
    /// Containers of task definitions, by ARN.
    pub task_definitions: ExpiringMap<Vec<Container>>,
    /// STOPPED tasks by ARN.
    pub stopped_tasks: ExpiringMap<Task>,
    /// Scaling activities of terminating instances, by EC2 instance.
    pub activities: ExpiringMap<Activities>,
    /// Last decision that was logged, by EC2 instance.
    pub logged_decisions: ExpiringMap<DecisionFingerprint>,
    /// Notes that were logged, without the words of AWS, by EC2 instance.
    pub logged_notes: ExpiringMap<BTreeSet<Note>>,
    /// ARNs of container instances whose registration was checked, and no lifecycle action waited for it.
    pub checked_registrations: ExpiringMap<()>,
    /// Lifecycle states that were logged because ebb does not know them.
    pub logged_states: ExpiringMap<()>,
    /// Completed lifecycle actions by EC2 instance. Another hook may hold the instance for long after.
    pub completed_actions: ExpiringMap<RememberedAction>,
    /// Minute of the last sweep that knew the hooks and sent every heartbeat that was due, by EC2 instance.
    pub heartbeats_sent_until: ExpiringMap<Timestamp>,
    /// Numbers of tasks that ECS counted at the last sweep, by EC2 instance.
    pub swept_counts: ExpiringMap<u32>,
    /// Group members that wait on a hook on their way out, by EC2 instance.
    pub waiting_members: ExpiringMap<GroupMember>,
    /// EC2 instances that are gone or about to be terminated, and that no hook holds.
    pub gone_instances: ExpiringMap<()>,
    /// Ended standalone tasks by ARN, until it is known whether their container instance drains.
    pub ended_tasks: ExpiringMap<TaskStopped>,
    /// ARNs of standalone tasks whose end was logged.
    pub logged_task_ends: ExpiringMap<()>,
    /// Rechecks that are on their way: instance, purpose and time.
    pub sent_rechecks: ExpiringMap<()>,
    /// Events of container instances that drain.
    pub watch: Watch,
}

/// The clusters that are served, as ECS answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClusterList {
    /// Clusters that are served.
    pub served: Vec<SearchedCluster>,
    /// Names or ARNs of clusters that AWS Batch made, and that are not served.
    pub batch: Vec<String>,
    /// Configured clusters that do not exist, or lack the configured prefix.
    pub missing: Vec<String>,
    /// Faults of the clusters that deny DescribeClusters, by name or ARN.
    pub denied: BTreeMap<String, Fault>,
    /// Fault of another call that would tell clusters of AWS Batch and of ECS Managed Instances from others.
    pub fault: Option<Fault>,
}

impl ClusterList {
    /// Returns true if there is no cluster that is served or would be without AWS Batch.
    pub fn is_empty(&self) -> bool {
        self.served.is_empty() && self.batch.is_empty()
    }
}

/// Settings and instances of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedGroup {
    /// Settings of the group.
    pub group: Group,
    /// EC2 instances of the group.
    pub instances: Vec<String>,
    /// Retained EC2 instances. They have left the group's capacity, and stay DRAINING until the operator terminates
    /// them.
    pub retained: BTreeSet<String>,
    /// True if the group belongs to a capacity provider of ECS.
    pub has_capacity_provider: bool,
}

impl From<&GroupAnswer> for CachedGroup {
    fn from(answer: &GroupAnswer) -> Self {
        let retained = answer.members.iter().filter(|(_, member)| member.is_retained());
        Self {
            group: answer.group.clone(),
            instances: answer.members.iter().map(|(id, _)| id.clone()).collect(),
            retained: retained.map(|(id, _)| id.clone()).collect(),
            has_capacity_provider: answer.has_capacity_provider,
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            clusters: ExpiringMap::new(1, SETTINGS_AGE),
            cluster_names: ExpiringMap::new(1, SETTINGS_AGE),
            denied_clusters: ExpiringMap::new(REMEMBERED_CLUSTERS, SETTINGS_AGE),
            recorded_instances: ExpiringMap::new(REMEMBERED_CLUSTERS, RECORDS_AGE),
            capacity_providers: ExpiringMap::new(REMEMBERED_CAPACITY_PROVIDERS, PROVIDER_KIND_AGE),
            unanswered_providers: ExpiringMap::new(REMEMBERED_CAPACITY_PROVIDERS, SETTINGS_AGE),
            logged_clusters: ExpiringMap::new(REMEMBERED_CLUSTERS, UNLIMITED_AGE),
            seen_in: ExpiringMap::new(REMEMBERED_INSTANCES, UNLIMITED_AGE),
            hooks: ExpiringMap::new(REMEMBERED_GROUPS, SETTINGS_AGE),
            groups: ExpiringMap::new(REMEMBERED_GROUPS, SETTINGS_AGE),
            group_list: ExpiringMap::new(1, GROUP_LIST_AGE),
            ecs_groups: ExpiringMap::new(REMEMBERED_GROUPS, UNLIMITED_AGE),
            services: ExpiringMap::new(REMEMBERED_SERVICES, SETTINGS_AGE),
            placement_failures: ExpiringMap::new(REMEMBERED_SERVICES, PLACEMENT_FAILURE_AGE),
            task_definitions: ExpiringMap::new(REMEMBERED_TASK_DEFINITIONS, UNLIMITED_AGE),
            stopped_tasks: ExpiringMap::new(REMEMBERED_STOPPED_TASKS, UNLIMITED_AGE),
            activities: ExpiringMap::new(REMEMBERED_INSTANCES, SETTINGS_AGE),
            logged_decisions: ExpiringMap::new(REMEMBERED_INSTANCES, UNLIMITED_AGE),
            logged_notes: ExpiringMap::new(REMEMBERED_INSTANCES, UNLIMITED_AGE),
            checked_registrations: ExpiringMap::new(REMEMBERED_INSTANCES, UNLIMITED_AGE),
            logged_states: ExpiringMap::new(REMEMBERED_LIFECYCLE_STATES, UNLIMITED_AGE),
            completed_actions: ExpiringMap::new(REMEMBERED_INSTANCES, SETTINGS_AGE),
            heartbeats_sent_until: ExpiringMap::new(REMEMBERED_INSTANCES, SETTINGS_AGE),
            swept_counts: ExpiringMap::new(REMEMBERED_INSTANCES, SWEPT_COUNT_AGE),
            waiting_members: ExpiringMap::new(REMEMBERED_INSTANCES, WAITING_MEMBER_AGE),
            gone_instances: ExpiringMap::new(REMEMBERED_INSTANCES, UNLIMITED_AGE),
            ended_tasks: ExpiringMap::new(REMEMBERED_ENDED_TASKS, ENDED_TASK_AGE),
            logged_task_ends: ExpiringMap::new(REMEMBERED_STOPPED_TASKS, UNLIMITED_AGE),
            sent_rechecks: ExpiringMap::new(REMEMBERED_RECHECKS, LONGEST_RECHECK),
            watch: Watch::default(),
        }
    }
}

/// Returns the key of a service in a cluster.
pub fn service_key(cluster: &str, name: &str) -> String {
    format!("{cluster} {name}")
}

/// Returns the key of a capacity provider of a cluster.
pub fn provider_key(cluster: &str, provider: &str) -> String {
    format!("{cluster} {provider}")
}
