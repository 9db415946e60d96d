//! Scaling activities: changes of capacity, with their causes.

use jiff::Timestamp;

/// Number of activities that a target keeps. AWS keeps those of six weeks (API reference, DescribeScalingActivities).
pub(super) const KEPT: usize = 1_000;

/// A scaling activity.
#[derive(Debug, Clone)]
pub(super) struct Activity {
    pub id: String,
    pub at: Timestamp,
    pub cause: String,
    pub capacity: usize,
}
