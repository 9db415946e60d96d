//! Many seeds, as many at once as the machine has cores: each run lives on a thread and a runtime of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;

use sim::scenario::Scenario;

use super::coverage::Coverage;
use super::{Outcome, drawn, mutated, nowhere, outcome};
use crate::replay::ReplayError;

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Options {
    /// One run for each.
    pub seeds: Range<u64>,
    /// How long things happen in a random world.
    pub minutes: u64,
    /// The world of a file, where it is not a random one.
    pub scenario: Option<(PathBuf, Scenario)>,
    /// How many runs at once.
    pub jobs: usize,
}

/// What came of all runs.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many runs there were.
    pub runs: usize,
    /// Runs in which an invariant broke, in order of their seeds.
    pub broken: Vec<Outcome>,
    /// Figures of every run, in no order.
    pub coverage: Vec<Coverage>,
}

impl Options {
    /// The world and the faults of a seed.
    pub fn drawn(&self, seed: u64) -> Scenario {
        drawn(seed, self.minutes, self.scenario.as_ref().map(|(_, scenario)| scenario))
    }

    /// The run of one seed.
    ///
    /// # Errors
    ///
    /// What the simulated AWS does not know, and mistakes in the scenario.
    pub fn run(&self, seed: u64) -> Result<Outcome, ReplayError> {
        let path = self.scenario.as_ref().map_or_else(|| nowhere(seed), |(path, _)| path.clone());
        outcome(&path, self.drawn(seed), seed)
    }

    /// Runs every seed; `seen` is told of each as it ends, and stops everything by answering no.
    ///
    /// # Errors
    ///
    /// The first error of a run; then no further run begins.
    pub fn run_all(&self, mut seen: impl FnMut(&Outcome) -> bool) -> Result<Batch, ReplayError> {
        let mut batch = Batch::default();
        each(
            self.jobs,
            self.seeds.clone(),
            |seed| self.run(seed),
            |outcome| {
                let goes_on = seen(&outcome);
                batch.take(outcome);
                goes_on
            },
        )?;
        batch.broken.sort_by_key(|outcome| outcome.seed);
        Ok(batch)
    }
}

/// Runs something for each number on several threads. Each result is taken as it comes, none is kept: ten thousand worlds
/// with their plans would be gigabytes. `take` stops everything by answering no, and so does the first error, which is given
/// back once the runs that had begun are over.
pub(super) fn each<T: Send>(
    jobs: usize,
    numbers: Range<u64>,
    run: impl Fn(u64) -> Result<T, ReplayError> + Sync,
    mut take: impl FnMut(T) -> bool,
) -> Result<(), ReplayError> {
    let (next, stop) = (AtomicU64::new(numbers.start), AtomicBool::new(false));
    let (told, heard) = mpsc::channel();
    let run = mutated(run);
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (told, next, stop, run) = (told.clone(), &next, &stop, &run);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more: the batch is over.
                    if number >= numbers.end || told.send(run(number)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(told);
        let mut error = None;
        for result in heard {
            let goes_on = match result {
                Ok(result) => take(result),
                Err(first) => {
                    error.get_or_insert(first);
                    false
                }
            };
            if !goes_on {
                stop.store(true, Ordering::Relaxed);
            }
        }
        error.map_or(Ok(()), Err)
    })
}

impl Batch {
    fn take(&mut self, outcome: Outcome) {
        self.runs += 1;
        self.coverage.push(outcome.coverage.clone());
        if !outcome.broken.is_empty() {
            self.broken.push(outcome);
        }
    }

    /// The median of a figure over all runs.
    pub fn median(&self, figure: impl Fn(&Coverage) -> f64) -> f64 {
        let mut all: Vec<f64> = self.coverage.iter().map(figure).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    }

    /// In how many runs each kind of fault struck.
    pub fn struck(&self) -> BTreeMap<&'static str, usize> {
        let kinds = super::KINDS.iter();
        let in_runs = |kind: &str| {
            self.coverage.iter().filter(|coverage| coverage.faults.contains_key(kind)).count()
        };
        kinds.map(|kind| (*kind, in_runs(kind))).collect()
    }

    /// The operations that the functions called in any run.
    pub fn operations(&self) -> BTreeSet<&str> {
        self.coverage.iter().flat_map(|it| &it.operations).map(String::as_str).collect()
    }

    /// Names of the reasons that no run gave.
    pub fn reasons_not_met(&self) -> Vec<&'static str> {
        let met: BTreeSet<&str> =
            self.coverage.iter().flat_map(|it| &it.reasons).map(String::as_str).collect();
        let all = drain::reason::Reason::NAMES.iter();
        all.filter(|name| !met.contains(**name)).copied().collect()
    }

    /// How often each invariant broke.
    pub fn by_invariant(&self) -> BTreeMap<&'static str, usize> {
        let mut counted = BTreeMap::new();
        for broken in self.broken.iter().flat_map(|outcome| &outcome.broken) {
            *counted.entry(broken.invariant).or_default() += 1;
        }
        counted
    }
}
