//! When a lifecycle action is kept alive.
//!
//! Heartbeats go out on a grid counted from the action's start, a third of the heartbeat timeout wide: two senders agree
//! on it, and one that is lost does no harm. The sweep sends those of the minute before; where the grid is too fine for
//! that, it asks for looks at the moments themselves, two minutes ahead, so that one lost sweep does no harm either.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attribute::RememberedAction;
use crate::decision::{Action, Decision, Question};
use crate::observation::{GroupMember, Hook, Observation, Told};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::Purpose;

use super::answer::{Answer, known};
use super::completion;

/// How often the sweep comes.
const SWEEP: Duration = Duration::from_secs(60);

/// A grid finer than this needs looks of its own between sweeps.
const FINE_GRID: Duration = Duration::from_secs(120);

/// How far ahead looks are asked for: two sweeps and the time that a message takes.
const LOOKS_AHEAD: Duration = Duration::from_secs(125);

/// Whether the batch only says that a heartbeat is due.
pub(super) fn is_all_that_was_asked(told: &Told) -> bool {
    !told.looks.is_empty()
        && told.looks.iter().all(|(purpose, _, _)| *purpose == Purpose::Heartbeat)
        && told.terminate.is_none()
        && told.interruption.is_none()
        && told.sweep.is_none()
        && !told.may_be_empty
}

/// A heartbeat is due, if the action still lives.
pub(super) fn judge(seen: &Observation, policy: &Policy) -> Answer<Decision> {
    let member = match known(&seen.member, Question::Member)? {
        Some(member) if completion::is_waiting(&member.lifecycle_state) => member,
        other => {
            let lifecycle_state = other.map(|member| member.lifecycle_state.clone());
            return Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state }));
        }
    };
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    let actions = ours(hooks, policy).map(|hook| heartbeat(member, hook)).collect();
    Ok(Decision { actions, ..Decision::nothing(Reason::NothingToDo) })
}

/// Heartbeats that are due now, and looks for those that come before the next sweep can send them.
pub(super) fn due(
    seen: &Observation,
    policy: &Policy,
    action: &RememberedAction,
    now: Timestamp,
) -> Vec<Action> {
    let hooks = seen.hooks.present().map_or(&[][..], Vec::as_slice);
    ours(hooks, policy).flat_map(|hook| due_on(hook, seen, action, now)).collect()
}

fn due_on(
    hook: &Hook,
    seen: &Observation,
    action: &RememberedAction,
    now: Timestamp,
) -> Vec<Action> {
    let grid = hook.heartbeat_timeout / 3;
    let mut actions = Vec::new();
    if beats_now(seen, action, grid, now) {
        actions.extend(holder(seen).map(|member| heartbeat(&member, hook)));
    }
    let first_look = seen.told.terminate.is_some();
    if grid < FINE_GRID && (seen.told.sweep.is_some() || first_look) {
        let moments = grid_between(action.started, grid, now, now + LOOKS_AHEAD);
        actions.extend(moments.map(|at| Action::LookAgain { at, purpose: Purpose::Heartbeat }));
    }
    actions
}

fn beats_now(
    seen: &Observation,
    action: &RememberedAction,
    grid: Duration,
    now: Timestamp,
) -> bool {
    let told = &seen.told;
    let asked = told.looks.iter().any(|(purpose, _, _)| *purpose == Purpose::Heartbeat);
    let swept = told.sweep.is_some_and(|minute| {
        grid_between(action.started, grid, minute - SWEEP, minute).next().is_some()
    });
    let told_late = told.terminate.is_some() && now >= action.started + grid;
    asked || swept || told_late
}

/// Who holds the instance: the group says so, or the event of this batch does.
fn holder(seen: &Observation) -> Option<GroupMember> {
    if let Some(member) = seen.member.present() {
        return completion::is_waiting(&member.lifecycle_state).then(|| member.clone());
    }
    seen.told.terminate.as_ref().map(|action| GroupMember {
        group: action.group.clone(),
        lifecycle_state: "Terminating:Wait".to_owned(),
        healthy: true,
    })
}

fn ours<'a>(hooks: &'a [Hook], policy: &Policy) -> impl Iterator<Item = &'a Hook> {
    hooks.iter().filter(|hook| !hook.launching && policy.hooks.contains(&hook.name))
}

fn heartbeat(member: &GroupMember, hook: &Hook) -> Action {
    Action::Heartbeat { group: member.group.clone(), hook: hook.name.clone() }
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
    (passed..)
        .map(move |n| started + SignedDuration::from_secs(width.saturating_mul(n + 1)))
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
