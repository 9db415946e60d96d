//! ECS managed instance draining, by the ECS developer guide (managed-instance-draining) and, where the guide has no answer,
//! by field reports.
//!
//! Managed draining acts on the Auto Scaling groups of capacity providers that enable it, and only in runs that enable
//! it. Its hook, the hook's heartbeat timeout of an hour and its default result are known from field reports only. It
//! receives lifecycle actions and Spot interruptions directly, because AWS does not document the effect of a lost
//! event.

mod draining;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

pub(crate) use draining::happen;

/// The hook that a capacity provider with managed draining puts on its group.
pub(crate) const HOOK: &str = "ecs-managed-draining-termination-hook";

/// The state of managed draining.
#[derive(Debug, Default)]
pub(crate) struct ManagedDraining {
    enabled: bool,
    /// True if managed draining acts in a world with the deployed functions.
    beside_functions: bool,
    /// EC2 instances that managed draining has set to DRAINING.
    drained: BTreeSet<String>,
}

/// Events of managed draining on the agenda.
#[derive(Debug, Clone)]
pub(crate) enum ManagedDrainingEvent {
    /// Managed draining reacts to a lifecycle action.
    Reacts { group: String, instance: String },
    /// Managed draining checks an instance that it drains.
    Checks { drain: ManagedDrain },
    /// Managed draining reacts to a Spot interruption.
    ReactsToSpot { instance: String },
}

/// An instance that managed draining drains for its lifecycle action.
#[derive(Debug, Clone)]
pub(crate) struct ManagedDrain {
    group: String,
    instance: String,
    began: Duration,
    next_heartbeat: Duration,
    /// True if the instance ended before managed draining could drain it. The instance then never counts as empty.
    gone: bool,
}
