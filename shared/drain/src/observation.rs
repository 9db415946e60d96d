//! An observation: the triggers of one EC2 instance, and what AWS answered about it so far.

mod activities;
mod group_member;
mod seen;

use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::DrainAttribute;
use crate::policy::Policy;
use crate::signal::Transition;
use crate::stuck_service::StuckServices;
use crate::task::Task;
use crate::trigger::Triggers;
pub use activities::Activities;
pub use group_member::GroupMember;
pub use seen::{Seen, Unanswered};

/// One EC2 instance: its triggers in this batch, and what ECS and Auto Scaling answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The EC2 instance id.
    pub ec2_instance: String,
    /// Triggers of this batch.
    pub triggers: Triggers,
    /// Number of instances that the events of this batch take, this one included.
    pub taken_together: usize,
    /// Number of instances on which ECS counted tasks at this process's last sweep and counts none now, if this is one of them.
    pub emptied_together: usize,
    /// Time by which stops for a deadline of a lifecycle action begin earlier, because many instances have a deadline then.
    pub stops_ahead: Duration,
    /// Container instance, searched in every cluster.
    pub container_instance: Seen<ContainerInstance>,
    /// Tasks on the container instance, of the RUNNING and the STOPPED list together.
    pub tasks: Seen<Vec<Task>>,
    /// True if `tasks` has the RUNNING list alone. Tasks that have begun to stop are missing.
    pub lists_running_only: bool,
    /// True if tasks of services are on the container instance.
    pub service_tasks: Seen<bool>,
    /// Services of the tasks, filled into the tasks. A service that stays unknown counts as a replica service.
    pub services: Seen<()>,
    /// Stop times of the standalone tasks, filled into the tasks. One that stays unknown is the policy's default.
    pub stop_times: Seen<()>,
    /// Stop times of the service tasks, filled into the tasks, as those of standalone tasks.
    pub service_stop_times: Seen<()>,
    /// Cause that keeps the service tasks on the instance.
    pub stuck: Seen<StuckServices>,
    /// Membership in an Auto Scaling group.
    pub member: Seen<GroupMember>,
    /// Configured lifecycle hooks of its group.
    pub hooks: Seen<Vec<Hook>>,
    /// Settings of its group.
    pub group: Seen<Group>,
    /// True if another instance of its group is, or was, in one of the clusters.
    pub group_uses_ecs: Seen<bool>,
    /// Number of DRAINING instances of its group. Those that drain for a recommendation are InService meanwhile.
    pub group_draining: Seen<u32>,
    /// Start of its latest launch and of its latest termination.
    pub activities: Seen<Activities>,
    /// Sweep up to which this process has sent the heartbeats of the instance. None if the process cannot know.
    pub heartbeats_sent_until: Option<Timestamp>,
    /// Time at which this batch itself set the container instance to DRAINING.
    pub drained_at: Option<Timestamp>,
}

impl Observation {
    /// Creates an observation without any answer.
    pub fn new(ec2_instance: impl Into<String>, triggers: Triggers) -> Self {
        Self {
            ec2_instance: ec2_instance.into(),
            triggers,
            taken_together: 0,
            emptied_together: 0,
            stops_ahead: Duration::ZERO,
            container_instance: Seen::NotAsked,
            tasks: Seen::NotAsked,
            lists_running_only: false,
            service_tasks: Seen::NotAsked,
            services: Seen::NotAsked,
            stop_times: Seen::NotAsked,
            service_stop_times: Seen::NotAsked,
            stuck: Seen::NotAsked,
            member: Seen::NotAsked,
            hooks: Seen::NotAsked,
            group: Seen::NotAsked,
            group_uses_ecs: Seen::NotAsked,
            group_draining: Seen::NotAsked,
            activities: Seen::NotAsked,
            heartbeats_sent_until: None,
            drained_at: None,
        }
    }

    /// Enters a list of tasks. Services and stop times that an earlier list knows are kept.
    pub fn enter_tasks(&mut self, mut tasks: Vec<Task>, running_only: bool) {
        let known = self.tasks.present().map(Vec::as_slice).unwrap_or_default();
        for task in &mut tasks {
            if let Some(before) = known.iter().find(|it| it.owner.is_same_service(&task.owner)) {
                task.owner = before.owner.clone();
            }
            let same_definition = known.iter().find(|it| it.definition == task.definition);
            task.stop_time = task.stop_time.or(same_definition.and_then(|it| it.stop_time));
        }
        self.tasks = Seen::Present(tasks);
        self.lists_running_only = running_only;
    }

    /// Returns true if AWS answered which hooks hold the instance. Otherwise no heartbeat can be sent.
    pub fn knows_its_hooks(&self) -> bool {
        self.member.is_answered() && self.hooks.is_answered()
    }
}

/// A container instance.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerInstance {
    /// ARN of the container instance.
    pub arn: String,
    /// ARN of its cluster.
    pub cluster: String,
    /// Description by ECS; none while only the ARN is known.
    pub described: Option<Described>,
}

/// A description of a container instance by ECS.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// `status`.
    pub status: Status,
    /// `agentConnected`.
    pub agent_connected: bool,
    /// `runningTasksCount` + `pendingTasksCount`. Tasks that are being stopped are in neither, so zero only means that
    /// listing the tasks is worth its calls.
    pub tasks: u32,
    /// True if tasks hold some of its CPU or memory: `remainingResources` is less than `registeredResources`. False if ECS
    /// does not say. A task that is being stopped holds its resources until it is STOPPED.
    pub holds_resources: bool,
    /// `registeredAt`.
    pub registered_at: Option<Timestamp>,
    /// Attribute `ebb.drain`, if there is one that can be read.
    pub attribute: Option<DrainAttribute>,
    /// True if `ebb.drain` can be written: a resource takes at most ten custom attributes.
    pub attribute_fits: bool,
    /// ARNs of older container instances of the same EC2 instance whose agent is disconnected. An agent that lost its
    /// checkpoint registers anew and leaves them behind (github.com/aws/amazon-ecs-agent/issues/740).
    pub left_behind: Vec<String>,
}

/// `status` of a container instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// `ACTIVE`: ECS places tasks on it.
    Active,
    /// `DRAINING`: ECS places no new task, and moves service tasks away.
    Draining,
    /// `INACTIVE`: deregistered.
    Inactive,
    /// `REGISTERING`, `DEREGISTERING` or `REGISTRATION_FAILED`: ECS describes it, and does not update it.
    Other(String),
}

/// A lifecycle hook of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// `LifecycleHookName`.
    pub name: String,
    /// True if the hook holds instances that launch, false for those that terminate.
    pub launching: bool,
    /// `HeartbeatTimeout`.
    pub heartbeat_timeout: Duration,
    /// `GlobalTimeout`: no heartbeat keeps an action longer.
    pub global_timeout: Duration,
}

impl Hook {
    /// Returns true if the hook is configured for its transition.
    pub fn is_owned(&self, policy: &Policy) -> bool {
        let transition =
            if self.launching { Transition::Launching } else { Transition::Terminating };
        policy.owns(&self.name, transition)
    }
}

/// Returns the configured terminating hooks.
pub fn terminating_hooks<'a>(hooks: &'a [Hook], policy: &Policy) -> impl Iterator<Item = &'a Hook> {
    hooks.iter().filter(|hook| !hook.launching && hook.is_owned(policy))
}

/// Settings of an Auto Scaling group that decisions need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// `CapacityRebalance`.
    pub capacity_rebalance: bool,
    /// `DesiredCapacity`.
    pub desired_capacity: u32,
    /// Number of its instances that are neither InService nor on their way in.
    pub leaving: u32,
    /// Keys and values of its `ebb:` tags.
    pub tags: Vec<(String, String)>,
    /// Terminating hooks of the group that are not ebb's, by name. None until its hooks are known.
    pub foreign_hooks: Vec<String>,
    /// True if the group retains an instance whose terminating action ends with ABANDON.
    pub retains_abandoned: bool,
}

impl Group {
    /// Hook that ECS managed instance draining adds to a group (ECS developer guide, managed-instance-draining).
    pub const MANAGED_DRAINING: &str = "ecs-managed-draining-termination-hook";

    /// Returns true if ECS managed instance draining has a hook on the group as well.
    pub fn has_managed_draining(&self) -> bool {
        self.foreign_hooks.iter().any(|hook| hook == Self::MANAGED_DRAINING)
    }
}

#[cfg(test)]
mod tests;
