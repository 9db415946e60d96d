//! Rule 7. Heartbeats that keep a lifecycle action alive.
//!
//! ebb sends heartbeats on a grid counted from the action's start, a third of the heartbeat timeout wide. Two senders agree
//! on the grid, and a lost heartbeat does no harm. The sweep sends the heartbeats since the last sweep of its process. If the
//! grid is not much wider than the sweep's interval, every sweep sends one.
//!
//! If two minutes without a sweep could outlast the heartbeat timeout, rechecks at the times of the grid send the
//! heartbeats. ebb sends these rechecks two sweeps ahead, so one lost sweep does no harm there either.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attribute::RememberedAction;
use crate::decide::situation::HeldAction;
use crate::decision::Action;
use crate::limits::{
    HEARTBEAT_RECHECKS_AHEAD, OUTLASTS_A_LOST_SWEEP, SWEEP_INTERVAL, SWEEP_OUTAGE,
    WIDE_HEARTBEAT_GRID,
};
use crate::moment::{after, before};
use crate::observation::{Hook, Observation, terminating_hooks};
use crate::policy::Policy;
use crate::recheck::{Wait, next_recheck};
use crate::signal::Purpose;
use crate::trigger::TriggerKind;

/// Returns the heartbeats of a terminating action that are due, and rechecks for those before the next sweep.
///
/// Returns none if the group is known not to hold the instance.
pub(in crate::decide) fn due_heartbeats(
    seen: &Observation,
    policy: &Policy,
    action: &RememberedAction,
    now: Timestamp,
) -> Vec<Action> {
    if seen.member.present().is_some_and(|member| !member.is_waiting_to_leave()) {
        return Vec::new();
    }
    let hooks = seen.hooks.present().map_or(&[][..], Vec::as_slice);
    let group = holding_group(seen);
    let owned = terminating_hooks(hooks, policy);
    owned.flat_map(|hook| due_on_hook(hook, group, seen, action.started, now)).collect()
}

/// Returns the same for one hook, if `group` holds the instance.
pub(in crate::decide) fn due_on_hook(
    hook: &Hook,
    group: Option<&str>,
    seen: &Observation,
    started: Timestamp,
    now: Timestamp,
) -> Vec<Action> {
    let grid = hook.heartbeat_timeout / 3;
    let mut actions = Vec::new();
    if is_due(seen, started, grid, now) {
        actions.extend(group.map(|group| heartbeat(group, hook)));
    }
    let asks_ahead = [TriggerKind::Sweep, TriggerKind::Terminating, TriggerKind::Launching];
    if hook.heartbeat_timeout < OUTLASTS_A_LOST_SWEEP && seen.triggers.include(&asks_ahead) {
        let times = grid_between(started, grid, now, after(now, HEARTBEAT_RECHECKS_AHEAD));
        let recheck = |at| next_recheck(Wait::Heartbeat { at }, &seen.triggers, now);
        actions.extend(times.filter_map(recheck));
    }
    actions
}

/// Returns true if a heartbeat is due now.
///
/// The sweep sends the heartbeats since the last sweep of its process. Without an earlier sweep of its process, the sweep
/// sends those that killed sweeps may have missed. For an action that ebb sees for the first time it sends one at once,
/// because the action may have waited for long.
fn is_due(seen: &Observation, started: Timestamp, grid: Duration, now: Timestamp) -> bool {
    let asked = seen.triggers.rechecks().any(|(purpose, _)| purpose == Purpose::Heartbeat);
    let swept = seen.triggers.sweep().is_some_and(|minute| {
        let from = seen.heartbeats_sent_until.unwrap_or(before(minute, made_up(grid)));
        let from = from.min(before(minute, SWEEP_INTERVAL));
        let mut since_then = grid_between(started, grid, from, minute);
        grid < WIDE_HEARTBEAT_GRID || started >= minute || since_then.next().is_some()
    });
    let event_is_late = seen.triggers.terminating().is_some() && now >= after(started, grid);
    asked || swept || event_is_late
}

/// Returns the time back for which a process without memory makes up for heartbeats of earlier sweeps.
///
/// The heartbeat before a missed one keeps the action for two more widths of the grid. So a wide grid outlasts
/// [`SWEEP_OUTAGE`] without another heartbeat, and an earlier process has sent most of its heartbeats.
fn made_up(grid: Duration) -> Duration {
    let late_sweeps = SWEEP_INTERVAL * 2;
    let missing = (SWEEP_OUTAGE + late_sweeps).saturating_sub(grid);
    missing.max(late_sweeps).min(grid)
}

/// Returns the group that holds the instance: by its own answer, or by the event of this batch.
fn holding_group(seen: &Observation) -> Option<&str> {
    if let Some(member) = seen.member.present() {
        return member.is_waiting_to_leave().then_some(member.group.as_str());
    }
    seen.triggers.terminating().map(|action| action.group.as_str())
}

fn heartbeat(group: &str, hook: &Hook) -> Action {
    HeldAction { group: group.to_owned(), hook: hook.name.clone() }.heartbeat()
}

/// Returns the times of the grid after `from` and not after `to`, without the start itself.
fn grid_between(
    started: Timestamp,
    grid: Duration,
    from: Timestamp,
    to: Timestamp,
) -> impl Iterator<Item = Timestamp> {
    let width = SignedDuration::try_from(grid).unwrap_or(SignedDuration::MAX).as_secs().max(1);
    let passed = from.duration_since(started).as_secs().div_euclid(width).max(0);
    let nth = move |n: i64| SignedDuration::from_secs(width.saturating_mul(n.saturating_add(1)));
    (passed..)
        .map_while(move |n| started.checked_add(nth(n)).ok())
        .skip_while(move |at| *at <= from)
        .take_while(move |at| *at <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    fn times(grid: u64, from: i64, to: i64) -> Vec<i64> {
        grid_between(at(0), Duration::from_secs(grid), at(from), at(to))
            .map(|at_grid| at_grid.duration_since(at(0)).as_secs())
            .collect()
    }

    #[test]
    fn rule_7_each_time_of_the_grid_falls_into_one_minute() {
        assert_eq!(times(1200, 1140, 1200), [1200]);
        assert_eq!(times(1200, 1200, 1260), Vec::<i64>::new());
        assert_eq!(times(10, 0, 30), [10, 20, 30]);
    }

    #[test]
    fn start_of_the_action_needs_no_heartbeat() {
        assert_eq!(times(20, -60, 0), Vec::<i64>::new());
    }
}
