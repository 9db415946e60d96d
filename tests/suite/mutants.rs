//! The mistakes of other drainers, made on purpose: the simulation finds each where ARCHITECTURE.md says, in seeds in which it
//! finds nothing where none is made.

use drain::mutant::{self, Mutant};
use replay::random::RandomWorlds;
use replay::{Program, RunOutcome, SimulationOptions};

use crate::simulation::SEEDS;
use crate::world::{on_all_cores, root};

/// The heading that the table stands below.
const HEADING: &str = "## What the simulation finds";

/// How many seeds are run from the one that the table names: a change elsewhere may move a fault by one call.
const TRIES: u64 = 3;

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

/// The run of a seed, with a mistake.
fn run(mutant: Mutant, seed: u64) -> RunOutcome {
    let options = SimulationOptions {
        seeds: seed..seed + 1,
        worlds: RandomWorlds::default(),
        scenario: None,
        jobs: 1,
        program: Program::default(),
    };
    mutant::with(Some(mutant), || options.run(seed)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_mutant_has_its_row() {
    let named: Vec<&str> = table().iter().map(|row| row.mutant.name()).collect();

    assert_eq!(named, Mutant::NAMES);
}

#[test]
fn each_mutant_breaks_its_invariant_where_the_table_says() {
    let rows = table();

    let outlived = on_all_cores(&rows, |row| {
        let from = row.seed;
        let breaks = |seed| run(row.mutant, seed).breaks(&row.invariant);
        let found = (from..from + TRIES).any(breaks);
        (!found).then(|| format!("{} broke nothing from seed {from} on", row.mutant.name()))
    });

    let outlived: Vec<String> = outlived.into_iter().flatten().collect();
    assert!(outlived.is_empty(), "{outlived:#?}");
}

#[test]
fn the_program_as_it_is_is_run_in_the_same_seeds() {
    for Row { mutant, seed, .. } in table() {
        let tried = seed..seed + TRIES;
        let clean = |seed| SEEDS.contains(&seed);
        assert!(tried.clone().all(clean), "{}: {tried:?} of {SEEDS:?}", mutant.name());
    }
}
