//! One scenario, played with ebb and checked against every invariant.

use std::path::{Path, PathBuf};

use sim::scenario::Scenario;

use crate::coverage::Coverage;
use crate::error::ReplayError;
use crate::invariants::{self, Violation};
use crate::player::play;
use crate::program::Program;
use crate::responder::Responder;

/// Outcome of one run.
#[derive(Debug)]
pub struct RunOutcome {
    /// Seed.
    pub seed: u64,
    /// The world, its steps and its faults.
    pub scenario: Scenario,
    /// Invariants that broke.
    pub broken: Vec<Violation>,
    /// Figures of the run: drains, faults that struck, reasons.
    pub coverage: Coverage,
}

impl RunOutcome {
    /// Plays a scenario with its faults and checks every invariant. `path` is the file that errors name.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know, and mistakes in the scenario.
    pub fn play(
        path: &Path,
        scenario: Scenario,
        seed: u64,
        program: &Program,
    ) -> Result<Self, ReplayError> {
        let played = play(path, &scenario, Responder::Ebb, seed, program)?;
        let broken = invariants::check(path, &scenario, &played)?;
        let coverage = Coverage::of_run(&scenario, &played);
        Ok(Self { seed, scenario, broken, coverage })
    }

    /// Returns true if the invariant of this name broke.
    pub fn breaks(&self, invariant: &str) -> bool {
        self.broken.iter().any(|violation| violation.invariant == invariant)
    }
}

/// Returns the name that errors have for a run without a file.
pub(crate) fn seed_path(seed: u64) -> PathBuf {
    PathBuf::from(format!("seed {seed}"))
}
