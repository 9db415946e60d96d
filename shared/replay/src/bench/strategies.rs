//! The comparison of three ways to drain, in one world.

use std::time::Duration;

use aws::feed::Feed;
use drain::policy::Policy;
use serde::Serialize;
use sim::account::{KilledTasks, Percentiles, Stopped, Summary};

use super::call_counts::CallCounts;
use super::percentiles::thousandth;
use super::player::{BenchProgress, play};
use super::responders::BenchResponder;
use super::role::BenchRole;
use super::worlds;
use crate::error::ReplayError;

/// Instances of each of the two refreshed groups.
const INSTANCES: usize = 12;
/// Instances that get a Spot interruption warning.
const WARNED: usize = 4;

/// Way to drain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// The public samples: DRAINING, then `runningTasksCount` every 15 s until it is 0.
    CountAndPoll,
    /// ECS managed instance draining.
    ManagedDraining,
    /// ebb, as Lambda functions.
    Ebb,
}

impl Strategy {
    /// All strategies, ebb last.
    pub const ALL: [Self; 3] = [Self::CountAndPoll, Self::ManagedDraining, Self::Ebb];

    /// Returns the name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::CountAndPoll => "count-and-poll",
            Self::ManagedDraining => "managed-draining",
            Self::Ebb => "ebb",
        }
    }

    fn responder(self) -> BenchResponder {
        match self {
            Self::CountAndPoll => BenchResponder::CountAndPoll,
            Self::ManagedDraining => BenchResponder::ManagedDraining,
            Self::Ebb => BenchResponder::Ebb(BenchRole::Lambda),
        }
    }
}

/// Figures of one strategy.
#[derive(Debug, Clone, Serialize)]
pub struct StrategyFigures {
    /// Number of container instances drained.
    pub instances_drained: usize,
    /// Tasks killed, by kind.
    pub tasks_killed: KilledTasks,
    /// Tasks that the strategy stopped with SIGTERM and their whole stop timeout.
    pub tasks_stopped: Stopped,
    /// Requests that failed.
    pub requests_failed: u64,
    /// Number of lifecycle actions that AWS ended by a timeout.
    pub actions_timed_out: usize,
    /// Seconds between the earliest possible completion of a lifecycle action and the actual one.
    pub completion_lag_seconds: Option<Percentiles>,
    /// Calls of ECS and Auto Scaling for each instance drained; none for managed draining, which is a part of AWS.
    pub calls_per_instance: Option<f64>,
    /// Virtual seconds from the start to the end.
    pub virtual_seconds: f64,
}

/// Plays one world with each strategy: instance refreshes of 24 instances behind a load balancer, and Spot interruption
/// warnings for 4 more.
///
/// # Errors
///
/// Requests that the simulated AWS does not know.
pub fn strategies(
    seed: u64,
    progress: BenchProgress<'_>,
) -> Result<Vec<(Strategy, StrategyFigures)>, ReplayError> {
    let scenario = worlds::strategies(INSTANCES, WARNED, seed);
    let settle = Policy::default().settle_time;
    let figures = |strategy: Strategy| {
        let run = play(&scenario, strategy.responder(), progress)?;
        let summary = Summary::from_history(&run.history, settle, Feed::Sweep.name());
        let calls = CallCounts::of_history(&run.history);
        Ok((strategy, StrategyFigures::new(strategy, &summary, &calls)))
    };
    Strategy::ALL.into_iter().map(figures).collect()
}

impl StrategyFigures {
    fn new(strategy: Strategy, summary: &Summary, calls: &CallCounts) -> Self {
        let per_instance = calls.total() as f64 / summary.instances_drained.max(1) as f64;
        let is_caller = strategy != Strategy::ManagedDraining;
        Self {
            instances_drained: summary.instances_drained,
            tasks_killed: summary.tasks_killed,
            tasks_stopped: summary.tasks_stopped_by_responder,
            requests_failed: summary.requests_failed.unwrap_or_default(),
            actions_timed_out: summary.lifecycle_actions.timed_out,
            completion_lag_seconds: summary.completion_lag_seconds,
            calls_per_instance: is_caller.then(|| thousandth(per_instance)),
            virtual_seconds: summary.virtual_seconds,
        }
    }

    /// Returns true if a task was killed, a request failed or a lifecycle action timed out.
    pub fn has_losses(&self) -> bool {
        let KilledTasks { replica, daemon, standalone } = self.tasks_killed;
        let killed = (replica + daemon + standalone) as u64;
        killed + self.requests_failed > 0 || self.actions_timed_out > 0
    }

    /// Returns the virtual time from the start to the end.
    pub fn virtual_time(&self) -> Duration {
        Duration::from_secs_f64(self.virtual_seconds)
    }
}
