//! A schedule, and its state.

use jiff::Timestamp;
use serde_json::Value;

use crate::scenario::Lengths;

/// A schedule.
#[derive(Debug)]
pub(super) struct Schedule {
    /// Members of GetSchedule, but for ARN, name, group and dates.
    pub(super) definition: Value,
    /// Run time of its tasks.
    pub(super) lasts: Option<Lengths>,
    pub(super) created_at: Timestamp,
    pub(super) modified_at: Timestamp,
    /// Number of changes of its expression. A change makes every earlier tick void.
    pub(super) turn: u64,
}
