//! Reads that lag behind for longer than the settle time makes up for. Nothing can be right there: what is lost is counted,
//! by settle time, so that it can be chosen.

use std::time::Duration;

use sim::scenario::{Happening, Length, Scenario};

use super::batch::each;
use super::{Options, Outcome, nowhere, outcome};
use crate::replay::ReplayError;

/// The settle times that are tried.
pub const SETTLE_TIMES: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
    Duration::from_secs(60),
];

/// What was lost with one settle time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The settle time.
    pub settle_time: Duration,
    /// Runs.
    pub runs: usize,
    /// Reads that were answered out of the past.
    pub stale_reads: usize,
    /// Runs in which an invariant broke.
    pub broken: usize,
    /// How often an instance was let go with live tasks that had to be waited for.
    pub let_go_over_live_tasks: usize,
}

/// Runs the seeds once for each settle time, with every stale read as far behind as `stale`, and tells what was lost. `seen`
/// is told of each run.
///
/// # Errors
///
/// As [`Options::run_all`].
pub fn lost_by_settle_time(
    options: &Options,
    stale: Duration,
    mut seen: impl FnMut(),
) -> Result<Vec<Lost>, ReplayError> {
    let of = |settle_time: Duration| {
        let mut lost =
            Lost { settle_time, runs: 0, stale_reads: 0, broken: 0, let_go_over_live_tasks: 0 };
        let run = |seed| {
            let scenario = lagging(options.drawn(seed), stale, settle_time);
            outcome(&nowhere(seed), scenario, seed)
        };
        each(options.jobs, options.seeds.clone(), run, |outcome| {
            lost.take(&outcome);
            seen();
            true
        })?;
        Ok(lost)
    };
    SETTLE_TIMES.into_iter().map(of).collect()
}

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

impl Lost {
    fn take(&mut self, outcome: &Outcome) {
        self.runs += 1;
        self.stale_reads += outcome.coverage.faults.get("stale-read").copied().unwrap_or_default();
        self.broken += usize::from(!outcome.broken.is_empty());
        let over = |invariant: &str| invariant == crate::invariants::OVER_LIVE_TASKS;
        self.let_go_over_live_tasks +=
            outcome.broken.iter().filter(|broken| over(broken.invariant)).count();
    }
}

#[cfg(test)]
mod tests {
    use sim::scenario::Step;

    use super::*;

    #[test]
    fn every_stale_read_lags_as_far_as_was_asked_and_the_settle_time_is_the_one_that_is_tried() {
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
