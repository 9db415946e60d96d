//! Stops that were planned before a Spot interruption.
//!
//! The first look after a Spot warning knows every task and its stop time. So it decides when each task stops, and a
//! delayed message carries the plan. When it comes due, no task must be listed. In a crowd of warnings reads are scarce.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use crate::deadline::{Deadline, DeadlineKind};
use crate::decision::{Action, Decision};
use crate::moment::{before, since};
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

/// StopTask calls that ECS takes of ebb.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopCapacity {
    /// Calls at once.
    pub at_once: f64,
    /// Calls in a second after that.
    pub per_second: f64,
}

/// Estimates the stops on other DRAINING instances: as many for each as on the instances of this batch.
pub fn stops_of_others(own_stops: usize, own_instances: usize, others: usize) -> usize {
    others * own_stops / own_instances.max(1)
}

/// Returns the time of each plan of a batch, given its own time and its number of standalone tasks.
///
/// Where more stops come due than the capacity carries, some start earlier. `others` is the number of stops that other batches
/// have planned for the same time. Service tasks do not count, because their services have moved most of them by then. No
/// time lies before `now`.
pub fn times_that_ecs_can_carry(
    plans: &[(Timestamp, usize)],
    others: usize,
    capacity: StopCapacity,
    now: Timestamp,
) -> Vec<Timestamp> {
    let seconds = |stops: f64| Duration::from_secs_f64(stops.max(0.0) / capacity.per_second);
    let mut latest_first: Vec<usize> = (0..plans.len()).collect();
    latest_first.sort_by_key(|plan| Reverse(plans[*plan].0));
    let mut times = vec![now; plans.len()];
    let latest = plans.iter().map(|(at, _)| *at).max().unwrap_or(now);
    let mut at_once = (capacity.at_once - others as f64).max(0.0);
    let mut limit = before(latest, seconds(others as f64 - capacity.at_once));
    for plan in latest_first {
        let (at, stops) = plans[plan];
        let at = at.min(limit);
        let free = at_once.min(stops as f64);
        at_once -= free;
        limit = before(at, seconds(stops as f64 - free));
        times[plan] = limit.max(now);
    }
    times
}

/// Returns the time by which the stops of each instance begin earlier, given the deadlines of lifecycle actions and the numbers
/// of tasks that are left. So ECS carries the stops of all instances before their deadlines.
///
/// The bucket of requests fills again between two deadlines, so those that lie far apart do not move one another.
pub fn stops_ahead(instances: &[(Timestamp, usize)], capacity: StopCapacity) -> Vec<Duration> {
    let seconds = |stops: f64| Duration::from_secs_f64(stops / capacity.per_second);
    let mut latest_first: Vec<usize> = (0..instances.len()).collect();
    latest_first.sort_by_key(|instance| Reverse(instances[*instance].0));
    let mut ahead = vec![Duration::ZERO; instances.len()];
    let (mut limit, mut at_once) = (Timestamp::MAX, capacity.at_once);
    for instance in latest_first {
        let (deadline, stops) = (instances[instance].0, instances[instance].1 as f64);
        let at = deadline.min(limit);
        let refilled = since(at, limit).as_secs_f64() * capacity.per_second;
        at_once = (at_once + refilled).min(capacity.at_once);
        let free = at_once.min(stops);
        at_once -= free;
        limit = before(at, seconds(stops - free));
        ahead[instance] = since(limit, deadline);
    }
    ahead
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn seconds(plans: &[(Timestamp, usize)]) -> Vec<i64> {
        seconds_beside(plans, 0)
    }

    fn seconds_beside(plans: &[(Timestamp, usize)], others: usize) -> Vec<i64> {
        let capacity = StopCapacity { at_once: 75.0, per_second: 30.0 };
        times_that_ecs_can_carry(plans, others, capacity, at(0))
            .iter()
            .map(|time| time.as_second())
            .collect()
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
    fn plans_start_earlier_by_the_time_that_the_stops_of_other_batches_take() {
        assert_eq!(seconds_beside(&[(at(80), 4)], 70), [80]);
        assert_eq!(seconds_beside(&[(at(80), 60), (at(80), 30)], 375), [68, 67]);
    }

    #[test]
    fn other_instances_count_with_as_many_stops_as_those_of_the_batch() {
        assert_eq!(stops_of_others(40, 10, 90), 360);
        assert_eq!(stops_of_others(0, 0, 90), 0);
    }

    #[test]
    fn instances_with_one_deadline_begin_their_stops_one_after_the_other() {
        let capacity = StopCapacity { at_once: 75.0, per_second: 30.0 };
        let seconds = |it: &[(Timestamp, usize)]| -> Vec<u64> {
            stops_ahead(it, capacity).iter().map(Duration::as_secs).collect()
        };

        assert_eq!(seconds(&[(at(900), 75), (at(900), 60), (at(900), 60)]), [0, 2, 4]);
        assert_eq!(seconds(&[(at(900), 75), (at(9_000), 60)]), [0, 0]);
    }

    #[test]
    fn no_plan_starts_before_now() {
        assert_eq!(seconds(&[(at(1), 75), (at(1), 600)]), [1, 0]);
    }
}
