//! A failing run made smaller: whatever can be left out without the invariant holding again is left out.

use std::path::Path;

use sim::scenario::Scenario;

use super::{Outcome, nowhere, outcome};
use crate::invariants::Broken;

/// Runs that may be spent on making one failure smaller.
const RUNS: usize = 400;

/// What is left of a failing run.
#[derive(Debug)]
pub struct Shrunk {
    /// The smaller scenario.
    pub scenario: Scenario,
    /// What breaks in it.
    pub broken: Vec<Broken>,
    /// How many runs it took.
    pub runs: usize,
}

/// Makes the scenario of a failing run smaller, as long as the invariant that broke first still breaks.
pub fn shrink(failed: &Outcome) -> Shrunk {
    let Some(first) = failed.broken.first() else {
        return Shrunk { scenario: failed.scenario.clone(), broken: Vec::new(), runs: 0 };
    };
    let mut search = Search {
        path: nowhere(failed.seed),
        invariant: first.invariant,
        seed: failed.seed,
        best: failed.scenario.clone(),
        broken: failed.broken.clone(),
        runs: 0,
    };
    // What is left out of one list may make an entry of another needless: twice, then the most is done.
    for _ in 0..2 {
        search.lists();
    }
    Shrunk { scenario: search.best, broken: search.broken, runs: search.runs }
}

struct Search {
    path: std::path::PathBuf,
    invariant: &'static str,
    seed: u64,
    best: Scenario,
    broken: Vec<Broken>,
    runs: usize,
}

impl Search {
    fn lists(&mut self) {
        self.list(|scenario| &mut scenario.faults);
        self.list(|scenario| &mut scenario.happens);
        self.list(|scenario| &mut scenario.standalone);
        self.list(|scenario| &mut scenario.services);
        self.list(|scenario| &mut scenario.task_definitions);
        self.list(|scenario| &mut scenario.groups);
        for group in 0..self.best.groups.len() {
            self.group(group);
        }
        for name in self.best.environment.keys().cloned().collect::<Vec<_>>() {
            self.attempt(|scenario| drop(scenario.environment.remove(&name)));
        }
    }

    /// Leaves out halves of a list, then quarters, and so on to single entries (delta debugging).
    fn list<T>(&mut self, of: impl Fn(&mut Scenario) -> &mut Vec<T>) {
        let mut size = of(&mut self.best).len();
        while size > 0 {
            let mut from = 0;
            while from < of(&mut self.best).len() {
                let left_out = self.attempt(|scenario| {
                    let list = of(scenario);
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

    fn group(&mut self, at: usize) {
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

    /// Takes the smaller scenario if the invariant breaks in it too. A change that changes nothing is not tried.
    fn attempt(&mut self, change: impl FnOnce(&mut Scenario)) -> bool {
        if self.runs >= RUNS {
            return false;
        }
        let mut smaller = self.best.clone();
        change(&mut smaller);
        if format!("{smaller:?}") == format!("{:?}", self.best) {
            return false;
        }
        self.runs += 1;
        let Some(broken) = breaks(&self.path, &smaller, self.seed, self.invariant) else {
            return false;
        };
        (self.best, self.broken) = (smaller, broken);
        true
    }
}

/// What breaks, if the invariant is among it. A scenario that has become impossible breaks nothing.
fn breaks(
    path: &Path,
    scenario: &Scenario,
    seed: u64,
    invariant: &'static str,
) -> Option<Vec<Broken>> {
    let run = outcome(path, scenario.clone(), seed).ok()?;
    run.broken.iter().any(|it| it.invariant == invariant).then_some(run.broken)
}
