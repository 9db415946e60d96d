//! The bench of an account in which nothing happens.

use std::time::Duration;

use serde::Serialize;

use super::call_counts::CallCounts;
use super::percentiles::thousandth;
use super::player::{BenchProgress, play};
use super::responders::BenchResponder;
use super::role::BenchRole;
use super::worlds;
use crate::error::ReplayError;

/// First counted minute. The processes have started by then.
const FIRST_MINUTE: u64 = 5;
/// First minute after the counted ones.
const END_MINUTE: u64 = 36;

/// Account in which nothing happens.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    /// Number of clusters.
    pub clusters: usize,
    /// Number of clusters that have a container instance.
    pub with_instances: usize,
    /// Number of Auto Scaling groups.
    pub groups: usize,
    /// Form in which ebb runs.
    pub role: BenchRole,
    /// Seed of all draws.
    pub seed: u64,
}

/// Figures of an idle account.
#[derive(Debug, Clone, Serialize)]
pub struct IdleFigures {
    /// Calls of ECS and Auto Scaling in a minute, on average over the minutes in which ebb renews no read that it keeps
    /// for five minutes.
    pub aws_calls_per_minute: f64,
    /// Calls of ECS and Auto Scaling in a minute, on average over all minutes.
    pub aws_calls_per_minute_with_refreshes: f64,
    /// Figures that only the table has.
    #[serde(skip)]
    pub details: IdleDetails,
}

/// Further figures of an idle account.
#[derive(Debug, Clone, Default)]
pub struct IdleDetails {
    /// Number of minutes counted.
    pub minutes: usize,
    /// Number of these minutes in which ebb renews a read that it keeps for five minutes.
    pub refreshes: usize,
    /// Calls of the minute with the most calls.
    pub most: usize,
    /// Calls of the whole run by feed and operation, the start included.
    pub calls: CallCounts,
}

impl Idle {
    /// Lets half an hour pass and returns the figures.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know.
    pub fn run(&self, progress: BenchProgress<'_>) -> Result<IdleFigures, ReplayError> {
        let Self { clusters, with_instances, groups, .. } = *self;
        let length = Duration::from_secs(60 * (END_MINUTE + 1));
        let scenario = worlds::idle(clusters, with_instances, groups, length, self.seed);
        let run = play(&scenario, BenchResponder::Ebb(self.role), progress)?;
        let calls = CallCounts::of_history(&run.history);
        let (refreshes, others): (Vec<u64>, Vec<u64>) =
            (FIRST_MINUTE..END_MINUTE).partition(|minute| calls.is_refresh(*minute));
        let counted = |minutes: &[u64]| -> Vec<usize> {
            minutes.iter().map(|minute| calls.in_minute(*minute)).collect()
        };
        let without = counted(&others);
        let all = [counted(&refreshes), without.clone()].concat();
        let details = IdleDetails {
            minutes: all.len(),
            refreshes: refreshes.len(),
            most: all.iter().copied().max().unwrap_or_default(),
            calls,
        };
        Ok(IdleFigures {
            aws_calls_per_minute: mean(&without),
            aws_calls_per_minute_with_refreshes: mean(&all),
            details,
        })
    }
}

fn mean(counts: &[usize]) -> f64 {
    thousandth(counts.iter().sum::<usize>() as f64 / counts.len().max(1) as f64)
}
