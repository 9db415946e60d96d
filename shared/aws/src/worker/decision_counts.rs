//! Counts of decisions, by the code of their reason.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use drain::reason::Reason;

/// Counts of new decisions, by the code of their reason.
#[derive(Debug, Default)]
pub(super) struct DecisionCounts(Mutex<BTreeMap<&'static str, u64>>);

impl DecisionCounts {
    /// Counts one decision.
    pub(super) fn count(&self, reason: &Reason) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(reason.code()).or_default() += 1;
    }

    /// Returns the counts since the process started.
    pub(super) fn by_reason(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
