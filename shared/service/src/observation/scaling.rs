//! A scalable target of Application Auto Scaling, and its scheduled actions.

use serde::{Deserialize, Serialize};

/// A scalable target with the dimension `ecs:service:DesiredCount` (DescribeScalableTargets).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservedScalableTarget {
    /// `MinCapacity`.
    pub min: u32,
    /// `MaxCapacity`.
    pub max: u32,
    /// `SuspendedState`.
    pub suspended: SuspendedScaling,
}

/// `SuspendedState` of a scalable target. A member that the API leaves out is false.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendedScaling {
    /// `DynamicScalingInSuspended`.
    pub scale_in: bool,
    /// `DynamicScalingOutSuspended`.
    pub scale_out: bool,
    /// `ScheduledScalingSuspended`.
    pub scheduled: bool,
}

impl SuspendedScaling {
    /// The value with which nothing scales the service.
    pub const ALL: Self = Self { scale_in: true, scale_out: true, scheduled: true };
}

/// A scheduled action of a scalable target (DescribeScheduledActions).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObservedScheduledAction {
    /// `ScheduledActionName`.
    pub name: String,
    /// `Schedule`, for example `cron(0 8 * * ? *)`.
    pub schedule: String,
    /// `Timezone`.
    pub timezone: Option<String>,
    /// `ScalableTargetAction.MinCapacity`.
    pub min: Option<u32>,
    /// `ScalableTargetAction.MaxCapacity`.
    pub max: Option<u32>,
}
