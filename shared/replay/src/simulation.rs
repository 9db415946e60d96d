//! Runs of many seeds: random worlds, or the world of a file, with random faults.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use sim::scenario::Scenario;

use crate::coverage::{ACCOUNT_KINDS, Coverage, FAULT_KINDS};
use crate::error::ReplayError;
use crate::parallel::for_each;
use crate::program::Program;
use crate::random::RandomWorlds;
use crate::run_outcome::{RunOutcome, seed_path};

/// Options of a simulation.
#[derive(Debug, Clone)]
pub struct SimulationOptions {
    /// Seeds: one run for each.
    pub seeds: Range<u64>,
    /// Random worlds from which the seeds draw.
    pub worlds: RandomWorlds,
    /// World of a file, used instead of a random one.
    pub scenario: Option<(PathBuf, Scenario)>,
    /// Number of runs at once.
    pub jobs: usize,
    /// Program under test.
    pub program: Program,
}

/// Result of a simulation.
#[derive(Debug, Default)]
pub struct SimulationResult {
    /// Number of runs.
    pub runs: usize,
    /// Runs in which an invariant broke, in order of their seeds.
    pub broken: Vec<RunOutcome>,
    /// Figures of every run, in no order.
    pub coverage: Vec<Coverage>,
}

impl SimulationOptions {
    /// Returns the world and the faults of a seed.
    pub fn scenario_of_seed(&self, seed: u64) -> Scenario {
        match &self.scenario {
            Some((_, scenario)) => self.worlds.faults_over(scenario, seed),
            None => self.worlds.scenario(seed),
        }
    }

    /// Runs one seed.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know, and mistakes in the scenario.
    pub fn run(&self, seed: u64) -> Result<RunOutcome, ReplayError> {
        let path = self.scenario.as_ref().map_or_else(|| seed_path(seed), |(path, _)| path.clone());
        RunOutcome::play(&path, self.scenario_of_seed(seed), seed, &self.program)
    }

    /// Runs every seed and calls `observe` with each outcome as it ends. No further run begins after it returns false.
    ///
    /// # Errors
    ///
    /// The first error of a run.
    pub fn run_all(
        &self,
        mut observe: impl FnMut(&RunOutcome) -> bool,
    ) -> Result<SimulationResult, ReplayError> {
        let mut result = SimulationResult::default();
        for_each(
            self.jobs,
            self.seeds.clone(),
            |seed| self.run(seed),
            |outcome| {
                let goes_on = observe(&outcome);
                result.add(outcome);
                goes_on
            },
        )?;
        result.broken.sort_by_key(|outcome| outcome.seed);
        Ok(result)
    }
}

impl SimulationResult {
    fn add(&mut self, outcome: RunOutcome) {
        self.runs += 1;
        self.coverage.push(outcome.coverage.clone());
        if !outcome.broken.is_empty() {
            self.broken.push(outcome);
        }
    }

    /// Returns the median of a figure over all runs.
    pub fn median(&self, figure: impl Fn(&Coverage) -> f64) -> f64 {
        let mut all: Vec<f64> = self.coverage.iter().map(figure).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    }

    /// Returns the number of runs in which each kind of fault struck.
    pub fn struck(&self) -> BTreeMap<&'static str, usize> {
        let in_runs = |kind: &str| {
            self.coverage.iter().filter(|coverage| coverage.faults.contains_key(kind)).count()
        };
        FAULT_KINDS.iter().map(|kind| (*kind, in_runs(kind))).collect()
    }

    /// Returns the number of runs with each circumstance of real accounts.
    pub fn circumstances(&self) -> BTreeMap<&'static str, usize> {
        let has = |kind: &str, coverage: &&Coverage| coverage.faults.contains_key(kind);
        let in_runs = |kind: &str| self.coverage.iter().filter(|it| has(kind, it)).count();
        ACCOUNT_KINDS.iter().map(|kind| (*kind, in_runs(kind))).collect()
    }

    /// Returns the operations that the functions called in any run.
    pub fn operations(&self) -> BTreeSet<&str> {
        self.coverage.iter().flat_map(|it| &it.operations).map(String::as_str).collect()
    }

    /// Returns the codes of the reasons that no run gave.
    pub fn reasons_not_met(&self) -> Vec<&'static str> {
        let met: BTreeSet<&str> =
            self.coverage.iter().flat_map(|it| &it.reasons).map(String::as_str).collect();
        let all = drain::reason::Reason::CODES.iter();
        all.filter(|name| !met.contains(**name)).copied().collect()
    }

    /// Returns the number of times that each invariant broke.
    pub fn by_invariant(&self) -> BTreeMap<&'static str, usize> {
        let mut counted = BTreeMap::new();
        for violation in self.broken.iter().flat_map(|outcome| &outcome.broken) {
            *counted.entry(violation.invariant).or_default() += 1;
        }
        counted
    }
}
