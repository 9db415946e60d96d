//! When a lifecycle action is kept alive.
//!
//! Heartbeats go out on a grid counted from the action's start, a third of the heartbeat timeout wide: two senders
//! agree on it, and one that is lost does no harm. The sweep sends those since the last sweep that its process made,
//! and, where the grid is not much wider than a minute, one at every sweep. Only a heartbeat timeout that a lost
//! sweep could outlast needs looks at the moments themselves, asked for two minutes ahead, so that one lost sweep
//! does no harm there either.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attribute::RememberedAction;
use crate::decision::{Action, Decision, Question};
use crate::mutant::Mutant;
use crate::observation::{GroupMember, Hook, Observation, Told};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::Purpose;

use super::answer::{Answer, known};
use super::completion;
use super::moment::{after, before};

/// How often the sweep comes.
pub(super) const SWEEP: Duration = Duration::from_secs(60);

/// A grid at least this wide leaves room for a sweep that is lost and for one that is late: from a heartbeat to the one
/// after the next lie two widths and the minute that the sweep may come after its moment, which is less than three.
const WIDE_GRID: Duration = Duration::from_secs(70);

/// A heartbeat timeout at least this long outlasts the two minutes around a lost sweep, and what a queue and a cold
/// start may take. A shorter one needs looks of its own between sweeps.
const OUTLASTS_A_LOST_SWEEP: Duration = Duration::from_secs(150);

/// How far ahead looks are asked for: two sweeps and the time that a message takes.
const LOOKS_AHEAD: Duration = Duration::from_secs(125);

/// Whether the batch only says that a heartbeat is due.
pub(super) fn is_all_that_was_asked(told: &Told) -> bool {
    let heartbeats = told.looks.iter().all(|(purpose, _)| *purpose == Purpose::Heartbeat);
    let only_looks = Told { looks: told.looks.clone(), ..Told::default() };
    !told.looks.is_empty() && heartbeats && *told == only_looks
}

/// A heartbeat is due, if the action still lives.
pub(super) fn judge(seen: &Observation, policy: &Policy) -> Answer<Decision> {
    let member = match known(&seen.member, Question::Member)? {
        Some(member) if completion::is_waiting(&member.lifecycle_state) => member,
        Some(member) if Mutant::SendsHeartbeatsAfterTheEnd.is_on() => member,
        other => return Ok(completion::not_waiting(other)),
    };
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    let actions =
        completion::ours(hooks, policy).map(|hook| heartbeat(&member.group, hook)).collect();
    Ok(Decision { actions, ..Decision::nothing(Reason::HeartbeatDue) })
}

/// Heartbeats of a terminating action that are due now, and looks for those that come before the next sweep can send
/// them. An instance that its group is known not to hold needs neither.
pub(super) fn due(
    seen: &Observation,
    policy: &Policy,
    action: &RememberedAction,
    now: Timestamp,
) -> Vec<Action> {
    let let_go = |member: &GroupMember| !completion::is_waiting(&member.lifecycle_state);
    if seen.member.present().is_some_and(let_go) {
        return Vec::new();
    }
    let hooks = seen.hooks.present().map_or(&[][..], Vec::as_slice);
    let ours = completion::ours(hooks, policy);
    ours.flat_map(|hook| due_on(hook, holder(seen), seen, action.started, now)).collect()
}

/// The same for one hook, where `group` holds the instance.
pub(super) fn due_on(
    hook: &Hook,
    group: Option<&str>,
    seen: &Observation,
    started: Timestamp,
    now: Timestamp,
) -> Vec<Action> {
    if Mutant::SendsNoHeartbeats.is_on() {
        return Vec::new();
    }
    let grid = hook.heartbeat_timeout / 3;
    let mut actions = Vec::new();
    if beats_now(seen, started, grid, now) {
        actions.extend(group.map(|group| heartbeat(group, hook)));
    }
    let first_look = seen.told.terminate.is_some() || seen.told.launch.is_some();
    let needs_looks = hook.heartbeat_timeout < OUTLASTS_A_LOST_SWEEP;
    if needs_looks && (seen.told.sweep.is_some() || first_look) {
        let moments = grid_between(started, grid, now, after(now, LOOKS_AHEAD));
        actions.extend(moments.map(|at| Action::LookAgain { at, purpose: Purpose::Heartbeat }));
    }
    actions
}

/// The sweep beats for the time since the last one that its process made. Where its process made none, all those before it
/// may have been killed: it beats for the last moment of the grid. And it beats at once for an action that it is the first
/// to see: nobody knows how long that one waits.
fn beats_now(seen: &Observation, started: Timestamp, grid: Duration, now: Timestamp) -> bool {
    let told = &seen.told;
    let asked = told.looks.iter().any(|(purpose, _)| *purpose == Purpose::Heartbeat);
    let swept = told.sweep.is_some_and(|minute| {
        let from = seen.beaten_until.unwrap_or(before(minute, grid));
        let mut since_then = grid_between(started, grid, from.min(before(minute, SWEEP)), minute);
        grid < WIDE_GRID || started >= minute || since_then.next().is_some()
    });
    let told_late = told.terminate.is_some() && now >= after(started, grid);
    asked || swept || told_late
}

/// The group that holds the instance: it says so itself, or the event of this batch does.
fn holder(seen: &Observation) -> Option<&str> {
    if let Some(member) = seen.member.present() {
        let waits = completion::is_waiting(&member.lifecycle_state);
        return waits.then_some(member.group.as_str());
    }
    seen.told.terminate.as_ref().map(|action| action.group.as_str())
}

fn heartbeat(group: &str, hook: &Hook) -> Action {
    Action::Heartbeat { group: group.to_owned(), hook: hook.name.clone() }
}

/// Moments of the grid after `from` and not after `to`; the start itself is none.
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

    fn moments(grid: u64, from: i64, to: i64) -> Vec<i64> {
        grid_between(at(0), Duration::from_secs(grid), at(from), at(to))
            .map(|moment| moment.duration_since(at(0)).as_secs())
            .collect()
    }

    #[test]
    fn each_moment_of_the_grid_falls_into_one_minute() {
        assert_eq!(moments(1200, 1140, 1200), [1200]);
        assert_eq!(moments(1200, 1200, 1260), Vec::<i64>::new());
        assert_eq!(moments(10, 0, 30), [10, 20, 30]);
    }

    #[test]
    fn the_start_itself_needs_no_heartbeat() {
        assert_eq!(moments(20, -60, 0), Vec::<i64>::new());
    }
}
