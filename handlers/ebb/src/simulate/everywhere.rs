//! One fault at a time, at every call that a scenario makes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sim::history::{Caller, Fact};
use sim::scenario::{CallFault, Fault, Happening, Length, Scenario, Step};

use super::batch::each;
use super::{Outcome, outcome};
use crate::play::{self, Responder};
use crate::replay::ReplayError;

/// Beyond so many points of one scenario a sample is taken.
pub const MOST: usize = 2_000;

/// How far a stale answer lies behind: as much as the settle time makes up for.
const BEHIND: Duration = Duration::from_secs(9);

/// What is tried at every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The process is killed just before the call, and just after it.
    Kills,
    /// Every other kind of fault.
    Faults,
}

/// What came of it.
#[derive(Debug)]
pub struct Everywhere {
    /// How many points the scenario has.
    pub points: usize,
    /// How many were tried.
    pub tried: usize,
    /// How many of those in which the fault struck.
    pub struck: usize,
    /// Runs in which an invariant broke that holds without the fault.
    pub broken: Vec<Outcome>,
    /// Runs in which no invariant broke, and more was lost than without the fault.
    pub costly: Vec<Outcome>,
}

/// Tries a fault at every call of a scenario's run, or at an evenly spread sample of them.
///
/// # Errors
///
/// Mistakes in the scenario, and what the simulated AWS does not know.
pub fn everywhere(
    path: &Path,
    scenario: &Scenario,
    what: What,
    jobs: usize,
    mut seen: impl FnMut(usize, usize),
) -> Result<Everywhere, ReplayError> {
    let seed = scenario.seed;
    let baseline = play::play(path, scenario, Responder::Ebb, seed)?;
    let plans: Vec<Plan> =
        calls(&baseline.history).iter().flat_map(|call| plans(call, what)).collect();
    let points = plans.len();
    let sample = sampled(plans, seed);
    let usual = outcome(path, scenario.clone(), seed)?;
    let breaks_anyway = |invariant: &str| usual.breaks(invariant);
    let run = |at: u64| outcome(path, sample[at as usize].applied_to(scenario), seed);
    let (mut done, mut struck) = (0, 0);
    let (mut broken, mut costly) = (Vec::new(), Vec::new());
    each(jobs, 0..sample.len() as u64, run, |mut outcome| {
        done += 1;
        seen(done, sample.len());
        struck += usize::from(outcome.coverage.planned > usual.coverage.planned);
        outcome.broken.retain(|it| !breaks_anyway(it.invariant));
        if !outcome.broken.is_empty() {
            broken.push(outcome);
        } else if outcome.coverage.lost > usual.coverage.lost {
            costly.push(outcome);
        }
        true
    })?;
    Ok(Everywhere { points, tried: sample.len(), struck, broken, costly })
}

/// A call of the run without faults.
struct Call {
    function: String,
    operation: String,
    nth: u32,
    at: Duration,
}

fn calls(history: &[sim::history::Entry]) -> Vec<Call> {
    let mut counted: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let calls = history.iter().filter_map(|entry| match &entry.fact {
        Fact::Call { by: Caller::Function { name, .. }, operation, .. } => {
            let nth = counted.entry((name, operation)).or_default();
            *nth += 1;
            let (function, operation) = (name.clone(), operation.clone());
            Some(Call { function, operation, nth: *nth, at: entry.at })
        }
        _ => None,
    });
    calls.collect()
}

/// One thing that goes wrong.
#[derive(Debug, Clone)]
enum Plan {
    Fault(Fault),
    Step(Step),
}

impl Plan {
    fn applied_to(&self, scenario: &Scenario) -> Scenario {
        let mut scenario = scenario.clone();
        match self {
            Self::Fault(fault) => scenario.faults.push(fault.clone()),
            Self::Step(step) => scenario.happens.push(step.clone()),
        }
        scenario
    }
}

fn plans(call: &Call, what: What) -> Vec<Plan> {
    let fault = |become_: CallFault| {
        let (function, operation) = (call.function.clone(), call.operation.clone());
        Plan::Fault(Fault::Call { function, operation, nth: call.nth, become_ })
    };
    let kills = |kind: &CallFault| matches!(kind, CallFault::KilledBefore | CallFault::KilledAfter);
    let of_kind = |kind: &CallFault| kills(kind) == (what == What::Kills);
    let mut plans: Vec<Plan> = CallFault::ALL.into_iter().filter(of_kind).map(fault).collect();
    if what == What::Faults && ["List", "Describe"].iter().any(|it| call.operation.starts_with(it))
    {
        plans.push(stale(call));
    }
    plans
}

/// The call, and all others of its operation in these seconds, are answered as of some seconds before.
fn stale(call: &Call) -> Plan {
    let at = Length(call.at.saturating_sub(BEHIND));
    let for_ = Length(BEHIND);
    let operation = Some(call.operation.clone());
    Plan::Step(Step { at, what: Happening::StaleReads { for_, operation } })
}

/// All of them, or an even sample that begins where the seed says.
fn sampled(plans: Vec<Plan>, seed: u64) -> Vec<Plan> {
    if plans.len() <= MOST {
        return plans;
    }
    let all = plans.len();
    let start = (seed as usize) % (all / MOST);
    (0..MOST).map(|n| plans[(start + n * all / MOST).min(all - 1)].clone()).collect()
}
