//! An event source mapping, and its limit of batches in progress.

use std::time::Duration;

use crate::deployment;

/// Lambda developer guide, services-sqs-scaling: five batches at once at first, up to 300 more a minute, 1250 at most.
const FIRST_CONCURRENCY: usize = 5;
const MORE_A_MINUTE: usize = 300;
const MOST_CONCURRENCY: usize = 1250;

#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) spec: deployment::DeployedMapping,
    /// Number of batches in progress.
    pub(super) running: usize,
    /// Time since which at least one batch has always been in progress.
    pub(super) busy_since: Duration,
    pub(super) next_poll: Option<Duration>,
}

impl Mapping {
    pub(super) fn new(spec: deployment::DeployedMapping) -> Self {
        Self { spec, running: 0, busy_since: Duration::ZERO, next_poll: None }
    }

    pub(super) fn has_room(&self, now: Duration) -> bool {
        let minutes = (now.saturating_sub(self.busy_since)).as_secs() as usize / 60;
        let grown = (FIRST_CONCURRENCY + MORE_A_MINUTE * minutes).min(MOST_CONCURRENCY);
        let most = self.spec.maximum_concurrency.unwrap_or(grown).min(grown);
        self.running < most
    }
}
