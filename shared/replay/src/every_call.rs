//! One fault at a time, at every call that a scenario makes.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
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

/// A share of the points, so that hours can be tried in pieces: every so manieth of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which share, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

impl Part {
    /// All points.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    fn take<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.number.saturating_sub(1)).step_by(self.of.max(1)).collect()
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no part: write 1/4 for the first quarter");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) = (number.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(wrong()) }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Everywhere {
    /// How many points the scenario has.
    pub points: usize,
    /// How many of those were chosen, evenly by seed.
    pub chosen: usize,
    /// How many were tried: all that were chosen, unless it was stopped.
    pub tried: usize,
    /// How many of those in which the fault struck.
    pub struck: usize,
    /// Runs in which an invariant broke that holds without the fault.
    pub broken: Vec<Outcome>,
    /// Runs in which no invariant broke, and more was lost than without the fault.
    pub costly: Vec<Outcome>,
}

/// Tries a fault at every call of a scenario's run, or at an evenly spread sample of them, or at a part of these. `seen` is told
/// of each run as it ends, with how many of how many are done, and stops everything by answering no.
///
/// # Errors
///
/// Mistakes in the scenario, and what the simulated AWS does not know.
pub fn everywhere(
    path: &Path,
    scenario: &Scenario,
    what: What,
    part: Part,
    jobs: usize,
    mut seen: impl FnMut(usize, usize, &Outcome) -> bool,
) -> Result<Everywhere, ReplayError> {
    let seed = scenario.seed;
    let baseline = play::play(path, scenario, Responder::Ebb, seed)?;
    let plans: Vec<Plan> =
        calls(&baseline.history).iter().flat_map(|call| plans(call, what)).collect();
    let points = plans.len();
    let sample = part.take(sampled(plans, seed));
    let usual = outcome(path, scenario.clone(), seed)?;
    let breaks_anyway = |invariant: &str| usual.breaks(invariant);
    let run = |at: u64| outcome(path, sample[at as usize].applied_to(scenario), seed);
    let (mut done, mut struck) = (0, 0);
    let (mut broken, mut costly) = (Vec::new(), Vec::new());
    each(jobs, 0..sample.len() as u64, run, |mut outcome| {
        done += 1;
        struck += usize::from(outcome.coverage.planned > usual.coverage.planned);
        outcome.broken.retain(|it| !breaks_anyway(it.invariant));
        let goes_on = seen(done, sample.len(), &outcome);
        if !outcome.broken.is_empty() {
            broken.push(outcome);
        } else if outcome.coverage.lost > usual.coverage.lost {
            costly.push(outcome);
        }
        goes_on
    })?;
    Ok(Everywhere { points, chosen: sample.len(), tried: done, struck, broken, costly })
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
    let of_kind =
        |kind: &CallFault| kills(kind) == (what == What::Kills) && kind.can_strike(&call.operation);
    let mut plans: Vec<Plan> = CallFault::ALL.into_iter().filter(of_kind).map(fault).collect();
    if what == What::Faults && ["List", "Describe"].iter().any(|it| call.operation.starts_with(it))
    {
        plans.push(stale(call));
    }
    plans
}

/// The call, and all others of its operation in the seconds before it, are answered as of these seconds before.
fn stale(call: &Call) -> Plan {
    let begins = call.at.saturating_sub(BEHIND);
    // What lags behind does so until just before its end.
    let lasts = call.at - begins + Duration::from_millis(1);
    let (at, for_) = (Length(begins), Length(lasts));
    let operation = Some(call.operation.clone());
    Plan::Step(Step { at, what: Happening::StaleReads { for_, operation } })
}

/// All of them, or one out of each of `MOST` stretches of the same length, drawn: points of one kind lie at even distances.
fn sampled<T: Clone>(plans: Vec<T>, seed: u64) -> Vec<T> {
    if plans.len() <= MOST {
        return plans;
    }
    let mut draw = fastrand::Rng::with_seed(seed);
    let end = |n: usize| n * plans.len() / MOST;
    (0..MOST).map(|n| plans[draw.usize(end(n)..end(n + 1))].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_as_many_points_of_each_kind() {
        let points: Vec<usize> = (0..18 * MOST).collect();

        let sample = sampled(points, 7);

        let odd = sample.iter().filter(|point| *point % 2 == 1).count();
        assert_eq!(sample.len(), MOST);
        assert!(odd.abs_diff(MOST / 2) < MOST / 20, "{odd}");
        assert!(sample.is_sorted());
    }

    #[test]
    fn the_parts_are_the_whole() {
        let parts = (1..=3).map(|number| Part { number, of: 3 }.take((0..10).collect::<Vec<_>>()));
        let parts: Vec<_> = parts.collect();

        assert_eq!(parts, [vec![0, 3, 6, 9], vec![1, 4, 7], vec![2, 5, 8]]);
        assert_eq!(Part::WHOLE.take(vec![1, 2]), [1, 2]);
    }

    #[test]
    fn a_part_is_one_of_so_many() {
        assert_eq!("2/4".parse(), Ok(Part { number: 2, of: 4 }));
        for wrong in ["0/4", "5/4", "1/0", "1", "x/4", ""] {
            let told = wrong.parse::<Part>().unwrap_err();
            assert!(told.contains("write 1/4"), "{told}");
        }
    }
}
