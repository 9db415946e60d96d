//! The sweeps that list the tasks of a drain, although ECS still counts some.
//!
//! Listing costs calls. A sweep lists at doubling ages of the drain, at doubling distances to its deadline, every quarter
//! of an hour, and at the age at which services are named that do not move their tasks.

use jiff::Timestamp;

use crate::deadline::Deadline;
use crate::limits::{EXPLAINED_AFTER, LONGEST_RECHECK, SWEEP_INTERVAL};
use crate::moment::{after, since};
use crate::policy::StandalonePolicy;

use super::drain_state::DrainState;

/// Returns true if the sweep of this minute lists the tasks.
pub(in crate::decide) fn sweep_lists_tasks(
    state: &DrainState<'_>,
    minute: Timestamp,
    deadline: Option<Deadline>,
) -> bool {
    let since = state.record.draining_since;
    state.policy.standalone == StandalonePolicy::Ignore
        || state.record.interrupted_at.is_some()
        || since.is_none_or(|since| lists_at_age(since, minute))
        || deadline.is_some_and(|deadline| is_doubling(minute, deadline.at))
}

/// Returns true if a sweep of this minute lists the tasks of a drain for its age.
fn lists_at_age(since: Timestamp, minute: Timestamp) -> bool {
    is_doubling(since, minute)
        || is_quarter(since, minute)
        || minutes_between(since, minute) == EXPLAINED_AFTER.as_secs() / 60
}

/// Returns the second sweep from now on that lists the tasks, if a recheck could reach it.
pub(in crate::decide) fn second_listing_sweep(
    state: &DrainState<'_>,
    deadline: Deadline,
) -> Option<Timestamp> {
    let farthest = after(state.now, LONGEST_RECHECK);
    let minute = state.seen.triggers.sweep()?;
    let sweeps = (1..).map(|n| after(minute, SWEEP_INTERVAL * n));
    let mut listing = sweeps
        .take_while(|at| *at <= farthest)
        .filter(|at| sweep_lists_tasks(state, *at, Some(deadline)));
    listing.nth(1)
}

/// Returns true if the whole minutes between two times are none, one, or another power of two.
fn is_doubling(from: Timestamp, to: Timestamp) -> bool {
    let minutes = minutes_between(from, to);
    minutes <= 1 || minutes.is_power_of_two()
}

/// Returns true if the whole minutes are a multiple of the longest delay of a recheck. So no StopTask comes due before a
/// listing could send a recheck for it.
fn is_quarter(from: Timestamp, to: Timestamp) -> bool {
    minutes_between(from, to).is_multiple_of(LONGEST_RECHECK.as_secs() / 60)
}

fn minutes_between(from: Timestamp, to: Timestamp) -> u64 {
    since(from, to).as_secs() / 60
}
