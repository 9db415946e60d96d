//! What was seen of one EC2 instance, as far as somebody asked.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::DrainAttribute;
use crate::signal::{Ec2State, InstanceAction, LifecycleAction, Purpose};
use crate::task::Task;

/// One EC2 instance: what the messages of this batch told, and what ECS and Auto Scaling answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The EC2 instance id.
    pub ec2_instance: String,
    /// What the messages of this batch told.
    pub told: Told,
    /// Its container instance, searched in every cluster.
    pub container_instance: Seen<ContainerInstance>,
    /// Tasks on the container instance, RUNNING and STOPPED desired lists together.
    pub tasks: Seen<Vec<Task>>,
    /// Whether the services of the tasks were asked for; what was answered stands in the tasks. A service that stays
    /// unknown counts as a replica service.
    pub services: Seen<()>,
    /// Whether the stop times of the standalone tasks were asked for; what was answered stands in the tasks. One that
    /// stays unknown is taken to be the policy's default.
    pub stop_times: Seen<()>,
    /// Its place in an Auto Scaling group.
    pub member: Seen<GroupMember>,
    /// The lifecycle hooks of its group that are ours.
    pub hooks: Seen<Vec<Hook>>,
    /// Its group.
    pub group: Seen<Group>,
    /// Whether another instance of its group is, or was, in one of the clusters.
    pub group_uses_ecs: Seen<bool>,
    /// How many instances of its group are DRAINING; those that drain for a recommendation are InService meanwhile.
    pub group_draining: Seen<u32>,
    /// When Auto Scaling began its latest launch and its latest termination.
    pub activities: Seen<Activities>,
    /// The sweep up to which this process has sent the heartbeats of the instance; none where it cannot know.
    pub beaten_until: Option<Timestamp>,
    /// When this batch itself set the container instance DRAINING.
    pub drained_at: Option<Timestamp>,
}

impl Observation {
    /// Nothing is known yet but what was told.
    pub fn new(ec2_instance: impl Into<String>, told: Told) -> Self {
        Self {
            ec2_instance: ec2_instance.into(),
            told,
            container_instance: Seen::NotAsked,
            tasks: Seen::NotAsked,
            services: Seen::NotAsked,
            stop_times: Seen::NotAsked,
            member: Seen::NotAsked,
            hooks: Seen::NotAsked,
            group: Seen::NotAsked,
            group_uses_ecs: Seen::NotAsked,
            group_draining: Seen::NotAsked,
            activities: Seen::NotAsked,
            beaten_until: None,
            drained_at: None,
        }
    }

    /// Whether it was answered which hooks hold it: where it was not, no heartbeat could be sent.
    pub fn knows_its_hooks(&self) -> bool {
        self.member.is_answered() && self.hooks.is_answered()
    }
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen<T> {
    /// Nobody asked yet.
    NotAsked,
    /// Asked, and not answered in full: the absence of anything cannot be concluded from it.
    Unanswered(Unanswered),
    /// Answered: there is none.
    Absent,
    /// Answered.
    Present(T),
}

impl<T> Seen<T> {
    /// The answer, if there is one.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(it) => Some(it),
            Self::NotAsked | Self::Unanswered(_) | Self::Absent => None,
        }
    }

    /// Whether nobody asked yet.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotAsked)
    }

    /// Whether it was answered, be it that there is none.
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::Absent | Self::Present(_))
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unanswered {
    /// Throttled, unreachable or failing for the moment: ask again.
    Busy(String),
    /// Not allowed, or wrongly configured: a human must act.
    Denied(String),
}

/// What the messages of one batch told about one instance.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// The latest terminating lifecycle action on a hook of ours.
    pub terminate: Option<LifecycleAction>,
    /// The latest launching lifecycle action on a hook of ours.
    pub launch: Option<LifecycleAction>,
    /// The Spot interruption warnings: when each was given, and what EC2 will do.
    pub interruptions: BTreeSet<(Timestamp, InstanceAction)>,
    /// The latest rebalance recommendation.
    pub rebalance: Option<Timestamp>,
    /// A state on the way down; a final one wins over the others.
    pub ec2_state: Option<Ec2State>,
    /// A scheduled change: its code, and when it begins.
    pub scheduled_change: Option<(String, Timestamp)>,
    /// The last task that somebody counted has stopped: the instance may be empty now.
    pub may_be_empty: bool,
    /// A container instance has registered a short while ago: a launching lifecycle action may wait for it.
    pub joined: bool,
    /// The sweep looks, for the minute that it names.
    pub sweep: Option<Timestamp>,
    /// Our own delayed messages look: why, and the moment that was meant.
    pub looks: Vec<(Purpose, Timestamp)>,
}

impl Told {
    /// Whether nothing else was told than that the EC2 instance is on its way down.
    pub fn is_only_an_ec2_state(&self) -> bool {
        self.ec2_state.is_some() && Self { ec2_state: None, ..self.clone() } == Self::default()
    }
}

/// A container instance.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerInstance {
    /// Its ARN.
    pub arn: String,
    /// The ARN of its cluster.
    pub cluster: String,
    /// What a describe, or an update's answer, said; none while only its ARN is known.
    pub described: Option<Described>,
}

/// What ECS says of a container instance.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// `status`.
    pub status: Status,
    /// `agentConnected`.
    pub agent_connected: bool,
    /// `runningTasksCount` + `pendingTasksCount`. Tasks that are being stopped are in neither, so zero only means
    /// that it is worth to look.
    pub tasks: u32,
    /// `registeredAt`.
    pub registered_at: Option<Timestamp>,
    /// The attribute `ebb.drain`, if ours is on it and could be read.
    pub attribute: Option<DrainAttribute>,
    /// Whether an attribute of ours can be added (at most 10 custom attributes stand on a resource).
    pub attribute_fits: bool,
}

/// `status` of a container instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Tasks can be placed on it.
    Active,
    /// No new tasks; service tasks are moved away.
    Draining,
    /// Deregistered: gone.
    Inactive,
    /// `REGISTERING`, `DEREGISTERING` or `REGISTRATION_FAILED`: it can be described and not updated.
    Other(String),
}

/// An instance's place in its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// `AutoScalingGroupName`.
    pub group: String,
    /// `LifecycleState`, e.g. `Terminating:Wait`.
    pub lifecycle_state: String,
    /// Whether `HealthStatus` is `Healthy` (in any case).
    pub healthy: bool,
}

impl GroupMember {
    /// Whether its group's instance lifecycle policy retains it after an ABANDON: it has left the group's capacity and is
    /// replaced, and stays until somebody terminates it (Auto Scaling API reference, RetentionTriggers).
    pub fn is_retained(&self) -> bool {
        self.lifecycle_state.ends_with(":Retained")
    }
}

/// A lifecycle hook of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// `LifecycleHookName`.
    pub name: String,
    /// Whether it holds instances that launch, not those that terminate.
    pub launching: bool,
    /// `HeartbeatTimeout`.
    pub heartbeat_timeout: Duration,
    /// `GlobalTimeout`: no heartbeat keeps an action longer.
    pub global_timeout: Duration,
}

/// What matters of an Auto Scaling group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// `CapacityRebalance`.
    pub capacity_rebalance: bool,
    /// `DesiredCapacity`.
    pub desired_capacity: u32,
    /// How many of its instances are neither InService nor on their way in.
    pub leaving: u32,
    /// Its tags that ebb reads, by their keys.
    pub tags: Vec<(String, String)>,
    /// Whether ECS managed instance draining has a hook on it as well.
    pub managed_draining: bool,
}

/// When scaling activities of an instance began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Activities {
    /// Its launch.
    pub launched_at: Option<Timestamp>,
    /// Its latest termination, or return to the warm pool; a little before the lifecycle action.
    pub terminating_since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_of_ec2_alone_is_told_from_one_beside_something_else() {
        let state = Told { ec2_state: Some(Ec2State::Stopping), ..Told::default() };
        let beside = Told { may_be_empty: true, ..state.clone() };

        assert!(state.is_only_an_ec2_state());
        assert!(!beside.is_only_an_ec2_state());
        assert!(!Told::default().is_only_an_ec2_state());
    }
    #[test]
    fn the_hooks_of_an_instance_are_known_where_both_its_place_and_they_were_answered() {
        let busy = Unanswered::Busy("Throttling".to_owned());
        let knows = |member, hooks| {
            Observation { member, hooks, ..Observation::new("i-1", Told::default()) }
                .knows_its_hooks()
        };

        assert!(knows(Seen::Absent, Seen::Present(Vec::new())));
        assert!(!knows(Seen::Absent, Seen::NotAsked));
        assert!(!knows(Seen::Absent, Seen::Unanswered(busy.clone())));
        assert!(!knows(Seen::Unanswered(busy), Seen::Present(Vec::new())));
    }
}
