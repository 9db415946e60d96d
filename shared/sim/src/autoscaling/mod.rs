//! Amazon EC2 Auto Scaling, as far as instances come into groups and leave them.
//!
//! Groups with lifecycle hooks, scale-in and scale-out, instance refresh (rolling), CloudFormation's rolling update,
//! maximum instance lifetime, replacement of unhealthy and vanished instances, Capacity Rebalancing, warm pools of
//! stopped instances, and the API operations that a program around lifecycle hooks calls. Left out: scaling policies,
//! cooldowns, instance scale-in protection, standby, detaching, mixed instances, instance maintenance and lifecycle
//! policies, checkpoints and rollback of a refresh, the refresh of a warm pool, changing a group's hooks other than
//! deleting one, and the failed activities of launches that EC2 has no capacity for.

mod action;
mod activity;
pub(crate) mod api;
mod arrival;
mod capacity;
mod create;
mod departure;
mod group;
mod lifetime;
mod notification;
mod rebalancing;
mod rolling;
mod state;
mod warm_pool;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

pub(crate) use api::{OPERATIONS, call};
pub(crate) use group::{Group, Member};
pub(crate) use state::LifecycleState;

use crate::history::Fact;
use crate::world::World;

/// The groups of the account, and their instances.
#[derive(Debug, Default, Clone)]
pub(crate) struct AutoScaling {
    pub(crate) groups: BTreeMap<String, Group>,
    /// By EC2 instance id; an instance stays until it is Terminated.
    pub(crate) members: BTreeMap<String, Member>,
}

/// What happens in groups by itself.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// Auto Scaling looks at a group and does what it wants.
    Tends { group: String },
    /// The agent on a new or restarted instance is ready to register.
    AgentJoins { instance: String },
    /// The load balancer has deregistered an instance that is Terminating.
    Deregistered { instance: String },
    /// The heartbeat timeout or the global timeout of a lifecycle action is over.
    ActionTimesOut { instance: String, token: String },
    /// Somebody else completes a lifecycle action.
    OthersComplete { instance: String, token: String },
    /// A health check finds an instance gone.
    FindsGone { instance: String },
    /// An instance failed a health check and is replaced now.
    ReplacesUnhealthy { instance: String },
    /// An instance reaches the maximum instance lifetime.
    Expires { instance: String },
    /// Auto Scaling finds that the instance it wants to terminate is terminated already.
    FindsTerminated { instance: String },
}

impl Event {
    /// Whether a run must go on because of it: not for the lifetime of an instance that is gone.
    pub(crate) fn holds_the_run(&self, ec2: &crate::ec2::Ec2) -> bool {
        match self {
            Self::Expires { instance } => ec2.is_up(instance),
            _ => true,
        }
    }
}

pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::Tends { group } => tend(world, &group),
        Event::AgentJoins { instance } => arrival::agent_joins(world, &instance),
        Event::Deregistered { instance } => departure::call_hooks(world, &instance),
        Event::ActionTimesOut { instance, token } => action::times_out(world, &instance, &token),
        Event::OthersComplete { instance, token } => {
            action::others_complete(world, &instance, &token);
        }
        Event::FindsGone { instance } => departure::finds_gone(world, &instance),
        Event::ReplacesUnhealthy { instance } => {
            departure::begin(world, &instance, "failed health check");
        }
        Event::Expires { instance } => {
            departure::begin(world, &instance, "maximum instance lifetime")
        }
        Event::FindsTerminated { instance } => departure::finish(world, &instance),
    }
}

/// Everything that a group wants at this moment, in the order of who may ask for more instances.
fn tend(world: &mut World, group: &str) {
    if let Some(found) = world.autoscaling.groups.get_mut(group) {
        found.tending = false;
    }
    rolling::go_on(world, group);
    rebalancing::go_on(world, group);
    capacity::balance(world, group);
    warm_pool::fill(world, group);
}

/// Auto Scaling will look at the group soon.
fn tend_soon(world: &mut World, group: &str) {
    let Some(found) = world.autoscaling.groups.get_mut(group) else { return };
    if found.tending {
        return;
    }
    found.tending = true;
    let delay = reaction(world, group);
    let group = group.to_owned();
    world.after(delay, crate::world::Event::AutoScaling(Event::Tends { group }));
}

fn reaction(world: &mut World, group: &str) -> std::time::Duration {
    let stream = format!("autoscaling/{group}");
    world.random.length(&stream, &world.switches.autoscaling_reaction.0)
}

impl AutoScaling {
    fn group_of(&self, ec2_instance: &str) -> Option<&Group> {
        self.groups.get(&self.members.get(ec2_instance)?.group)
    }

    pub(crate) fn arn_of(&self, group: &str) -> Option<&str> {
        self.groups.get(group).map(|group| group.arn.as_str())
    }

    pub(crate) fn arn_of_the_group_of(&self, ec2_instance: &str) -> Option<&str> {
        self.group_of(ec2_instance).map(|group| group.arn.as_str())
    }

    /// The instances of a group and its warm pool with their ids, the longest there first.
    pub(crate) fn members_of(&self, group: &str) -> Vec<(&String, &Member)> {
        let mut found: Vec<_> =
            self.members.iter().filter(|(_, member)| member.group == group).collect();
        found.sort_by_key(|(_, member)| member.order);
        found
    }

    /// Instances of a group that are in service, the longest there first.
    pub(crate) fn in_service(&self, group: &str) -> Vec<String> {
        self.in_state(group, |state| state == LifecycleState::InService)
    }

    /// Instances of a group whose state satisfies a condition, the longest there first.
    fn in_state(&self, group: &str, matches: impl Fn(LifecycleState) -> bool) -> Vec<String> {
        let members = self.members_of(group).into_iter();
        members.filter(|(_, member)| matches(member.state)).map(|(id, _)| id.clone()).collect()
    }
}

/// What the other services and the script may ask of Auto Scaling.
impl World {
    /// SetDesiredCapacity by somebody.
    pub(crate) fn set_desired_capacity(&mut self, group: &str, to: usize) {
        if let Some(found) = self.autoscaling.groups.get_mut(group) {
            found.desired = to;
        }
        tend_soon(self, group);
    }

    /// A health check of Auto Scaling fails for an instance in service.
    pub(crate) fn instance_is_unhealthy(&mut self, ec2_instance: &str) {
        let Some(member) = self.autoscaling.members.get_mut(ec2_instance) else { return };
        member.healthy = false;
        let group = member.group.clone();
        self.note(Fact::Unhealthy { ec2_instance: ec2_instance.to_owned() });
        let delay = reaction(self, &group);
        let instance = ec2_instance.to_owned();
        let event = Event::ReplacesUnhealthy { instance };
        self.after(delay, crate::world::Event::AutoScaling(event));
    }

    /// EC2 has no capacity for the group until that time since the start; Auto Scaling tries again then.
    pub(crate) fn lack_capacity(&mut self, group: &str, for_: std::time::Duration) {
        let until = self.elapsed() + for_;
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return };
        found.no_capacity_until = found.no_capacity_until.max(Some(until));
        let group = group.to_owned();
        self.after(for_, crate::world::Event::AutoScaling(Event::Tends { group }));
    }

    /// DeleteLifecycleHook by somebody. What it holds goes on: "ABANDON for launching instances, CONTINUE for
    /// terminating instances" (API reference).
    pub(crate) fn delete_hook(&mut self, group: &str, hook: &str) {
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return };
        found.hooks.retain(|one| one.name != hook);
        let members = self.autoscaling.members_of(group).into_iter();
        for ec2_instance in members.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            action::hook_is_deleted(self, &ec2_instance, hook);
        }
    }

    /// An operator's TerminateInstanceInAutoScalingGroup without decrement.
    pub(crate) fn terminate_in_group(&mut self, ec2_instance: &str) {
        departure::begin(self, ec2_instance, "requested by an operator");
    }

    /// An instance takes a lifecycle state, which is noted with the reason why it is on its way at all.
    fn enter(&mut self, ec2_instance: &str, state: LifecycleState) {
        let Some(member) = self.autoscaling.members.get_mut(ec2_instance) else { return };
        member.state = state;
        let (group, because) = (member.group.clone(), member.because.clone());
        let (ec2_instance, state) = (ec2_instance.to_owned(), state.name());
        self.note(Fact::LifecycleState { group, ec2_instance, state, because });
    }
}
