//! Rule 6. The deadline of a lifecycle action.

use std::time::Duration;

use crate::attribute::RememberedAction;
use crate::deadline::{Deadline, DeadlineKind};
use crate::limits::MARGIN_BEFORE_AWS;
use crate::moment::after;
use crate::observation::{Hook, Seen};
use crate::policy::Policy;

use super::completion::terminating_hooks;

/// Returns the earliest of the drain timeout, the hook's global timeout and the end of the Spot warning.
///
/// Counts from this action, never from an earlier drain of the same instance.
pub(in crate::decide) fn earliest_deadline(
    action: &RememberedAction,
    hooks: &Seen<Vec<Hook>>,
    spot: Option<Deadline>,
    policy: &Policy,
) -> Option<Deadline> {
    let in_time = |timeout, kind| Deadline { at: after(action.started, timeout), kind };
    let drain_timeout =
        policy.drain_timeout.map(|timeout| in_time(timeout, DeadlineKind::DrainTimeout));
    let global_timeout = shortest_global_timeout(hooks, policy)
        .map(|timeout| timeout.saturating_sub(MARGIN_BEFORE_AWS))
        .map(|timeout| in_time(timeout, DeadlineKind::GlobalTimeout));
    [drain_timeout, global_timeout, spot].into_iter().flatten().min_by_key(|deadline| deadline.at)
}

fn shortest_global_timeout(hooks: &Seen<Vec<Hook>>, policy: &Policy) -> Option<Duration> {
    terminating_hooks(hooks.present()?, policy).map(|hook| hook.global_timeout).min()
}
