//! Bounds of a Spot storm that follow from the request buckets of ECS.
//!
//! ebb takes a share of each documented bucket. Cluster resource modify has a burst of 100 calls and 40 calls a second,
//! cluster resource read 100 and 20 (ECS API reference, request-throttling).

use std::time::Duration;

use drain::policy::Policy;
use serde::Serialize;

use super::percentiles::thousandth;

/// Share of each bucket that all processes of ebb take together.
const SHARE: f64 = 0.75;

/// Container instances of one UpdateContainerInstancesState (ECS API reference).
const PER_UPDATE: usize = 10;
/// Tasks of one page of ListTasks, and of one DescribeTasks (ECS API reference).
const PER_READ: usize = 100;

/// Time from the warning of a Spot Instance to its interruption (EC2 user guide, spot-instance-termination-notices).
const SPOT_WARNING: Duration = Duration::from_secs(120);

/// Request bucket of ECS.
struct Bucket {
    burst: f64,
    per_second: f64,
}

const MODIFY: Bucket = Bucket { burst: 100.0, per_second: 40.0 };
const READ: Bucket = Bucket { burst: 100.0, per_second: 20.0 };

impl Bucket {
    /// Returns the seconds until the share of the bucket has carried this many calls.
    fn seconds(&self, calls: usize) -> f64 {
        (calls as f64 - self.burst * SHARE).max(0.0) / (self.per_second * SHARE)
    }

    /// Returns the number of calls that the share of the bucket carries within this time.
    fn calls(&self, within: Duration) -> f64 {
        self.burst * SHARE + self.per_second * SHARE * within.as_secs_f64()
    }
}

/// Crowd of Spot interruption warnings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    /// Instances with a warning.
    pub(super) instances: usize,
    /// Tasks on the instances at their warnings.
    pub(super) tasks: usize,
    /// Tasks that need a StopTask, because they neither end by themselves nor are moved by their service.
    pub(super) stops: usize,
    /// Time from the first warning to the arrival of the last warning in its queue.
    pub(super) last_arrival: Duration,
    /// Time from the first warning to the last warning.
    pub(super) last_warning: Duration,
}

/// Least seconds from the first warning, for each step of a Spot storm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct BoundSeconds {
    /// Seconds until every instance is DRAINING.
    pub draining: f64,
    /// Seconds until the tasks of every instance are listed and described.
    pub tasks: f64,
    /// Seconds until StopTask is sent for every task that needs it, after the calls that set DRAINING.
    pub stops: f64,
}

/// StopTask calls that the request bucket allows in a Spot storm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StopBudget {
    /// Tasks that need a StopTask.
    pub needed: usize,
    /// StopTask calls that fit before the last task's latest moment.
    pub possible: usize,
}

impl Crowd {
    pub(super) fn bound_seconds(&self) -> BoundSeconds {
        let arrival = self.last_arrival.as_secs_f64();
        let lists = self.instances.min(self.tasks.div_ceil(PER_READ).max(1));
        let reads = lists + self.tasks.div_ceil(PER_READ);
        BoundSeconds {
            draining: thousandth(arrival + MODIFY.seconds(self.updates())),
            tasks: thousandth(arrival + READ.seconds(reads)),
            stops: thousandth(arrival + MODIFY.seconds(self.updates() + self.stops)),
        }
    }

    pub(super) fn stop_budget(&self) -> StopBudget {
        let policy = Policy::default();
        let stop_time = policy.default_stop_timeout + policy.stop_margin;
        let latest = self.last_warning + SPOT_WARNING.saturating_sub(stop_time);
        let possible = MODIFY.calls(latest) - self.updates() as f64;
        StopBudget { needed: self.stops, possible: possible.max(0.0) as usize }
    }

    /// Returns the number of calls that set all instances to DRAINING.
    fn updates(&self) -> usize {
        self.instances.div_ceil(PER_UPDATE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(instances: usize, stops: usize) -> Crowd {
        let seconds = Duration::from_secs;
        let (last_arrival, last_warning) = (seconds(10), seconds(9));
        Crowd { instances, tasks: instances * 17, stops, last_arrival, last_warning }
    }

    #[test]
    fn crowd_within_the_burst_is_bound_by_the_arrival_of_its_warnings() {
        let bound = crowd(100, 20).bound_seconds();

        assert_eq!(bound, BoundSeconds { draining: 10.0, tasks: 10.0, stops: 10.0 });
    }

    #[test]
    fn crowd_of_1000_needs_a_second_to_drain_and_two_minutes_to_stop_its_standalone_tasks() {
        let crowd = crowd(1000, 4000);

        // 100 calls set DRAINING. 75 of them fit into three quarters of the burst, and 25 follow at 30 calls a second.
        assert_eq!(crowd.bound_seconds().draining, 10.833);
        // 170 pages and 170 descriptions: 75 calls fit into three quarters of the burst, and 265 follow at 15 calls a
        // second.
        assert_eq!(crowd.bound_seconds().tasks, 27.667);
        assert_eq!(crowd.bound_seconds().stops, 144.167);
        // 75 calls and 30 calls a second for 89 s, less 100 calls that set DRAINING.
        assert_eq!(crowd.stop_budget(), StopBudget { needed: 4000, possible: 2645 });
    }
}
