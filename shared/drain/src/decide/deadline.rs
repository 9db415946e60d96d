//! When waiting ends.

use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::mutant::Mutant;
use crate::observation::{Hook, Seen};
use crate::policy::Policy;
use crate::reason::{Deadline, DeadlineOf};

use super::completion;
use super::moment::after;

/// What AWS would end by itself ebb ends this much earlier: a sweep and a half, so that one of them is sure to come.
const EARLIER_THAN_AWS: Duration = Duration::from_secs(90);

/// The earliest of the drain timeout, the global timeout of the hook, and the end of the Spot notice. It counts from
/// this action, never from an earlier drain of the same instance.
pub(super) fn of_action(
    action: &RememberedAction,
    hooks: &Seen<Vec<Hook>>,
    spot: Option<Deadline>,
    policy: &Policy,
) -> Option<Deadline> {
    let drain_timeout = policy.drain_timeout.map(|timeout| Deadline {
        at: after(action.started, timeout),
        of: DeadlineOf::DrainTimeout,
    });
    let global_timeout = shortest_global_timeout(hooks, policy).map(|timeout| Deadline {
        at: before_aws(action.started, timeout),
        of: DeadlineOf::GlobalTimeout,
    });
    [drain_timeout, global_timeout, spot].into_iter().flatten().min_by_key(|deadline| deadline.at)
}

fn before_aws(started: Timestamp, timeout: Duration) -> Timestamp {
    after(started, timeout.saturating_sub(EARLIER_THAN_AWS))
}

fn shortest_global_timeout(hooks: &Seen<Vec<Hook>>, policy: &Policy) -> Option<Duration> {
    if Mutant::IgnoresTheGlobalTimeout.is_on() {
        return None;
    }
    completion::ours(hooks.present()?, policy).map(|hook| hook.global_timeout).min()
}
