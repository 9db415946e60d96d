//! Shrinks a failing run: removes every part without which the invariant still breaks.

use std::path::PathBuf;

use sim::scenario::Scenario;

use crate::invariants::Violation;
use crate::program::Program;
use crate::run_outcome::{RunOutcome, seed_path};

/// Most runs to shrink one failure.
const MOST_RUNS: usize = 400;

/// Smaller scenario of a failing run.
#[derive(Debug)]
pub struct SmallerFailure {
    /// Scenario.
    pub scenario: Scenario,
    /// Invariants that break in it.
    pub broken: Vec<Violation>,
    /// Number of runs that the shrinking took.
    pub runs: usize,
}

/// Shrinks the scenario of a failing run, as long as the invariant that broke first still breaks.
pub fn shrink(failed: &RunOutcome, program: &Program) -> SmallerFailure {
    let Some(first) = failed.broken.first() else {
        return SmallerFailure { scenario: failed.scenario.clone(), broken: Vec::new(), runs: 0 };
    };
    let mut search = Search {
        path: seed_path(failed.seed),
        program,
        invariant: first.invariant,
        seed: failed.seed,
        best: failed.scenario.clone(),
        broken: failed.broken.clone(),
        runs: 0,
    };
    // An entry of one list may become needless once another list is shorter. A second pass finds most of them.
    for _ in 0..2 {
        search.shorten_lists();
    }
    SmallerFailure { scenario: search.best, broken: search.broken, runs: search.runs }
}

struct Search<'a> {
    path: PathBuf,
    program: &'a Program,
    invariant: &'static str,
    seed: u64,
    best: Scenario,
    broken: Vec<Violation>,
    runs: usize,
}

impl Search<'_> {
    fn shorten_lists(&mut self) {
        self.shorten(|scenario| &mut scenario.faults);
        self.shorten(|scenario| &mut scenario.happens);
        self.shorten(|scenario| &mut scenario.standalone);
        self.shorten(|scenario| &mut scenario.services);
        self.shorten(|scenario| &mut scenario.task_definitions);
        self.shorten(|scenario| &mut scenario.groups);
        for group in 0..self.best.groups.len() {
            self.simplify_group(group);
        }
        for name in self.best.environment.keys().cloned().collect::<Vec<_>>() {
            self.attempt(|scenario| drop(scenario.environment.remove(&name)));
        }
    }

    /// Leaves out halves of a list, then quarters, and so on to single entries (delta debugging).
    fn shorten<T>(&mut self, list_of: impl Fn(&mut Scenario) -> &mut Vec<T>) {
        let mut size = list_of(&mut self.best).len();
        while size > 0 {
            let mut from = 0;
            while from < list_of(&mut self.best).len() {
                let left_out = self.attempt(|scenario| {
                    let list = list_of(scenario);
                    let to = (from + size).min(list.len());
                    list.drain(from..to);
                });
                if !left_out {
                    from += size;
                }
            }
            size /= 2;
        }
    }

    fn simplify_group(&mut self, at: usize) {
        let group = move |scenario: &mut Scenario, change: fn(&mut sim::scenario::GroupSpec)| {
            if let Some(group) = scenario.groups.get_mut(at) {
                change(group);
            }
        };
        self.attempt(|scenario| group(scenario, |it| it.warm_pool = None));
        self.attempt(|scenario| group(scenario, |it| it.capacity_rebalance = false));
        self.attempt(|scenario| group(scenario, |it| it.tags.clear()));
        self.attempt(|scenario| group(scenario, |it| it.elb_deregistration = Default::default()));
        while self
            .attempt(|scenario| group(scenario, |it| it.instances = it.instances.saturating_sub(1)))
        {
        }
    }

    /// Keeps the changed scenario if the invariant breaks in it too. A change without effect is not run.
    fn attempt(&mut self, change: impl FnOnce(&mut Scenario)) -> bool {
        if self.runs >= MOST_RUNS {
            return false;
        }
        let mut smaller = self.best.clone();
        change(&mut smaller);
        if format!("{smaller:?}") == format!("{:?}", self.best) {
            return false;
        }
        self.runs += 1;
        let Some(broken) = self.violations(&smaller) else { return false };
        (self.best, self.broken) = (smaller, broken);
        true
    }

    /// Returns the violations in a scenario, if the invariant is among them. A scenario with a mistake has no
    /// violations.
    fn violations(&self, scenario: &Scenario) -> Option<Vec<Violation>> {
        let run = RunOutcome::play(&self.path, scenario.clone(), self.seed, self.program).ok()?;
        run.breaks(self.invariant).then_some(run.broken)
    }
}
