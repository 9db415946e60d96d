//! Mistakes of other drainers, made on purpose.
//!
//! The simulation finds each mistake at the seed that ARCHITECTURE.md names. Unchanged ebb breaks no invariant there. A
//! mistake is made outside ebb: in the input or the result of `decide`, or between the SDK and AWS.

mod count;
mod decisions;
mod http;
pub(crate) mod mutant;
mod observations;
pub(crate) mod program;
mod run;
mod table;

use self::mutant::Mutant;
use self::run::run;
use self::table::{Row, table};
use crate::simulation::SEEDS;
use crate::world::on_all_cores;

/// Number of seeds to run, from the seed in the table, 3. A change elsewhere may move a fault by one call.
const TRIES: u64 = 3;

#[test]
fn table_has_a_row_for_every_mutant() {
    let named: Vec<&str> = table().iter().map(|row| row.mutant.name()).collect();

    assert_eq!(named, Mutant::NAMES);
}

#[test]
fn every_mutant_breaks_its_invariant_at_the_seed_of_its_row() {
    let rows = table();

    let unnoticed = on_all_cores(&rows, |Row { mutant, invariant, seed }| {
        let mut seeds = *seed..seed + TRIES;
        let found = seeds.any(|seed| run(*mutant, seed).breaks(invariant));
        (!found).then(|| format!("{} from seed {seed} on: {invariant}", mutant.name()))
    });

    let unnoticed: Vec<String> = unnoticed.into_iter().flatten().collect();
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

#[test]
fn unchanged_ebb_runs_in_the_seeds_of_every_row() {
    for Row { mutant, seed, .. } in table() {
        let tried = seed..seed + TRIES;
        let clean = |seed| SEEDS.contains(&seed);
        assert!(tried.clone().all(clean), "{}: {tried:?} of {SEEDS:?}", mutant.name());
    }
}
