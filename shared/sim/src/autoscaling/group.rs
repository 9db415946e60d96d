//! The state of a group and its instances.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::action::Action;
use super::activity::Activity;
use super::cause::{CapacityRequest, Cause};
use super::lifecycle_state::LifecycleState;
use super::rolling::Rolling;
use crate::ecs::{AgentConfiguration, LaunchType};
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{GroupSpec, HookSpec, HookTransition};

/// An Auto Scaling group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub spec: GroupSpec,
    pub arn: String,
    pub desired: usize,
    /// Last request for another desired capacity, until a scaling activity names it.
    pub(super) request: Option<CapacityRequest>,
    /// Number of unhealthy instances that left and are not replaced yet.
    pub(super) unhealthy_missing: usize,
    pub max_size: usize,
    pub hooks: Vec<HookSpec>,
    /// Number of instances launched for the group so far. The next instance is `i-<group>-<launched + 1>`.
    pub(super) launched: usize,
    pub(super) never_joins: usize,
    /// EC2 instance ids of the next launches.
    pub(super) launch_ids: VecDeque<String>,
    /// True if the next check of the group is on the agenda already.
    pub(super) tending: bool,
    /// Scaling activities, the oldest first.
    pub(super) activities: Vec<Activity>,
    /// Replacement of all instances of the group that is in progress.
    pub(super) rolling: Option<Rolling>,
    /// Instances with a rebalance recommendation, each with its replacement after the launch.
    pub(super) rebalancing: BTreeMap<String, Option<String>>,
    /// Time until which EC2 has no capacity for new instances.
    pub(super) no_capacity_until: Option<Duration>,
}

/// An instance of a group or its warm pool.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub group: String,
    pub state: LifecycleState,
    pub healthy: bool,
    /// Reason for which the instance enters or leaves the group.
    pub(super) because: String,
    /// Number of the instance within its group, from 1.
    pub(super) order: usize,
    pub(super) origin: Location,
    pub(super) destination: Location,
    /// True if the agent will register at some time.
    pub(super) joins: bool,
    /// Time since which the instance is in service; none if it was there when the world began.
    pub(super) in_service_since: Option<Duration>,
    /// Lifecycle actions that wait for their end.
    pub actions: Vec<Action>,
    /// True if one of the actions ended with ABANDON.
    pub(super) abandoned: bool,
    /// Replacement of the instance's root volume, from `ReplacingRootVolume` to `InService`.
    pub(super) root_volume: Option<RootVolumeReplacement>,
    /// Index of the scaling activity in the group's list.
    pub(super) activity: usize,
}

/// The replacement of an instance's root volume.
#[derive(Debug, Clone, Copy)]
pub(super) struct RootVolumeReplacement {
    /// True if EC2 fails to replace the volume.
    pub(super) fails: bool,
}

/// `Origin` and `Destination` of events (Auto Scaling user guide, warm-pools-eventbridge-events).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Location {
    Ec2,
    Group,
    WarmPool,
}

impl Location {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Group => "AutoScalingGroup",
            Self::WarmPool => "WarmPool",
        }
    }
}

impl Group {
    /// Returns true if EC2 has no capacity for the group. The start of a stopped instance needs capacity too (EC2 user
    /// guide, troubleshooting-launch, "Insufficient instance capacity").
    pub(super) fn lacks_capacity(&self, now: Duration) -> bool {
        self.no_capacity_until.is_some_and(|until| now < until)
    }

    pub(super) fn new(spec: &GroupSpec, uuid: &str) -> Self {
        let name = &spec.name;
        Self {
            spec: spec.clone(),
            arn: format!(
                "arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}"
            ),
            desired: spec.instances,
            request: None,
            unhealthy_missing: 0,
            max_size: spec.max_size.unwrap_or(2 * spec.instances),
            hooks: spec.hooks.clone(),
            launched: 0,
            never_joins: spec.never_joins,
            launch_ids: spec.launch_ids.iter().cloned().collect(),
            tending: false,
            activities: Vec::new(),
            rolling: None,
            rebalancing: BTreeMap::new(),
            no_capacity_until: None,
        }
    }

    /// Returns the configuration of an instance's agent; none for a group without a cluster.
    pub(super) fn agent_on(&self, ec2_instance: &str) -> Option<AgentConfiguration> {
        let provider = self.spec.capacity_provider.as_ref();
        Some(AgentConfiguration {
            cluster: self.spec.cluster.clone()?,
            container_instance: self.spec.container_instance_ids.get(ec2_instance).cloned(),
            task_slots: self.spec.task_slots,
            attributes: self.spec.attributes.clone(),
            capacity_provider: provider.map(|provider| provider.name.clone()),
            launch_type: LaunchType::Ec2,
        })
    }

    pub(super) fn hooks_on(&self, transition: HookTransition) -> Vec<HookSpec> {
        self.hooks.iter().filter(|hook| hook.transition == transition).cloned().collect()
    }

    /// Returns the name of the next instance, and its number.
    pub(super) fn next_name(&mut self) -> (String, usize) {
        self.launched += 1;
        (format!("i-{}-{}", self.spec.name, self.launched), self.launched)
    }
}

impl Member {
    pub(super) fn new(group: &str, order: usize, state: LifecycleState) -> Self {
        Self {
            group: group.to_owned(),
            state,
            healthy: true,
            because: String::new(),
            order,
            origin: Location::Ec2,
            destination: Location::Group,
            joins: true,
            in_service_since: None,
            actions: Vec::new(),
            abandoned: false,
            root_volume: None,
            activity: 0,
        }
    }

    pub(super) fn travels(&mut self, origin: Location, destination: Location, cause: &Cause) {
        (self.origin, self.destination) = (origin, destination);
        self.because = cause.words();
        self.abandoned = false;
        self.root_volume = None;
    }
}
