//! The bench of an instance refresh.

use std::time::Duration;

use aws::feed::Feed;
use drain::policy::Policy;
use serde::Serialize;
use sim::account::{Summary, completion_lags};
use sim::history::{ActionEnd, Fact};

use super::call_counts::CallCounts;
use super::peak_memory::peak_memory_bytes;
use super::percentiles::{LagPercentiles, thousandth};
use super::player::{BenchProgress, BenchRun, play};
use super::refresh_sweeps::{SweepMinute, sweep_minutes};
use super::responders::BenchResponder;
use super::role::BenchRole;
use super::worlds;
use crate::error::ReplayError;

/// Instance refresh of one group, which keeps 90 % of its capacity.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    /// Number of instances.
    pub instances: usize,
    /// Hours for which each standalone task runs after its instance begins to leave.
    /// Without a number, 2 to 40 minutes.
    pub standalone_hours: Option<u32>,
    /// Form in which ebb runs.
    pub role: BenchRole,
    /// Seed of all draws.
    pub seed: u64,
}

/// Figures of a refresh.
#[derive(Debug, Clone, Serialize)]
pub struct RefreshFigures {
    /// Calls of ECS and Auto Scaling for each instance drained, by purpose.
    pub calls_per_instance: RefreshCalls,
    /// Calls of the sweep in the minute with the largest excess over the bound. Without an excess, in the minute that
    /// comes closest.
    pub sweep_calls_per_minute: usize,
    /// Bound of the calls in this minute.
    pub sweep_bound_per_minute: usize,
    /// Seconds between the earliest possible completion of a lifecycle action and the actual one.
    pub completion_lag_seconds: LagPercentiles,
    /// Number of tasks killed.
    pub tasks_killed: usize,
    /// Largest resident set of this process, the simulated AWS included; `None` on a system without this figure.
    pub peak_memory_bytes: Option<u64>,
    /// Figures that only the table has.
    #[serde(skip)]
    pub details: RefreshDetails,
}

/// Calls for each instance drained, by purpose, to the thousandth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct RefreshCalls {
    /// Calls for any other purpose.
    pub drain: f64,
    /// RecordLifecycleActionHeartbeat, by any feed.
    pub heartbeat: f64,
    /// Calls of the sweep.
    pub sweep: f64,
}

/// Further figures of a refresh.
#[derive(Debug, Clone, Default)]
pub struct RefreshDetails {
    /// Number of instances drained.
    pub instances_drained: usize,
    /// Virtual seconds from the start to the end.
    pub virtual_seconds: f64,
    /// Calls of the sweep in a minute of waiting, on average.
    pub mean_sweep_calls: f64,
    /// The completion with the largest lag.
    pub slowest: Option<SlowestCompletion>,
    /// Calls by feed and operation.
    pub calls: CallCounts,
}

/// Completion with the largest lag.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowestCompletion {
    /// The scenario's name of the instance.
    pub instance: String,
    /// Time of the completion, since the start.
    pub at: Duration,
    /// Feed whose batch completed the lifecycle action.
    pub feed: String,
    /// Number of calls that AWS throttled in the 30 s before the completion.
    pub throttled_before: usize,
}

impl Refresh {
    /// Plays the refresh and returns its figures.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know.
    pub fn run(&self, progress: BenchProgress<'_>) -> Result<RefreshFigures, ReplayError> {
        let scenario = worlds::refresh(self.instances, self.standalone_hours, self.seed);
        let run = play(&scenario, BenchResponder::Ebb(self.role), progress)?;
        Ok(figures(&run))
    }
}

fn figures(run: &BenchRun) -> RefreshFigures {
    let settle = Policy::default().settle_time;
    let summary = Summary::from_history(&run.history, settle, Feed::Sweep.name());
    let calls = CallCounts::of_history(&run.history);
    let minutes = sweep_minutes(&run.history, &calls, 1, 1);
    let excess = |it: &&SweepMinute| it.calls as i64 - it.bound as i64;
    let worst = minutes.iter().max_by_key(excess).copied().unwrap_or_default();
    let sweep_calls: usize = minutes.iter().map(|it| it.calls).sum();
    let lags = completion_lags(&run.history, settle);
    let killed = summary.tasks_killed;
    RefreshFigures {
        calls_per_instance: calls_per_instance(&calls, summary.instances_drained),
        sweep_calls_per_minute: worst.calls,
        sweep_bound_per_minute: worst.bound,
        completion_lag_seconds: LagPercentiles::of_lags(lags.iter().map(|it| it.1).collect()),
        tasks_killed: killed.replica + killed.daemon + killed.standalone,
        peak_memory_bytes: peak_memory_bytes(),
        details: RefreshDetails {
            instances_drained: summary.instances_drained,
            virtual_seconds: summary.virtual_seconds,
            mean_sweep_calls: thousandth(sweep_calls as f64 / minutes.len().max(1) as f64),
            slowest: slowest(run, &lags),
            calls,
        },
    }
}

fn calls_per_instance(calls: &CallCounts, instances: usize) -> RefreshCalls {
    let share = |calls: usize| thousandth(calls as f64 / instances.max(1) as f64);
    let (heartbeat, sweep) = (calls.heartbeats(), calls.of_feed(Feed::Sweep.name()));
    RefreshCalls {
        drain: share(calls.total() - heartbeat - sweep),
        heartbeat: share(heartbeat),
        sweep: share(sweep),
    }
}

/// Returns the completion with the largest lag, with the throttled calls before it.
fn slowest(run: &BenchRun, lags: &[(String, Duration)]) -> Option<SlowestCompletion> {
    let (ec2_instance, _) = lags.iter().max_by_key(|(_, lag)| *lag)?;
    let (at, feed) =
        run.history.iter().find_map(|entry| match &entry.fact {
            Fact::ActionEnded {
                ec2_instance: id, how: ActionEnd::Completed { by, .. }, ..
            } if id == ec2_instance => Some((entry.at, by.to_string())),
            _ => None,
        })?;
    let before = at.saturating_sub(Duration::from_secs(30))..=at;
    let throttled = run.history.iter().filter(|entry| before.contains(&entry.at)).filter(|entry| {
        matches!(&entry.fact, Fact::Call { by, outcome, .. }
            if by.is_function() && outcome.starts_with("Throttling"))
    });
    let (instance, throttled_before) = (run.name(ec2_instance), throttled.count());
    Some(SlowestCompletion { instance, at, feed, throttled_before })
}

impl RefreshDetails {
    /// Returns the virtual time from the start to the end.
    pub fn virtual_time(&self) -> Duration {
        Duration::from_secs_f64(self.virtual_seconds)
    }
}
