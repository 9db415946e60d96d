//! The mistakes of other drainers, made on purpose: the simulation finds each where ARCHITECTURE.md says, and finds
//! nothing where none is made.

use std::collections::{BTreeMap, BTreeSet};

use drain::mutant::{self, Mutant};
use ebb::simulate::{Options, Outcome};

use crate::world::root;

/// The heading that the table stands below.
const HEADING: &str = "## What the simulation finds";

/// How many seeds are run from the one that the table names: a change elsewhere may move a fault by one call.
const TRIES: u64 = 3;

/// How long things happen in the worlds of the table, in minutes: what `ebb simulate` does unless told otherwise.
const MINUTES: u64 = 120;

/// A row of the table.
struct Row {
    mutant: Mutant,
    invariant: String,
    /// The first seed, from 0 on, in which the invariant breaks.
    seed: u64,
}

fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, section) = text.split_once(HEADING).expect("the table has its heading");
    let section = section.split("\n## ").next().unwrap_or(section);
    section.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, _, name, invariant, seed, _, _] = cells[..] else { return None };
    let mutant = name.trim_matches('`').parse().ok()?;
    let seed = seed.parse().unwrap_or_else(|_| panic!("no seed in {line}"));
    Some(Row { mutant, invariant: invariant.to_owned(), seed })
}

/// The run of a seed, with a mistake or without.
fn run(mutant: Option<Mutant>, seed: u64) -> Outcome {
    let options = Options { seeds: seed..seed + 1, minutes: MINUTES, scenario: None, jobs: 1 };
    mutant::with(mutant, || options.run(seed)).unwrap_or_else(|error| panic!("{error}"))
}

/// What becomes of each, several at once.
fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = all.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let parts = all.chunks(share);
        let work = &work;
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn every_mutant_has_its_row() {
    let named: Vec<&str> = table().iter().map(|row| row.mutant.name()).collect();

    assert_eq!(named, Mutant::NAMES);
}

#[test]
fn each_mutant_breaks_its_invariant_where_the_table_says() {
    let rows = table();

    let outlived = each(&rows, |row| {
        let from = row.seed;
        let breaks = |seed| run(Some(row.mutant), seed).breaks(&row.invariant);
        let found = (from..from + TRIES).any(breaks);
        (!found).then(|| format!("{} broke nothing from seed {from} on", row.mutant.name()))
    });

    let outlived: Vec<String> = outlived.into_iter().flatten().collect();
    assert!(outlived.is_empty(), "{outlived:#?}");
}

#[test]
fn the_program_as_it_is_breaks_nothing_in_the_same_seeds() {
    let seeds: BTreeSet<u64> = table().iter().map(|row| row.seed).collect();
    let seeds: Vec<u64> = seeds.into_iter().collect();

    let broken: BTreeMap<u64, _> =
        seeds.iter().copied().zip(each(&seeds, |seed| run(None, *seed).broken)).collect();

    assert!(broken.values().all(Vec::is_empty), "{broken:#?}");
}
