//! The sweeps that list the tasks of a drain, although ECS still counts some.
//!
//! Listing costs calls, and most lists would only confirm what the counts say. One list shows how many tasks do not hold the
//! instance, and `ebb.drain` records it. The first sweep a minute after DRAINING makes this list. If the events of a batch
//! take many instances, the look at the events makes it. While ECS counts more tasks than those, sweeps list tasks in the last
//! hour before a deadline only, or to name services that do not move their tasks.
//!
//! Sweeps list more often without that record, or if policy stops or ignores standalone tasks. They list at doubling ages of
//! the drain, at doubling distances to its deadline, and every quarter of an hour. They also list at the age at which such
//! services are named.

use jiff::Timestamp;

use crate::deadline::Deadline;
use crate::limits::{
    EXPLAINED_AFTER, LEFT_TO_A_SWEEP, LONGEST_RECHECK, SERVICE_STOPS_AHEAD, SWEEP_INTERVAL,
};
use crate::moment::{after, since};
use crate::policy::StandalonePolicy;

use super::drain_state::DrainState;

/// Number of sweeps that the longest delay of a recheck reaches, and one for a sweep that is handled late.
const SWEEPS_WITHIN_A_RECHECK: u32 =
    (LONGEST_RECHECK.as_secs() / SWEEP_INTERVAL.as_secs()) as u32 + 1;

/// Returns true if the look at a lifecycle event lists the tasks that run, because the events of its batch take many instances.
pub(in crate::decide) fn lists_at_the_event(state: &DrainState<'_>) -> bool {
    state.seen.taken_together > LEFT_TO_A_SWEEP
        && state.seen.triggers.terminating().is_some()
        && state.policy.standalone == StandalonePolicy::Wait
        && state.record.non_holding.is_none()
}

/// Returns true if the sweep leaves the lists of tasks to the events of ECS, because so many instances became empty at once.
///
/// These events say that the instance is empty. The next sweep lists the tasks of an instance that no event announced.
pub(in crate::decide) fn is_left_to_its_events(state: &DrainState<'_>) -> bool {
    state.seen.emptied_together > LEFT_TO_A_SWEEP
}

/// Returns true if a task holds the instance for certain.
///
/// ECS counts more tasks than those that do not hold the instance. Or ECS counts none while tasks hold resources: then every
/// task that is left is being stopped.
pub(in crate::decide) fn is_held_by_count(state: &DrainState<'_>) -> bool {
    state.policy.standalone == StandalonePolicy::Wait
        && state.record.interrupted_at.is_none()
        && state
            .record
            .non_holding
            .is_some_and(|tasks| state.described.tasks > tasks || only_stops(state))
}

/// Returns true if every task that is left is being stopped, and holds its resources until its end.
fn only_stops(state: &DrainState<'_>) -> bool {
    state.described.tasks == 0 && state.described.holds_resources
}

/// Returns true if the sweep of this minute lists the tasks only to name services that do not move them.
pub(in crate::decide) fn may_explain(state: &DrainState<'_>, minute: Timestamp) -> bool {
    let is_due = |began| since(began, minute) >= EXPLAINED_AFTER && lists_at_age(began, minute);
    is_held_by_count(state) && state.record.draining_since.is_some_and(is_due)
}

/// Returns true if the sweep of this minute lists the tasks.
pub(in crate::decide) fn sweep_lists_tasks(
    state: &DrainState<'_>,
    minute: Timestamp,
    deadline: Option<Deadline>,
) -> bool {
    let began = state.record.draining_since;
    let is_near = |deadline: Deadline| since(minute, deadline.at) <= SERVICE_STOPS_AHEAD;
    if is_left_to_its_events(state) {
        return false;
    }
    if is_held_by_count(state) && !deadline.is_some_and(is_near) {
        return only_stops(state) && began.is_none_or(|began| lists_at_age(began, minute));
    }
    state.policy.standalone == StandalonePolicy::Ignore
        || state.record.interrupted_at.is_some()
        || is_counted_out(state)
        || began.is_none_or(|began| lists_at_age(began, minute))
        || deadline.is_some_and(|deadline| is_doubling(minute, deadline.at))
}

/// Returns true if possibly none of the tasks that ECS counts holds the instance.
fn is_counted_out(state: &DrainState<'_>) -> bool {
    state.record.non_holding.is_some_and(|tasks| state.described.tasks <= tasks)
}

/// Returns true if a sweep of this minute lists the tasks of a drain for its age. Within the first minute the process that
/// began the drain may still be at work, and most service tasks have not begun to stop.
fn lists_at_age(since: Timestamp, minute: Timestamp) -> bool {
    let minutes = minutes_between(since, minute);
    let is_listing = is_doubling(since, minute) || is_quarter(since, minute);
    minutes > 0 && (is_listing || minutes == EXPLAINED_AFTER.as_secs() / 60)
}

/// Returns the second sweep from now on that lists the tasks, if a recheck could reach it.
pub(in crate::decide) fn second_listing_sweep(
    state: &DrainState<'_>,
    deadline: Deadline,
) -> Option<Timestamp> {
    let farthest = after(state.now, LONGEST_RECHECK);
    let minute = state.seen.triggers.sweep()?;
    // The time of a sweep is that of its event, which may lie thousands of years back.
    let sweeps = (1..=SWEEPS_WITHIN_A_RECHECK).map(|n| after(minute, SWEEP_INTERVAL * n));
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
