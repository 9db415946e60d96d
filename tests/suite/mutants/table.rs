//! The table of the mutants in ARCHITECTURE.md.

use super::mutant::Mutant;
use crate::world::root;

/// Heading of the section that holds the table.
const HEADING: &str = "## What the simulation finds";

/// A row of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) mutant: Mutant,
    pub(super) invariant: String,
    /// First seed, from 0 on, in which the invariant breaks.
    pub(super) seed: u64,
}

/// Returns the rows in their order.
pub(super) fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, section) = text.split_once(HEADING).expect("the table has its heading");
    let section = section.split("\n## ").next().unwrap_or(section);
    section.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, _, name, invariant, seed, _, _] = cells[..] else { return None };
    let mutant = name.strip_prefix('`')?.strip_suffix('`')?;
    let mutant = mutant.parse().unwrap_or_else(|_| panic!("no mutant has the name in {line}"));
    let seed = seed.parse().unwrap_or_else(|_| panic!("no seed in {line}"));
    Some(Row { mutant, invariant: invariant.to_owned(), seed })
}
