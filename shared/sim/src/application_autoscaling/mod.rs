//! Application Auto Scaling: scalable targets of ECS services, one target tracking policy each, scheduled actions.
//!
//! Subset:
//!
//! - scalable targets of the namespace `ecs` and the dimension `ecs:service:DesiredCount`
//! - a target tracking policy, whose metric is the number of tasks that the load needs
//! - scheduled actions at one time
//!
//! Left out:
//!
//! - all other namespaces, step scaling, predictive scaling, cooldowns
//! - calls that create or delete policies and scheduled actions, and DeregisterScalableTarget
//! - `ConcurrentUpdateException`: a change of a target is never pending

mod activity;
mod api;
mod capacity;
mod creation;
mod dispatch;
mod policy;
mod scalable_target;
mod scheduled_action;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::history::Caller;
use crate::region::{ACCOUNT, REGION};

pub(crate) use api::{OPERATIONS, call};
pub(crate) use dispatch::happen;
use scalable_target::ScalableTarget;

/// State of Application Auto Scaling: the scalable targets by resource id, `service/<cluster>/<service>`.
#[derive(Debug, Default, Clone)]
pub(crate) struct ApplicationAutoScaling {
    targets: BTreeMap<String, ScalableTarget>,
}

impl ApplicationAutoScaling {
    /// Returns the ARN of a service's scalable target. The target of a service without one has no id yet.
    pub(crate) fn target_arn(&self, resource: &str) -> String {
        self.targets.get(resource).map_or_else(|| target_arn(""), |target| target.arn.clone())
    }
}

/// Something on the agenda of Application Auto Scaling.
#[derive(Debug, Clone)]
pub(crate) enum ApplicationAutoScalingEvent {
    /// The capacity of a target is moved between its bounds.
    Adjust { resource: String, cause: String },
    /// CloudWatch evaluates the alarms of a target's policy.
    Evaluate { resource: String },
    /// The time of a scheduled action has come.
    Scheduled { resource: String, action: usize },
}

impl ApplicationAutoScalingEvent {
    /// Returns true if a run must go on because of the event. Alarms are evaluated for ever, and a scheduled action can
    /// be days away.
    pub(crate) fn holds_the_run(&self) -> bool {
        matches!(self, Self::Adjust { .. })
    }
}

/// Application Auto Scaling itself, as the history names it.
const CALLER: Caller = Caller::Aws("application-autoscaling");

/// Returns the resource id of a service.
fn resource_id(cluster: &str, service: &str) -> String {
    format!("service/{cluster}/{service}")
}

/// Returns the ARN of a scalable target by its id.
fn target_arn(id: &str) -> String {
    format!("arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/{id}")
}
