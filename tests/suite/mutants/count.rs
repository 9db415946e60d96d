//! The seeds in which a mutant breaks invariants, counted for the table.

use std::collections::BTreeMap;
use std::ops::Range;

use super::mutant::Mutant;
use super::run::run;
use super::table::{Row, table};
use crate::world::on_all_cores;

/// Variable with the name of the mutant to count (default: the first one of the table).
const MUTANT: &str = "EBB_MUTANT";

/// Variable with the seeds to count, for example `0..40` (default: the seed of the mutant's row).
const COUNTED_SEEDS: &str = "EBB_SEEDS";

/// Returns the seeds in which each invariant breaks.
fn breaking_seeds(mutant: Mutant, seeds: &[u64]) -> BTreeMap<&'static str, Vec<u64>> {
    let outcomes = on_all_cores(seeds, |seed| run(mutant, *seed));
    let mut breaking: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for outcome in outcomes {
        for violation in outcome.broken {
            let seeds = breaking.entry(violation.invariant).or_default();
            if seeds.last() != Some(&outcome.seed) {
                seeds.push(outcome.seed);
            }
        }
    }
    breaking
}

fn named_row() -> Row {
    let mutant = std::env::var(MUTANT).map_or(Mutant::CountsRunningTasks, |name| {
        name.parse().unwrap_or_else(|_| panic!("{MUTANT} is none of {:?}", Mutant::NAMES))
    });
    let row = table().into_iter().find(|row| row.mutant == mutant);
    row.unwrap_or_else(|| panic!("the table has no row for {}", mutant.name()))
}

fn range(text: &str) -> Range<u64> {
    let (from, to) = text.split_once("..").expect("seeds are written as 0..40");
    from.parse().expect("a seed")..to.parse().expect("a seed")
}

#[test]
fn mutant_breaks_the_invariant_of_its_row_in_the_counted_seeds() {
    let Row { mutant, invariant, seed } = named_row();
    let seeds = std::env::var(COUNTED_SEEDS).map_or(seed..seed + 1, |text| range(&text));
    let seeds: Vec<u64> = seeds.collect();

    let breaking = breaking_seeds(mutant, &seeds);

    for (invariant, found) in &breaking {
        println!("{} {} of {}: {invariant}: {found:?}", mutant.name(), found.len(), seeds.len());
    }
    assert!(breaking.contains_key(invariant.as_str()), "{} in {seeds:?}", mutant.name());
}
