//! Runs with faults: random worlds or a scenario's, with faults that were drawn before the run, one run for each seed.

mod batch;
mod coverage;
mod draw;
mod everywhere;
mod happenings;
mod regression;
pub mod report;
mod shrink;
mod staleness;
mod swarm;
mod world;

use std::path::{Path, PathBuf};

use sim::scenario::Scenario;

use crate::invariants::{self, Broken};
use crate::play::{self, Responder};
use crate::replay::ReplayError;
pub use batch::{Batch, Options};
pub use coverage::{Coverage, KINDS};
pub use everywhere::{Everywhere, Part, What, everywhere};
pub use regression::{to_toml, write, write_point};
pub use shrink::{Shrunk, shrink};
pub use staleness::{Lost, SETTLE_TIMES, lost_by_settle_time};
pub use swarm::OPERATIONS;

/// What came of one run.
#[derive(Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// The world, what happened to it, and the faults.
    pub scenario: Scenario,
    /// Invariants that broke.
    pub broken: Vec<Broken>,
    /// What it went through.
    pub coverage: Coverage,
}

impl Outcome {
    /// Whether an invariant of this name broke.
    pub fn breaks(&self, invariant: &str) -> bool {
        self.broken.iter().any(|broken| broken.invariant == invariant)
    }
}

/// Draws the world and the faults of a seed. With a scenario only the faults are drawn.
pub fn drawn(seed: u64, minutes: u64, scenario: Option<&Scenario>) -> Scenario {
    let mut draw = draw::Draw::new(seed);
    let mut drawn = match scenario {
        Some(scenario) => scenario.clone(),
        None => world::scenario(&mut draw, minutes),
    };
    drawn.seed = seed;
    drawn.faults.extend(swarm::faults(&mut draw));
    drawn
}

/// Plays a scenario with its faults, and checks every invariant.
///
/// # Errors
///
/// What the simulated AWS does not know, and mistakes in the scenario.
pub fn outcome(path: &Path, scenario: Scenario, seed: u64) -> Result<Outcome, ReplayError> {
    let played = play::play(path, &scenario, Responder::Ebb, seed)?;
    let broken = invariants::check(path, &scenario, &played)?;
    let coverage = Coverage::of(&scenario, &played);
    Ok(Outcome { seed, scenario, broken, coverage })
}

/// A run that makes, on whatever thread, the mistake that this thread makes.
#[cfg(feature = "mutants")]
fn mutated<T>(run: impl Fn(u64) -> T + Sync) -> impl Fn(u64) -> T + Sync {
    let mutant = drain::mutant::on();
    move |number| drain::mutant::with(mutant, || run(number))
}

#[cfg(not(feature = "mutants"))]
fn mutated<T>(run: impl Fn(u64) -> T + Sync) -> impl Fn(u64) -> T + Sync {
    run
}

/// What a run without a file is called in errors.
fn nowhere(seed: u64) -> PathBuf {
    PathBuf::from(format!("seed {seed}"))
}
