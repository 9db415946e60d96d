//! One run of a seed with a mistake.

use replay::random::RandomWorlds;
use replay::{RunOutcome, SimulationOptions};

use super::mutant::Mutant;
use super::program::program;

/// Runs the random world of a seed with a mistake.
pub(super) fn run(mutant: Mutant, seed: u64) -> RunOutcome {
    let options = SimulationOptions {
        seeds: seed..seed + 1,
        worlds: RandomWorlds::default(),
        scenario: None,
        jobs: 1,
        program: program(mutant),
    };
    options.run(seed).unwrap_or_else(|error| panic!("{error}"))
}
