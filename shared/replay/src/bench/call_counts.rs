//! Calls of ebb by feed and operation, and its throttled calls.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::attribute;
use sim::history::{Entry, Fact};

/// Calls of ebb by feed and `service:Operation`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Number of calls, throttled ones included.
    pub calls: BTreeMap<(String, String), usize>,
    /// Number of calls that AWS throttled.
    pub throttled: BTreeMap<(String, String), usize>,
    /// Numbers of calls apart from heartbeats, one for each minute since the start, by feed.
    by_minute: BTreeMap<(String, u64), usize>,
    /// Minutes since the start in which ebb renewed a read that it keeps for five minutes.
    refreshes: BTreeSet<u64>,
}

/// Operation that counts as a heartbeat.
const HEARTBEAT: &str = "autoscaling:RecordLifecycleActionHeartbeat";

impl CallCounts {
    /// Counts the calls of a history. Calls of SQS are left out, as in the summary of a replay.
    pub(super) fn of_history(history: &[Entry]) -> Self {
        let mut counts = Self::default();
        for Entry { at, fact } in history {
            let Fact::Call { by, service, operation, outcome, about } = fact else { continue };
            if by.is_function() && *service != "sqs" {
                let key = (by.to_string(), format!("{service}:{operation}"));
                if key.1 != HEARTBEAT {
                    *counts.by_minute.entry((key.0.clone(), minute(*at))).or_default() += 1;
                }
                counts.refreshes.extend(is_refresh(operation, about).then_some(minute(*at)));
                if outcome.starts_with("Throttling") {
                    *counts.throttled.entry(key.clone()).or_default() += 1;
                }
                *counts.calls.entry(key).or_default() += 1;
            }
        }
        counts
    }

    /// Returns the number of all calls.
    pub fn total(&self) -> usize {
        self.calls.values().sum()
    }

    /// Returns the number of all calls that AWS throttled.
    pub fn total_throttled(&self) -> usize {
        self.throttled.values().sum()
    }

    /// Returns the number of heartbeats.
    pub(super) fn heartbeats(&self) -> usize {
        self.sum(|_, operation| operation == HEARTBEAT)
    }

    /// Returns the number of calls of a feed, apart from heartbeats.
    pub(super) fn of_feed(&self, wanted: &str) -> usize {
        self.sum(|feed, operation| feed == wanted && operation != HEARTBEAT)
    }

    /// Returns the number of calls of a feed in a minute since the start, apart from heartbeats.
    pub(super) fn of_feed_in_minute(&self, feed: &str, minute: u64) -> usize {
        self.by_minute.get(&(feed.to_owned(), minute)).copied().unwrap_or_default()
    }

    /// Returns the number of all calls in a minute since the start, apart from heartbeats.
    pub(super) fn in_minute(&self, wanted: u64) -> usize {
        let counted = self.by_minute.iter().filter(|((_, minute), _)| *minute == wanted);
        counted.map(|(_, calls)| calls).sum()
    }

    /// Returns true if ebb renewed a read that it keeps for five minutes in this minute since the start.
    pub(super) fn is_refresh(&self, minute: u64) -> bool {
        self.refreshes.contains(&minute)
    }

    fn sum(&self, includes: impl Fn(&str, &str) -> bool) -> usize {
        let included = self.calls.iter().filter(|((feed, operation), _)| includes(feed, operation));
        included.map(|(_, calls)| calls).sum()
    }
}

/// Returns true for ListClusters, and for the list of the container instances with `ebb.drain`.
fn is_refresh(operation: &str, about: &str) -> bool {
    let of_records = || about.contains(&format!("attribute:{} exists", attribute::NAME));
    operation == "ListClusters" || operation == "ListContainerInstances" && of_records()
}

/// Returns the number of the minute, from 0.
pub(super) fn minute(at: Duration) -> u64 {
    at.as_secs() / 60
}
