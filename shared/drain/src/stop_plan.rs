//! Stops that were planned before a Spot interruption.
//!
//! The first look after a Spot warning knows every task and its stop time. So it decides when each task stops, and a
//! delayed message carries the plan. When it comes due, no task must be listed. In a crowd of warnings reads are scarce.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use crate::deadline::{Deadline, DeadlineKind};
use crate::decision::{Action, Decision};
use crate::limits::{STOPS_AT_ONCE, STOPS_PER_SECOND};
use crate::moment::before;
use crate::reason::Reason;
use crate::signal::StopPlan;

/// Returns the decision to stop those tasks of a plan that still run.
pub fn planned_stops(plan: &StopPlan, still_runs: impl Fn(&str) -> bool) -> Decision {
    let deadline = Deadline { at: plan.deadline, kind: DeadlineKind::SpotInterruption };
    let stop = plan.tasks.iter().filter(|task| still_runs(task)).cloned();
    let actions: Vec<Action> = stop.map(|task| Action::StopTask { task }).collect();
    let reason = Reason::DeadlineNear { deadline, tasks: actions.len() };
    Decision { actions, deadline: Some(deadline), ..Decision::nothing(reason) }
}

/// Returns the time of each plan of a batch, given its own time and its number of standalone tasks.
///
/// Where more stops come due than ECS takes at once, some start earlier. Service tasks do not count, because their services
/// have moved most of them by then. No time lies before `now`.
pub fn times_that_ecs_can_carry(plans: &[(Timestamp, usize)], now: Timestamp) -> Vec<Timestamp> {
    let mut latest_first: Vec<usize> = (0..plans.len()).collect();
    latest_first.sort_by_key(|plan| Reverse(plans[*plan].0));
    let mut times = vec![now; plans.len()];
    let (mut at_once, mut limit) = (STOPS_AT_ONCE, Timestamp::MAX);
    for plan in latest_first {
        let (at, stops) = plans[plan];
        let at = at.min(limit);
        let free = stops.min(at_once);
        at_once -= free;
        limit = before(at, seconds_of(stops - free));
        times[plan] = limit.max(now);
    }
    times
}

/// Returns the time that ECS needs for this number of StopTask calls.
fn seconds_of(stops: usize) -> Duration {
    Duration::from_secs_f64(stops as f64 / STOPS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn seconds(plans: &[(Timestamp, usize)]) -> Vec<i64> {
        times_that_ecs_can_carry(plans, at(0)).iter().map(|time| time.as_second()).collect()
    }

    #[test]
    fn plans_that_ecs_takes_at_once_keep_their_times() {
        assert_eq!(seconds(&[(at(80), 4), (at(70), 4), (at(80), 67)]), [80, 70, 80]);
    }

    #[test]
    fn plans_beyond_that_start_earlier_by_the_rate_of_the_bucket() {
        assert_eq!(seconds(&[(at(80), 75), (at(80), 60), (at(80), 60)]), [80, 78, 76]);
    }

    #[test]
    fn plan_that_is_early_by_itself_moves_only_by_its_own_stops() {
        assert_eq!(seconds(&[(at(80), 75), (at(80), 60), (at(40), 30)]), [80, 78, 39]);
    }

    #[test]
    fn no_plan_starts_before_now() {
        assert_eq!(seconds(&[(at(1), 75), (at(1), 600)]), [1, 0]);
    }
}
