//! What must hold in every run, whatever goes wrong in it.
//!
//! All of it is read from the history, one fact after the other: safety at every step, liveness from the moments at which
//! nothing went wrong for long enough. An excuse is never a matter of taste: it is a fault that struck, or a limit of AWS.

mod call_limits;
mod completion;
mod dead_letters;
mod disturbances;
mod draining;
mod instance_state;
mod invocations;
mod policies;
mod read_batches;
mod scheduled_changes;
mod standalone_tasks;
mod stuck_services;
mod time_limits;
mod timeouts;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sim::scenario::Scenario;

use crate::clock::clock;
use crate::deployed::configuration;
use crate::error::ReplayError;
use crate::player::Played;
pub use completion::OVER_LIVE_TASKS;
use disturbances::Disturbances;
use instance_state::InstanceStates;
use policies::Policies;

/// An invariant that broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Its name.
    pub invariant: &'static str,
    /// What broke it, and when.
    pub what: String,
}

impl Violation {
    fn new(invariant: &'static str, at: Duration, what: impl std::fmt::Display) -> Self {
        Self { invariant, what: format!("{} {what}", clock(at)) }
    }
}

/// What the checks of one run have in common.
struct CheckedRun<'a> {
    scenario: &'a Scenario,
    played: &'a Played,
    policies: Policies<'a>,
    disturbances: Disturbances,
}

impl CheckedRun<'_> {
    /// What the scenario calls an instance.
    fn name<'a>(&'a self, ec2_instance: &'a str) -> &'a str {
        self.played.names.get(ec2_instance).map_or(ec2_instance, String::as_str)
    }
}

/// Everything that broke, in order of time within each group of invariants.
///
/// # Errors
///
/// Mistakes in the scenario's environment.
pub fn check(
    path: &Path,
    scenario: &Scenario,
    played: &Played,
) -> Result<Vec<Violation>, ReplayError> {
    let config = configuration(path, scenario)?;
    let run = CheckedRun {
        scenario,
        played,
        policies: Policies::new(scenario, config),
        disturbances: Disturbances::of(scenario, played),
    };
    let mut broken = invocations::check(&run);
    broken.extend(dead_letters::check(&run));
    broken.extend(call_limits::check(&run));
    broken.extend(read_batches::check(&run));
    let mut course = InstanceStates::new(&run);
    for entry in &played.history {
        broken.extend(completion::check(&run, &course, entry));
        broken.extend(timeouts::check(&run, &course, entry));
        broken.extend(draining::check(&run, &course, entry));
        broken.extend(stuck_services::check(&run, &course, entry));
        broken.extend(standalone_tasks::check(&run, &course, entry));
        course.take(&run, entry);
    }
    broken.extend(draining::check_end(&run, &course));
    broken.extend(scheduled_changes::check_end(&run, &course));
    Ok(broken)
}

/// What broke of that which must hold whoever responds, be it nobody.
pub fn check_any_responder(scenario: &Scenario, played: &Played) -> Vec<Violation> {
    invocations::endless(scenario, played).into_iter().collect()
}
