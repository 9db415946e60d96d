//! Amazon EC2 Auto Scaling: the ways of instances into groups and out of them.
//!
//! Subset:
//!
//! - groups with lifecycle hooks, scale-in and scale-out, maximum instance lifetime, warm pools of stopped instances
//! - instance refresh (rolling, and by root volume replacement), CloudFormation's rolling update
//! - replacement of unhealthy and vanished instances, Capacity Rebalancing
//! - the API operations that a program around lifecycle hooks calls
//!
//! Left out:
//!
//! - scaling policies, cooldowns, instance scale-in protection, standby, detaching, mixed instances
//! - instance maintenance policies, and lifecycle policies except `retains_abandoned`
//! - checkpoints and rollback of a refresh, the refresh of a warm pool
//! - changes of a group's hooks other than deleting one
//! - the failed activities of launches for which EC2 has no capacity

mod action;
mod activity;
mod activity_kind;
pub(crate) mod api;
mod arrival;
mod capacity;
mod cause;
mod completion;
mod creation;
mod departure;
mod dispatch;
mod group;
mod health;
mod hook_call;
mod lifecycle_state;
mod lifetime;
mod notification;
mod rebalancing;
mod replacement;
mod rolling;
mod root_volume;
mod tending;
mod transition;
mod warm_pool;
mod zones;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use crate::ecs::AgentConfiguration;

pub(crate) use api::{OPERATIONS, call};
pub(crate) use dispatch::happen;
pub(crate) use group::{Group, Member};
pub(crate) use lifecycle_state::LifecycleState;

/// The groups of the account, and their instances.
#[derive(Debug, Default, Clone)]
pub(crate) struct AutoScaling {
    pub(crate) groups: BTreeMap<String, Group>,
    /// Instances by EC2 instance id. An instance stays here until it is Terminated.
    pub(crate) members: BTreeMap<String, Member>,
    /// Group of each EC2 instance id that a scenario gives to a later launch.
    pub(crate) launches: BTreeMap<String, String>,
}

/// Events of groups on the agenda.
#[derive(Debug, Clone)]
pub(crate) enum AutoScalingEvent {
    /// Auto Scaling checks a group and acts on its needs.
    Tends { group: String },
    /// The agent on a new or restarted instance is ready to register.
    AgentJoins { instance: String },
    /// The load balancer has deregistered an instance that left service in this state.
    Deregistered { instance: String, state: LifecycleState },
    /// The heartbeat timeout or the global timeout of a lifecycle action expires.
    ActionTimesOut { instance: String, token: String },
    /// The hook's owner completes a lifecycle action.
    OthersComplete { instance: String, token: String },
    /// A health check finds a stopped or terminated instance.
    FindsGone { instance: String },
    /// An instance failed a health check and is replaced now.
    ReplacesUnhealthy { instance: String },
    /// An instance reaches the maximum instance lifetime.
    Expires { instance: String },
    /// EC2 reboots an instance with its new root volume, or fails to replace the volume.
    Reboots { instance: String },
    /// The root volume of an instance is replaced, and the instance runs again.
    RootVolumeReplaced { instance: String },
    /// An instance with a new root volume becomes Pending.
    ReturnsToService { instance: String },
    /// Auto Scaling finds that the instance it wants to terminate is terminated already.
    FindsTerminated { instance: String },
}

impl AutoScalingEvent {
    /// Returns true if a run must go on because of the event. A run does not wait for the end of a terminated
    /// instance's lifetime.
    pub(crate) fn holds_the_run(&self, ec2: &crate::ec2::Ec2) -> bool {
        match self {
            Self::Expires { instance } => ec2.is_up(instance),
            _ => true,
        }
    }
}

impl AutoScaling {
    fn group_of(&self, ec2_instance: &str) -> Option<&Group> {
        self.groups.get(&self.members.get(ec2_instance)?.group)
    }

    /// Returns the configuration of an instance's agent; none in a group without a cluster.
    fn agent_of(&self, ec2_instance: &str) -> Option<AgentConfiguration> {
        self.group_of(ec2_instance)?.agent_on(ec2_instance)
    }

    pub(crate) fn arn_of(&self, group: &str) -> Option<&str> {
        self.groups.get(group).map(|group| group.arn.as_str())
    }

    pub(crate) fn arn_of_the_group_of(&self, ec2_instance: &str) -> Option<&str> {
        self.group_of(ec2_instance).map(|group| group.arn.as_str())
    }

    /// Returns the instances of a group and its warm pool with their ids, the oldest member first.
    pub(crate) fn members_of(&self, group: &str) -> Vec<(&String, &Member)> {
        let mut found: Vec<_> =
            self.members.iter().filter(|(_, member)| member.group == group).collect();
        found.sort_by_key(|(_, member)| member.order);
        found
    }

    /// Returns the instances of a group that are in service, the oldest member first.
    pub(crate) fn in_service(&self, group: &str) -> Vec<String> {
        self.in_state(group, |state| state == LifecycleState::InService)
    }

    /// Returns the instances of a group whose state satisfies a condition, the oldest member first.
    fn in_state(&self, group: &str, matches: impl Fn(LifecycleState) -> bool) -> Vec<String> {
        let members = self.members_of(group).into_iter();
        members.filter(|(_, member)| matches(member.state)).map(|(id, _)| id.clone()).collect()
    }
}
