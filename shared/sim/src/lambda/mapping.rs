//! An event source mapping: its state, and its limit of batches in progress.

use std::time::Duration;

use jiff::Timestamp;

use crate::deployment;

/// Lambda developer guide, services-sqs-scaling: five batches at once at first, up to 300 more a minute, 1250 at most.
const FIRST_CONCURRENCY: usize = 5;
const MORE_A_MINUTE: usize = 300;
const MOST_CONCURRENCY: usize = 1250;

/// State of a mapping (API reference, UpdateEventSourceMapping, `State`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MappingState {
    Enabling,
    Enabled,
    Disabling,
    Disabled,
}

impl MappingState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Enabling => "Enabling",
            Self::Enabled => "Enabled",
            Self::Disabling => "Disabling",
            Self::Disabled => "Disabled",
        }
    }

    /// Returns true while a change is under way.
    pub(super) fn changes(self) -> bool {
        matches!(self, Self::Enabling | Self::Disabling)
    }
}

#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) spec: deployment::DeployedMapping,
    pub(super) uuid: String,
    pub(super) state: MappingState,
    /// True if the mapping takes messages out of its queue.
    pub(super) polls: bool,
    pub(super) modified_at: Timestamp,
    /// Number of batches in progress.
    pub(super) running: usize,
    /// Time since which at least one batch has always been in progress.
    pub(super) busy_since: Duration,
    pub(super) next_poll: Option<Duration>,
}

impl Mapping {
    pub(super) fn has_room(&self, now: Duration) -> bool {
        let minutes = (now.saturating_sub(self.busy_since)).as_secs() as usize / 60;
        let grown = (FIRST_CONCURRENCY + MORE_A_MINUTE * minutes).min(MOST_CONCURRENCY);
        let most = self.spec.maximum_concurrency.unwrap_or(grown).min(grown);
        self.running < most
    }
}
