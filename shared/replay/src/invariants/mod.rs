//! What must hold in every run, whatever goes wrong in it.
//!
//! All of it is read from the history, one fact after the other: safety at every step, liveness from the moments at which
//! nothing went wrong for long enough. An excuse is never a matter of taste: it is a fault that struck, or a limit of AWS.

mod bounds;
mod calls;
mod completion;
mod course;
mod disturbance;
mod draining;
mod ends;
mod manners;
mod messages;
mod reads;
mod scheduled_change;
mod services;
mod standalone;
mod terms;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sim::scenario::Scenario;

use crate::play::{Played, configuration};
use crate::replay::ReplayError;
use crate::replay::clock;
pub use completion::OVER_LIVE_TASKS;
use course::Course;
use disturbance::Disturbances;
use terms::Terms;

/// An invariant that broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its name.
    pub invariant: &'static str,
    /// What broke it, and when.
    pub what: String,
}

impl Broken {
    fn new(invariant: &'static str, at: Duration, what: impl std::fmt::Display) -> Self {
        Self { invariant, what: format!("{} {what}", clock(at)) }
    }
}

/// What the checks of one run have in common.
struct Run<'a> {
    scenario: &'a Scenario,
    played: &'a Played,
    terms: Terms<'a>,
    disturbances: Disturbances,
}

impl Run<'_> {
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
) -> Result<Vec<Broken>, ReplayError> {
    let config = configuration(path, scenario)?;
    let run = Run {
        scenario,
        played,
        terms: Terms::new(scenario, config),
        disturbances: Disturbances::of(scenario, played),
    };
    let mut broken = manners::check(&run);
    broken.extend(messages::check(&run));
    broken.extend(calls::check(&run));
    broken.extend(reads::check(&run));
    let mut course = Course::new(&run);
    for entry in &played.history {
        broken.extend(completion::check(&run, &course, entry));
        broken.extend(ends::check(&run, &course, entry));
        broken.extend(draining::check(&run, &course, entry));
        broken.extend(services::check(&run, &course, entry));
        broken.extend(standalone::check(&run, &course, entry));
        course.take(&run, entry);
    }
    broken.extend(draining::check_end(&run, &course));
    broken.extend(scheduled_change::check_end(&run, &course));
    Ok(broken)
}

/// What broke of that which must hold whoever responds, be it nobody.
pub fn check_any_responder(scenario: &Scenario, played: &Played) -> Vec<Broken> {
    manners::endless(scenario, played).into_iter().collect()
}
