//! Random worlds whose reads lag behind by more than the settle time.
//!
//! No program can avoid all losses in such worlds. The losses are counted by settle time, so an operator can choose a
//! settle time.

use std::time::Duration;

use sim::scenario::{Happening, Length, Scenario};

use crate::error::ReplayError;
use crate::invariants::OVER_LIVE_TASKS;
use crate::parallel::for_each;
use crate::run_outcome::{RunOutcome, seed_path};
use crate::simulation::SimulationOptions;

/// Settle times to try.
pub const SETTLE_TIMES: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
    Duration::from_secs(60),
];

/// Losses with one settle time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettleTimeLosses {
    /// Settle time.
    pub settle_time: Duration,
    /// Number of runs.
    pub runs: usize,
    /// Number of reads that lagged behind.
    pub stale_reads: usize,
    /// Number of runs in which an invariant broke.
    pub broken: usize,
    /// Number of lifecycle actions completed over live tasks before their deadline.
    pub completed_over_live_tasks: usize,
}

/// Runs the seeds once for each settle time, and counts the losses. Every stale read lags behind by `stale`. Calls
/// `observe` after each run.
///
/// # Errors
///
/// As [`SimulationOptions::run_all`].
pub fn losses_by_settle_time(
    options: &SimulationOptions,
    stale: Duration,
    mut observe: impl FnMut(),
) -> Result<Vec<SettleTimeLosses>, ReplayError> {
    let with_settle_time = |settle_time: Duration| {
        let mut losses = SettleTimeLosses { settle_time, ..SettleTimeLosses::default() };
        let run = |seed| {
            let scenario = lagging(options.scenario_of_seed(seed), stale, settle_time);
            RunOutcome::play(&seed_path(seed), scenario, seed, &options.program)
        };
        for_each(options.jobs, options.seeds.clone(), run, |outcome| {
            losses.add(&outcome);
            observe();
            true
        })?;
        Ok(losses)
    };
    SETTLE_TIMES.into_iter().map(with_settle_time).collect()
}

/// Returns the scenario with this settle time, and with a lag of `stale` for every stale read.
fn lagging(mut scenario: Scenario, stale: Duration, settle_time: Duration) -> Scenario {
    let settle_time = format!("{}s", settle_time.as_secs());
    scenario.environment.insert("EBB_SETTLE_TIME".to_owned(), settle_time);
    for step in &mut scenario.happens {
        if let Happening::StaleReads { for_, .. } = &mut step.what {
            *for_ = Length(stale);
        }
    }
    scenario
}

impl SettleTimeLosses {
    fn add(&mut self, outcome: &RunOutcome) {
        self.runs += 1;
        self.stale_reads += outcome.coverage.faults.get("stale-read").copied().unwrap_or_default();
        self.broken += usize::from(!outcome.broken.is_empty());
        self.completed_over_live_tasks +=
            outcome.broken.iter().filter(|it| it.invariant == OVER_LIVE_TASKS).count();
    }
}

#[cfg(test)]
mod tests {
    use sim::scenario::Step;

    use super::*;

    #[test]
    fn lagging_scenario_has_the_given_lag_and_settle_time() {
        let what = Happening::StaleReads { for_: Length::secs(5), operation: None };
        let step = Step { at: Length::secs(60), what };
        let scenario = Scenario { happens: vec![step], ..Scenario::default() };

        let scenario = lagging(scenario, Duration::from_secs(30), Duration::from_secs(20));

        assert_eq!(scenario.environment["EBB_SETTLE_TIME"], "20s");
        let Happening::StaleReads { for_, .. } = &scenario.happens[0].what else {
            panic!("another step")
        };
        assert_eq!(for_.0, Duration::from_secs(30));
    }
}
