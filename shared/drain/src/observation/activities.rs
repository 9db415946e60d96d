//! Scaling activities of an instance.

use jiff::Timestamp;

/// Starts of scaling activities of one instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Activities {
    /// Start of its latest launch.
    pub launched_at: Option<Timestamp>,
    /// Start of its latest termination, or return to the warm pool, a little before the lifecycle action.
    pub terminating_since: Option<Timestamp>,
}
