//! Application Auto Scaling of a service as data.

use serde::{Deserialize, Serialize};

use super::Length;

/// The scalable target of a service, with its policy and its scheduled actions.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScalingSpec {
    /// `MinCapacity`.
    pub min: usize,
    /// `MaxCapacity`.
    pub max: usize,
    /// `DynamicScalingInSuspended`.
    #[serde(default)]
    pub scale_in_suspended: bool,
    /// `DynamicScalingOutSuspended`.
    #[serde(default)]
    pub scale_out_suspended: bool,
    /// `ScheduledScalingSuspended`.
    #[serde(default)]
    pub scheduled_suspended: bool,
    /// Number of tasks that the load needs, for a target tracking policy (default: no policy).
    #[serde(default)]
    pub demand: Option<usize>,
    /// Time for which the load needs more tasks before the policy scales out (default 3 minutes).
    #[serde(default = "three_minutes")]
    pub scale_out_after: Length,
    /// Time for which the load needs fewer tasks before the policy scales in (default 15 minutes).
    #[serde(default = "fifteen_minutes")]
    pub scale_in_after: Length,
    /// Scheduled actions.
    #[serde(default, rename = "scheduled_action")]
    pub scheduled_actions: Vec<ScheduledActionSpec>,
}

impl ScalingSpec {
    /// Returns a scalable target with these bounds, without a policy and without scheduled actions.
    pub fn between(min: usize, max: usize) -> Self {
        Self {
            min,
            max,
            scale_in_suspended: false,
            scale_out_suspended: false,
            scheduled_suspended: false,
            demand: None,
            scale_out_after: three_minutes(),
            scale_in_after: fifteen_minutes(),
            scheduled_actions: Vec::new(),
        }
    }
}

/// A scheduled action of a scalable target.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduledActionSpec {
    /// Name of the action.
    pub name: String,
    /// Time of the action, since the start of the world.
    pub at: Length,
    /// New `MinCapacity`.
    #[serde(default)]
    pub min: Option<usize>,
    /// New `MaxCapacity`.
    #[serde(default)]
    pub max: Option<usize>,
}

fn three_minutes() -> Length {
    Length::secs(180)
}

fn fifteen_minutes() -> Length {
    Length::secs(900)
}
