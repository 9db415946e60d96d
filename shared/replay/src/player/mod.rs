//! Plays a scenario: ebb's own code against the simulated AWS, in virtual time.

mod decision_line;
mod log_capture;
mod log_line;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use sim::ShortService;
use sim::World;
use sim::aws::{Aws, Fatal, RunEnd};
use sim::history::{Entry, TaskRef};
use sim::scenario::{Happening, Scenario};

use crate::error::ReplayError;
use crate::program::Program;
use crate::responder::Responder;
use crate::scenario_file::world_mistake;
pub(crate) use log_capture::LogCapture;
pub use log_line::{LineKind, LogLine};

/// Observer of a run of recorded events, called with the number of events so far and the number of all events.
pub type ProgressObserver<'a> = &'a (dyn Fn(usize, usize) + 'a);

/// Result of a run: its facts and its log.
#[derive(Debug)]
pub struct Played {
    /// Tasks that ran when the world began.
    pub at_start: Vec<TaskRef>,
    /// Everything that happened in the world, in order.
    pub history: Vec<Entry>,
    /// Everything that the functions logged, in order.
    pub logged: Vec<LogLine>,
    /// Services that had fewer tasks than their desired count at the end.
    pub short: Vec<ShortService>,
    /// End of the run.
    pub ended: RunEnd,
    /// The scenario's names of instances, by EC2 instance id.
    pub names: BTreeMap<String, String>,
}

/// Plays a scenario with one responder. `path` is the file that errors name.
///
/// # Errors
///
/// The mistake in the scenario, and requests that the simulated AWS does not know.
pub fn play(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
    program: &Program,
) -> Result<Played, ReplayError> {
    play_observed(path, scenario, responder, seed, program, None)
}

/// Plays a scenario as [`play`] does, and reports the progress.
///
/// # Errors
///
/// As [`play`].
pub fn play_observed(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
    program: &Program,
    progress: Option<ProgressObserver<'_>>,
) -> Result<Played, ReplayError> {
    let played = play_in_world(path, scenario, responder, seed, program, progress);
    sim::aws::block_on(seed, played).map_err(ReplayError::Runtime)?
}

async fn play_in_world(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
    program: &Program,
    progress: Option<ProgressObserver<'_>>,
) -> Result<Played, ReplayError> {
    let aws = Aws::new(World::new(seed, scenario.switches.clone()));
    responder.deploy(&aws, path, scenario, program)?;
    aws.world(|world| world.play(scenario)).map_err(|error| world_mistake(path, error))?;
    let at_start = aws.world(|world| world.live_tasks());
    let log = LogCapture::new(aws.time_source());
    let listening = log.listen();
    let ended = run_observed(&aws, scenario, progress).await;
    drop(listening);
    aws.dismiss();
    let ended = ended?;
    let short = aws.world(|world| world.short_services());
    let (history, names) = aws.world(|world| (world.take_history(), world.ec2_instance_names()));
    Ok(Played { at_start, history, logged: log.into_lines(), short, ended, names })
}

/// Runs the world to its end. Calls the observer whenever something happens.
async fn run_observed(
    aws: &Aws,
    scenario: &Scenario,
    progress: Option<ProgressObserver<'_>>,
) -> Result<RunEnd, Fatal> {
    let recorded = |what: &Happening| matches!(what, Happening::Recorded { .. });
    let events = scenario.happens.iter().filter(|step| recorded(&step.what));
    let mut times: Vec<Duration> = events.map(|step| step.at.0).collect();
    times.sort_unstable();
    let (clock, start) = (aws.time_source(), aws.time_source().now());
    let mut run = pin!(aws.run(scenario.linger.0, scenario.limit.0));
    poll_fn(|context| {
        if let Some(observe) = progress {
            let elapsed = clock.now().duration_since(start).unwrap_or_default();
            observe(times.partition_point(|at| *at <= elapsed), times.len());
        }
        run.as_mut().poll(context)
    })
    .await
}
