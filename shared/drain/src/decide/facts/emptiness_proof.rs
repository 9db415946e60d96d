//! Rule 1. Proof that an instance without visible tasks is empty.
//!
//! The API is eventually consistent. A task may have been placed just before DRAINING. A task that is stopped between
//! the two lists is in neither if the second answer is stale. So an empty look is repeated, unless every task is accounted
//! for.

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::Action;
use crate::moment::after;
use crate::observation::Seen;
use crate::recheck::{Wait, next_recheck};
use crate::signal::Purpose;
use crate::task::Task;

use super::drain_state::DrainState;

/// Returns true if this is the second look, for which the first one sent a recheck, or if no task is missing.
///
/// A settle recheck from before DRAINING, when the instance had not registered, counts as the first look.
pub(in crate::decide) fn is_proven_empty(state: &DrainState<'_>, tasks: &[Task]) -> bool {
    let recorded = || state.attribute().and_then(|attribute| attribute.draining_since);
    let drained_at = state.seen.drained_at.or_else(recorded);
    let settled_at = drained_at.map_or(Timestamp::MIN, |at| after(at, state.policy.settle_time));
    let is_second =
        |(purpose, at)| purpose == Purpose::Settle && at <= state.now && at >= settled_at;
    state.seen.triggers.rechecks().any(is_second) || are_all_accounted_for(state, tasks)
}

/// Returns the recheck that makes the second look, once stale answers have passed.
pub(in crate::decide) fn settle_recheck(state: &DrainState<'_>) -> Option<Action> {
    let drained_at = state.record.draining_since.unwrap_or(state.now);
    let wait = Wait::Settle { drained_at, settle_time: state.policy.settle_time };
    next_recheck(wait, &state.seen.triggers, state.now)
}

/// Returns true if no group holds the instance, so that no lifecycle action waits for a second look.
///
/// Otherwise ebb would recheck a container instance for ever whose host is gone and whose agent did not deregister it.
pub(in crate::decide) fn is_released(state: &DrainState<'_>) -> bool {
    match &state.seen.member {
        Seen::Absent => state.seen.triggers.terminating().is_none(),
        Seen::Present(member) => !member.is_in_service() && !member.is_waiting_to_leave(),
        Seen::NotAsked | Seen::Unanswered(_) => false,
    }
}

/// Returns true if as many tasks as were counted still run, or stopped since then, with the settle time between.
///
/// `ebb.drain` has whole seconds. So a task that began to stop in the second of DRAINING may not be counted.
fn are_all_accounted_for(state: &DrainState<'_>, tasks: &[Task]) -> bool {
    let (Some(began), Some(count)) = (state.record.draining_since, state.record.task_count) else {
        return false;
    };
    let counted_at = after(began, Duration::from_secs(u64::from(count.after)));
    let next_second = after(counted_at, Duration::from_secs(1));
    let first_count = count.after == 0;
    let from =
        |task: &Task| if first_count && task.stopped_by_ebb { counted_at } else { next_second };
    let since_then = |task: &Task| task.stopping_since.is_some_and(|at| at >= from(task));
    let seen = tasks.iter().filter(|task| !task.stopped && !task.stopping || since_then(task));
    state.now >= after(counted_at, state.policy.settle_time) && seen.count() >= count.tasks as usize
}
