//! Runs of one scenario with a fault at every AWS call, one fault in each run.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sim::can_lag;
use sim::history::{Caller, Fact};
use sim::scenario::{CallFault, Happening, Length, PlannedFault, Scenario, Step};

use crate::error::ReplayError;
use crate::parallel::for_each;
use crate::player::play;
use crate::program::Program;
use crate::responder::Responder;
use crate::run_outcome::RunOutcome;

/// Largest number of points of one scenario that are run, 2 000. A scenario with more points is sampled.
pub const MOST_POINTS: usize = 2_000;

/// Lag of a stale answer, 9 s. This is less than the settle time.
const STALE_BY: Duration = Duration::from_secs(9);

/// Faults to try at every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultClass {
    /// A kill of the process just before the call, and just after it.
    Kills,
    /// Every other kind of fault.
    Others,
}

/// Slice of the points: every N-th point, to split a long run over machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallSlice {
    /// Number of the slice, from 1.
    pub number: usize,
    /// Number of slices.
    pub of: usize,
}

impl CallSlice {
    /// All points.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    fn select<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.number.saturating_sub(1)).step_by(self.of.max(1)).collect()
    }
}

impl FromStr for CallSlice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a slice: write 1/4 for the first quarter");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) = (number.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(wrong()) }
    }
}

/// Options of the runs with a fault at every call.
#[derive(Debug)]
pub struct EveryCallOptions<'a> {
    /// File of the scenario.
    pub path: &'a Path,
    /// Scenario.
    pub scenario: &'a Scenario,
    /// Faults to try.
    pub faults: FaultClass,
    /// Slice of the points.
    pub slice: CallSlice,
    /// Number of runs at once.
    pub jobs: usize,
    /// Program under test.
    pub program: Program,
}

/// Result of the runs with a fault at every call.
#[derive(Debug)]
pub struct EveryCallResult {
    /// Number of points that the scenario has.
    pub points: usize,
    /// Number of points chosen: the slice, or its sample.
    pub chosen: usize,
    /// Number of points tried: all chosen points, unless a run ended the series early.
    pub tried: usize,
    /// Number of points tried in which the fault struck.
    pub struck: usize,
    /// Runs that broke an invariant, although the run without the fault did not.
    pub broken: Vec<RunOutcome>,
    /// Runs that broke no invariant, but lost more work than the run without the fault.
    pub costly: Vec<RunOutcome>,
}

impl EveryCallOptions<'_> {
    /// Tries a fault at every call of the scenario's run, or at an evenly spread sample of them.
    ///
    /// `observe` gets the number of points done, the number chosen, and the outcome of each run as it ends. No further
    /// run begins after it returns false.
    ///
    /// # Errors
    ///
    /// Mistakes in the scenario, and requests that the simulated AWS does not know.
    pub fn run(
        &self,
        mut observe: impl FnMut(usize, usize, &RunOutcome) -> bool,
    ) -> Result<EveryCallResult, ReplayError> {
        let seed = self.scenario.seed;
        let baseline = play(self.path, self.scenario, Responder::Ebb, seed, &self.program)?;
        let plans: Vec<Plan> =
            calls(&baseline.history).iter().flat_map(|call| plans(call, self.faults)).collect();
        let points = plans.len();
        let sample = self.slice.select(sampled(plans, seed));
        let usual = self.outcome(self.scenario.clone())?;
        let run = |at: u64| self.outcome(sample[at as usize].applied_to(self.scenario));
        let (mut done, mut struck) = (0, 0);
        let (mut broken, mut costly) = (Vec::new(), Vec::new());
        for_each(self.jobs, 0..sample.len() as u64, run, |mut outcome| {
            done += 1;
            struck += usize::from(outcome.coverage.planned > usual.coverage.planned);
            outcome.broken.retain(|it| !usual.breaks(it.invariant));
            let goes_on = observe(done, sample.len(), &outcome);
            if !outcome.broken.is_empty() {
                broken.push(outcome);
            } else if outcome.coverage.losses.work() > usual.coverage.losses.work() {
                costly.push(outcome);
            }
            goes_on
        })?;
        Ok(EveryCallResult { points, chosen: sample.len(), tried: done, struck, broken, costly })
    }

    fn outcome(&self, scenario: Scenario) -> Result<RunOutcome, ReplayError> {
        RunOutcome::play(self.path, scenario, self.scenario.seed, &self.program)
    }
}

/// Call of the run without faults.
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

/// Fault to try: one point.
#[derive(Debug, Clone)]
enum Plan {
    Fault(PlannedFault),
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

fn plans(call: &Call, faults: FaultClass) -> Vec<Plan> {
    let fault = |become_: CallFault| {
        let (function, operation) = (call.function.clone(), call.operation.clone());
        Plan::Fault(PlannedFault::Call { function, operation, nth: call.nth, become_ })
    };
    let kills = |kind: &CallFault| matches!(kind, CallFault::KilledBefore | CallFault::KilledAfter);
    let of_kind = |kind: &CallFault| {
        kills(kind) == (faults == FaultClass::Kills) && kind.can_strike(&call.operation)
    };
    let mut plans: Vec<Plan> = CallFault::ALL.into_iter().filter(of_kind).map(fault).collect();
    if faults == FaultClass::Others && can_lag(&call.operation) {
        plans.push(stale(call));
    }
    plans
}

/// Returns the step that makes the call lag behind, and with it all calls of its operation in the seconds before.
fn stale(call: &Call) -> Plan {
    let begins = call.at.saturating_sub(STALE_BY);
    // Stale reads end just before the end of their step.
    let lasts = call.at - begins + Duration::from_millis(1);
    let (at, for_) = (Length(begins), Length(lasts));
    let operation = Some(call.operation.clone());
    Plan::Step(Step { at, what: Happening::StaleReads { for_, operation } })
}

/// Returns all points, or a sample with one drawn point from each of [`MOST_POINTS`] equal sections. A regular step
/// would favour points of one kind, which lie at even distances.
fn sampled<T: Clone>(plans: Vec<T>, seed: u64) -> Vec<T> {
    if plans.len() <= MOST_POINTS {
        return plans;
    }
    let mut draw = fastrand::Rng::with_seed(seed);
    let end = |n: usize| n * plans.len() / MOST_POINTS;
    (0..MOST_POINTS).map(|n| plans[draw.usize(end(n)..end(n + 1))].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_has_as_many_points_of_each_kind() {
        let points: Vec<usize> = (0..18 * MOST_POINTS).collect();

        let sample = sampled(points, 7);

        let odd = sample.iter().filter(|point| *point % 2 == 1).count();
        assert_eq!(sample.len(), MOST_POINTS);
        assert!(odd.abs_diff(MOST_POINTS / 2) < MOST_POINTS / 20, "{odd}");
        assert!(sample.is_sorted());
    }

    #[test]
    fn read_of_any_service_with_lagging_answers_is_tried_with_a_stale_answer() {
        let is_stale = |operation: &str| {
            let (function, operation) = ("f".to_owned(), operation.to_owned());
            let call = Call { function, operation, nth: 1, at: Duration::from_secs(60) };
            plans(&call, FaultClass::Others).iter().any(|plan| matches!(plan, Plan::Step(_)))
        };

        for operation in ["DescribeTargetHealth", "GetParameters", "ListTasks"] {
            assert!(is_stale(operation), "{operation}");
        }
        assert!(!is_stale("GetCallerIdentity") && !is_stale("StopTask"));
    }

    #[test]
    fn slices_are_the_whole() {
        let slice = |number| CallSlice { number, of: 3 }.select((0..10).collect::<Vec<_>>());
        let slices: Vec<_> = (1..=3).map(slice).collect();

        assert_eq!(slices, [vec![0, 3, 6, 9], vec![1, 4, 7], vec![2, 5, 8]]);
        assert_eq!(CallSlice::WHOLE.select(vec![1, 2]), [1, 2]);
    }

    #[test]
    fn slice_outside_its_range_is_an_error() {
        assert_eq!("2/4".parse(), Ok(CallSlice { number: 2, of: 4 }));
        for wrong in ["0/4", "5/4", "1/0", "1", "x/4", ""] {
            let error = wrong.parse::<CallSlice>().unwrap_err();
            assert!(error.contains("write 1/4"), "{error}");
        }
    }
}
