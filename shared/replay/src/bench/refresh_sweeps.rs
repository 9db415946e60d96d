//! Sweeps of a refresh: their calls in each minute, and the bound.

use std::collections::{BTreeMap, BTreeSet};

use aws::feed::Feed;
use sim::history::{Entry, Fact};

use super::call_counts::{CallCounts, minute};

/// Most instances, groups or clusters of one call.
const PER_CALL: usize = 100;

/// Calls of the sweep in one minute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SweepMinute {
    /// Calls, without heartbeats.
    pub(super) calls: usize,
    /// Bound of the calls in the minute.
    pub(super) bound: usize,
}

/// Returns the minutes in which an instance was DRAINING, in order. The bound is 2⌈D/100⌉ + ⌈G/100⌉ + ⌈C/100⌉ + 1
/// calls, and a list for each cluster with container instances. D is the number of instances that were DRAINING during
/// the minute. G is the number of groups, and C the number of clusters.
pub(super) fn sweep_minutes(
    history: &[Entry],
    calls: &CallCounts,
    groups: usize,
    clusters: usize,
) -> Vec<SweepMinute> {
    let draining = draining_by_minute(history);
    let fixed = groups.div_ceil(PER_CALL) + clusters.div_ceil(PER_CALL) + 1 + clusters;
    let of_minute = |(minute, draining): (u64, usize)| SweepMinute {
        calls: calls.of_feed_in_minute(Feed::Sweep.name(), minute),
        bound: 2 * draining.div_ceil(PER_CALL) + fixed,
    };
    draining.into_iter().map(of_minute).collect()
}

/// Returns the number of instances that were DRAINING at any time of a minute. Minutes without such an instance are
/// left out.
fn draining_by_minute(history: &[Entry]) -> BTreeMap<u64, usize> {
    let mut draining: BTreeSet<&str> = BTreeSet::new();
    let mut by_minute: BTreeMap<u64, usize> = BTreeMap::new();
    let mut last = 0;
    for Entry { at, fact } in history {
        let Fact::ContainerInstance { ec2_instance, status, .. } = fact else { continue };
        let now = minute(*at);
        for passed in last..=now {
            let most = by_minute.entry(passed).or_default();
            *most = (*most).max(draining.len());
        }
        last = now;
        match *status {
            "DRAINING" => draining.insert(ec2_instance),
            _ => draining.remove(ec2_instance.as_str()),
        };
        let most = by_minute.entry(now).or_default();
        *most = (*most).max(draining.len());
    }
    by_minute.retain(|_, most| *most > 0);
    by_minute
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sim::history::Caller;

    use super::*;

    #[test]
    fn minute_between_two_changes_has_the_instances_that_were_draining() {
        let takes = |at: u64, ec2_instance: &str, status| {
            let (ec2_instance, by) = (ec2_instance.to_owned(), Caller::Aws("ecs"));
            let fact = Fact::ContainerInstance { ec2_instance, status, by };
            Entry { at: Duration::from_secs(at), fact }
        };
        let history = [
            takes(70, "i-1", "DRAINING"),
            takes(80, "i-2", "DRAINING"),
            takes(200, "i-1", "INACTIVE"),
            takes(290, "i-2", "INACTIVE"),
            takes(400, "i-3", "ACTIVE"),
        ];

        let found = draining_by_minute(&history);

        assert_eq!(found, BTreeMap::from([(1, 2), (2, 2), (3, 2), (4, 1)]));
        let minutes = sweep_minutes(&history, &CallCounts::default(), 1, 1);
        assert_eq!(minutes[0], SweepMinute { calls: 0, bound: 2 + 1 + 1 + 1 + 1 });
    }
}
