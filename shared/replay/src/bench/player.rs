//! Plays the world of a bench with one responder, in virtual time.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use sim::World;
use sim::aws::{Aws, Fatal, RunEnd};
use sim::history::{Entry, TaskRef};
use sim::scenario::Scenario;

use super::responders::{BenchResponder, deploy, name_parts_as_functions};
use crate::error::ReplayError;
use crate::player::{LogCapture, LogLine};
use crate::scenario_file::world_mistake;

/// Observer of a bench, called with the virtual time whenever something happens.
pub type BenchProgress<'a> = &'a (dyn Fn(Duration) + 'a);

/// Data of a run from which a bench computes its figures.
pub(super) struct BenchRun {
    /// Tasks that ran when the world began.
    pub(super) at_start: Vec<TaskRef>,
    /// Everything that happened, in order. A part of a process has the name of its function.
    pub(super) history: Vec<Entry>,
    /// The scenario's names of instances, by EC2 instance id.
    pub(super) names: BTreeMap<String, String>,
    /// Estimates that ebb logged, in order.
    pub(super) estimates: Vec<LogLine>,
}

impl BenchRun {
    /// Returns the name that an EC2 instance has in the scenario.
    pub(super) fn name(&self, ec2_instance: &str) -> String {
        self.names.get(ec2_instance).map_or(ec2_instance, String::as_str).to_owned()
    }
}

/// Plays a world.
///
/// # Errors
///
/// Requests that the simulated AWS does not know, and mistakes in the world.
pub(super) fn play(
    scenario: &Scenario,
    responder: BenchResponder,
    progress: BenchProgress<'_>,
) -> Result<BenchRun, ReplayError> {
    let played = play_in_world(scenario, responder, progress);
    sim::aws::block_on(scenario.seed, played).map_err(ReplayError::Runtime)?
}

async fn play_in_world(
    scenario: &Scenario,
    responder: BenchResponder,
    progress: BenchProgress<'_>,
) -> Result<BenchRun, ReplayError> {
    let path = Path::new("bench");
    let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
    let process = deploy(&aws, path, scenario, responder)?;
    aws.world(|world| world.play(scenario)).map_err(|error| world_mistake(path, error))?;
    let at_start = aws.world(|world| world.live_tasks());
    let log = LogCapture::of_estimates(aws.time_source());
    let listening = log.listen();
    let ended = match select(pin!(run_observed(&aws, scenario, progress)), process).await {
        Either::Left((ended, _)) => ended,
        Either::Right(((), run)) => run.await,
    };
    drop(listening);
    aws.dismiss();
    if ended? == RunEnd::Limit {
        let limit = scenario.limit;
        return Err(ReplayError::in_file(path, format!("the world did not end within {limit}")));
    }
    let (mut history, names) =
        aws.world(|world| (world.take_history(), world.ec2_instance_names()));
    name_parts_as_functions(&mut history);
    Ok(BenchRun { at_start, history, names, estimates: log.into_lines() })
}

/// Runs the world to its end, and calls the observer whenever something happens.
pub(super) async fn run_observed(
    aws: &Aws,
    scenario: &Scenario,
    progress: BenchProgress<'_>,
) -> Result<RunEnd, Fatal> {
    let (clock, start) = (aws.time_source(), aws.time_source().now());
    let mut run = pin!(aws.run(scenario.linger.0, scenario.limit.0));
    poll_fn(|context| {
        progress(clock.now().duration_since(start).unwrap_or_default());
        run.as_mut().poll(context)
    })
    .await
}
