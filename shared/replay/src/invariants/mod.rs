//! Invariants: properties that hold in every run of ebb, with any faults.
//!
//! The checks read the history, one fact after the other. Safety is checked at every step, liveness after every long
//! enough period without a fault. An exception from an invariant needs a fault that struck, or a limit of AWS.

mod activation;
mod call_limits;
mod completion;
mod dead_letters;
mod denied_clusters;
mod disturbances;
mod draining;
mod error_logs;
mod foreign_hooks;
mod heartbeats;
mod instance_state;
mod invocations;
mod late_stops;
mod live_task;
#[cfg(feature = "operations")]
mod operations;
mod policies;
mod read_batches;
mod run_end;
mod scheduled_changes;
#[cfg(feature = "operations")]
mod shutdowns;
mod spans;
mod stuck_services;
mod task_stops;
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
use denied_clusters::DeniedClusters;
use disturbances::Disturbances;
use instance_state::InstanceStates;
use late_stops::LateStops;
use policies::Policies;

/// Violation of an invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Name of the invariant.
    pub invariant: &'static str,
    /// Virtual time, and what broke the invariant.
    pub what: String,
}

impl Violation {
    fn new(invariant: &'static str, at: Duration, what: impl std::fmt::Display) -> Self {
        Self { invariant, what: format!("{} {what}", clock(at)) }
    }
}

/// Run to check, with the facts that all checks need.
struct CheckedRun<'a> {
    scenario: &'a Scenario,
    played: &'a Played,
    policies: Policies<'a>,
    disturbances: Disturbances,
    denied: DeniedClusters<'a>,
}

impl CheckedRun<'_> {
    /// Returns the scenario's name of an instance.
    fn name<'a>(&'a self, ec2_instance: &'a str) -> &'a str {
        self.played.names.get(ec2_instance).map_or(ec2_instance, String::as_str)
    }

    /// Returns the time of the last fact.
    fn end(&self) -> Duration {
        self.played.history.last().map_or(Duration::ZERO, |entry| entry.at)
    }
}

/// Returns every violation in a run of ebb, in order of time within each group of invariants.
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
        disturbances: Disturbances::in_run(scenario, played),
        denied: DeniedClusters::in_scenario(scenario),
    };
    let mut broken = foreign_hooks::check(&run);
    broken.extend(invocations::check(&run));
    broken.extend(error_logs::check(&run));
    broken.extend(run_end::check(scenario, played));
    broken.extend(dead_letters::check(&run));
    broken.extend(call_limits::check(&run));
    broken.extend(read_batches::check(&run));
    #[cfg(feature = "operations")]
    broken.extend(operations::check(&run));
    #[cfg(feature = "operations")]
    broken.extend(shutdowns::check(&run));
    let mut states = InstanceStates::at_start(&run);
    let mut late_stops = LateStops::in_run(&run);
    for entry in &played.history {
        broken.extend(completion::check(&run, &states, entry));
        broken.extend(timeouts::check(&run, &states, entry));
        broken.extend(heartbeats::check(&run, &states, entry));
        broken.extend(draining::check(&run, &states, entry));
        broken.extend(activation::check(&run, &states, entry));
        broken.extend(stuck_services::check(&run, &states, entry));
        broken.extend(task_stops::check(&run, &states, entry));
        broken.extend(late_stops.check(&run, &states, entry));
        states.apply(&run, entry);
    }
    broken.extend(activation::check_end(&run, &states));
    broken.extend(scheduled_changes::check_end(&run, &states));
    Ok(broken)
}

/// Returns the violations of the invariants that hold with every responder, and with none.
pub fn check_any_responder(scenario: &Scenario, played: &Played) -> Vec<Violation> {
    run_end::check(scenario, played).into_iter().collect()
}
