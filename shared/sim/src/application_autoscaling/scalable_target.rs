//! A scalable target: its bounds, its suspensions and its policy.

use std::time::Duration;

use jiff::Timestamp;

use super::activity::Activity;

/// Scaling that is suspended (API reference, SuspendedState).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Suspension {
    pub scale_in: bool,
    pub scale_out: bool,
    pub scheduled: bool,
}

/// A target tracking policy. The metric is the number of tasks that the load needs.
#[derive(Debug, Clone)]
pub(super) struct TrackingPolicy {
    pub demand: usize,
    pub scale_out_after: Duration,
    pub scale_in_after: Duration,
    /// Time for which the load has needed more tasks than run.
    pub too_few_for: Duration,
    /// Time for which the load has needed fewer tasks than run.
    pub too_many_for: Duration,
}

/// A scheduled action.
#[derive(Debug, Clone)]
pub(super) struct ScheduledAction {
    pub name: String,
    pub arn: String,
    /// Time since the start of the world.
    pub at: Duration,
    pub min: Option<usize>,
    pub max: Option<usize>,
}

/// A scalable target.
#[derive(Debug, Clone)]
pub(super) struct ScalableTarget {
    /// The ARN of the target.
    pub arn: String,
    /// The ARN of the service.
    pub service: String,
    pub min: usize,
    pub max: usize,
    pub suspended: Suspension,
    pub created_at: Timestamp,
    pub policy: Option<TrackingPolicy>,
    pub scheduled_actions: Vec<ScheduledAction>,
    /// Scaling activities, the latest first.
    pub activities: Vec<Activity>,
}

impl ScalableTarget {
    /// Returns the capacity between the bounds that is nearest.
    pub fn within(&self, capacity: usize) -> usize {
        capacity.min(self.max).max(self.min)
    }
}
