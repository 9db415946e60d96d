//! An Auto Scaling group as data: its hooks, its warm pool, its capacity provider.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Length, Lengths};

/// An Auto Scaling group whose instances are InService when the world begins.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Name of the group.
    pub name: String,
    /// Cluster with which the agents of the instances register; none for a group without ECS.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Desired capacity. The instances are `i-<group>-1` to `i-<group>-N` in scenario steps.
    pub instances: usize,
    /// EC2 instance ids of the first instances (default: drawn).
    #[serde(default)]
    pub instance_ids: Vec<String>,
    /// Ids of container instances by the id of their EC2 instance. A file cannot hold them (default: drawn).
    #[serde(skip)]
    pub container_instance_ids: BTreeMap<String, String>,
    /// EC2 instance ids of the group's next launches (default: drawn).
    #[serde(default)]
    pub launch_ids: Vec<String>,
    /// Maximum size (default: twice the desired capacity).
    #[serde(default)]
    pub max_size: Option<usize>,
    /// Lifecycle hooks.
    #[serde(default, rename = "hook")]
    pub hooks: Vec<HookSpec>,
    /// Tags of the group.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// True if the group has a mixed instances policy (default), false if it has a launch template alone. The policy
    /// matters only for an instance refresh with `strategy = "ReplaceRootVolume"`.
    #[serde(default = "yes")]
    pub mixed_instances_policy: bool,
    /// Capacity Rebalancing.
    #[serde(default)]
    pub capacity_rebalance: bool,
    /// Settings of the group's capacity provider; none for a group without one.
    #[serde(default)]
    pub capacity_provider: Option<CapacityProviderSpec>,
    /// The group's warm pool, if it has one.
    #[serde(default)]
    pub warm_pool: Option<WarmPoolSpec>,
    /// Instance lifecycle policy, `RetentionTriggers.TerminateHookAbandon`: true retains an instance whose terminate
    /// hook ends with ABANDON.
    #[serde(default)]
    pub retains_abandoned: bool,
    /// Maximum instance lifetime. The drawn ages of the instances at the start are smaller.
    #[serde(default)]
    pub max_instance_lifetime: Option<Length>,
    /// Time from the launch of a new instance to its agent's registration.
    #[serde(default = "one_minute")]
    pub joins_after: Lengths,
    /// Number of the next launches that never register with the cluster.
    #[serde(default)]
    pub never_joins: usize,
    /// Number of the instances at the start, the last ones, that never registered with the cluster.
    #[serde(default)]
    pub never_joined: usize,
    /// Number of tasks that one instance holds (default 100).
    #[serde(default = "a_hundred")]
    pub task_slots: usize,
    /// Custom attributes with which the agents register (`ECS_INSTANCE_ATTRIBUTES` of the agent).
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Time that Auto Scaling takes to deregister an instance from the group's own load balancer. The terminate hook
    /// is called afterwards (default: no load balancer).
    #[serde(default)]
    pub elb_deregistration: Length,
    /// Time until the Amazon EC2 health check finds a stopped or terminated instance (default 2 to 5 min).
    #[serde(default = "two_to_five_minutes")]
    pub finds_gone_after: Lengths,
}

impl GroupSpec {
    /// Returns a group of `instances` instances with all defaults.
    pub fn named(name: &str, instances: usize) -> Self {
        Self {
            name: name.to_owned(),
            cluster: None,
            instances,
            instance_ids: Vec::new(),
            container_instance_ids: BTreeMap::new(),
            launch_ids: Vec::new(),
            max_size: None,
            hooks: Vec::new(),
            tags: BTreeMap::new(),
            mixed_instances_policy: true,
            capacity_rebalance: false,
            capacity_provider: None,
            warm_pool: None,
            retains_abandoned: false,
            max_instance_lifetime: None,
            joins_after: one_minute(),
            never_joins: 0,
            never_joined: 0,
            task_slots: a_hundred(),
            attributes: BTreeMap::new(),
            elb_deregistration: Length::default(),
            finds_gone_after: two_to_five_minutes(),
        }
    }
}

/// A lifecycle hook.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HookSpec {
    /// Name of the hook.
    pub name: String,
    /// Terminating (default) or launching.
    #[serde(default)]
    pub transition: HookTransition,
    /// Heartbeat timeout, 30 s to 2 h (default 1 h).
    #[serde(default = "one_hour")]
    pub heartbeat_timeout: Length,
    /// Default result (default ABANDON, as in the API).
    #[serde(default)]
    pub default_result: LifecycleResult,
    /// `NotificationMetadata` of its notifications.
    #[serde(default)]
    pub metadata: Option<String>,
    /// Queue that the hook notifies directly, besides the event bus.
    #[serde(default)]
    pub notifies: Option<String>,
    /// Time until the hook's owner, another tool, completes an action. Without this time, only the program under trial
    /// or the timeout ends the actions.
    #[serde(default)]
    pub completed_by_others_after: Option<Lengths>,
    /// True for a hook that no operator would put on a group with ECS managed instance draining. The hook does not
    /// exist in runs in which managed draining acts.
    #[serde(default)]
    pub instead_of_managed_draining: bool,
}

impl HookSpec {
    /// Returns a terminating hook with all defaults.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            transition: HookTransition::Terminating,
            heartbeat_timeout: one_hour(),
            default_result: LifecycleResult::Abandon,
            metadata: None,
            notifies: None,
            completed_by_others_after: None,
            instead_of_managed_draining: false,
        }
    }
}

/// Transition at which a lifecycle hook holds an instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookTransition {
    /// `autoscaling:EC2_INSTANCE_TERMINATING`.
    #[default]
    Terminating,
    /// `autoscaling:EC2_INSTANCE_LAUNCHING`.
    Launching,
}

/// `CONTINUE` or `ABANDON`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LifecycleResult {
    /// Go on.
    Continue,
    /// Give up: Auto Scaling terminates a launching instance. For a terminating one it skips the other hooks.
    #[default]
    Abandon,
}

/// The capacity provider that a group belongs to.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityProviderSpec {
    /// Name of the capacity provider.
    pub name: String,
    /// Managed instance draining. It acts in runs with the responder `managed`, and together with ebb. With ebb it
    /// skips a group whose hook has `instead_of_managed_draining`.
    #[serde(default = "yes")]
    pub managed_draining: bool,
}

/// A warm pool.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WarmPoolSpec {
    /// Number of stopped instances in the pool at the start.
    #[serde(default)]
    pub instances: usize,
    /// True if instances return to the pool on scale-in (`ReuseOnScaleIn`).
    #[serde(default)]
    pub reuse_on_scale_in: bool,
}

pub(super) fn a_hundred() -> usize {
    100
}

fn yes() -> bool {
    true
}

fn one_hour() -> Length {
    Length::secs(3600)
}

fn one_minute() -> Lengths {
    Lengths::millis(45_000, 90_000)
}

fn two_to_five_minutes() -> Lengths {
    Lengths::millis(120_000, 300_000)
}
