//! The state of a replacement of all instances of a group, in batches.

use std::collections::VecDeque;
use std::time::Duration;

use super::cause::Cause;
use crate::scenario::RefreshStrategy;

/// A replacement of all instances that is in progress.
#[derive(Debug, Clone)]
pub(super) struct Rolling {
    pub(super) kind: RollingKind,
    /// Instances that are still to be replaced, the oldest first.
    pub(super) left: VecDeque<String>,
    /// Instances of the last batch.
    pub(super) batch: Vec<String>,
    pub(super) total: usize,
    pub(super) at_once: usize,
    /// Wait after new instances are in service.
    pub(super) warmup: Duration,
}

#[derive(Debug, Clone)]
pub(super) enum RollingKind {
    Refresh {
        id: String,
        strategy: RefreshStrategy,
        /// Number of the next root volume replacements that fail.
        failures_left: usize,
    },
    StackUpdate,
}

impl RollingKind {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Refresh { .. } => "instance refresh",
            Self::StackUpdate => "stack update",
        }
    }

    /// Returns true if the instances stay, and get new root volumes.
    pub(super) fn keeps_instances(&self) -> bool {
        let by_root_volume = RefreshStrategy::ReplaceRootVolume;
        matches!(self, Self::Refresh { strategy, .. } if *strategy == by_root_volume)
    }
}

impl Rolling {
    /// Returns the cause that the scaling activities name.
    pub(super) fn cause(&self) -> Cause {
        match self.kind {
            RollingKind::Refresh { .. } => Cause::InstanceRefresh,
            RollingKind::StackUpdate => Cause::StackUpdate,
        }
    }

    /// Returns true if the next root volume replacement fails, and counts the failure.
    pub(super) fn next_fails(&mut self) -> bool {
        let RollingKind::Refresh { failures_left, .. } = &mut self.kind else { return false };
        let fails = *failures_left > 0;
        *failures_left = failures_left.saturating_sub(1);
        fails
    }
}

/// Returns the number of instances that a refresh may have out of service at once. The minimum healthy percentage is
/// "rounded up to the nearest integer" (API reference, RefreshPreferences), and a refresh always replaces at least one.
pub(super) fn replaced_at_once(desired: usize, min_healthy_percentage: u32) -> usize {
    let min = (desired * min_healthy_percentage as usize).div_ceil(100);
    desired.saturating_sub(min).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_healthy_percentage_is_rounded_up_and_one_at_least_is_replaced() {
        assert_eq!(replaced_at_once(20, 90), 2);
        assert_eq!(replaced_at_once(10, 85), 1);
        assert_eq!(replaced_at_once(3, 100), 1);
        assert_eq!(replaced_at_once(4, 0), 4);
    }
}
