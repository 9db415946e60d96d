//! Plays a scenario: ebb's own code against the simulated AWS, in virtual time.

mod decision_line;
mod log_capture;
mod log_line;

use std::collections::BTreeMap;
use std::path::Path;

use sim::World;
use sim::aws::{Aws, RunEnd};
use sim::history::{Entry, TaskRef};
use sim::scenario::Scenario;

use crate::error::ReplayError;
use crate::program::Program;
use crate::responder::Responder;
use crate::scenario_file::world_mistake;
use log_capture::LogCapture;
pub use log_line::{LineKind, LogLine};

/// Everything that a run left behind.
#[derive(Debug)]
pub struct Played {
    /// Tasks that ran when the world began.
    pub at_start: Vec<TaskRef>,
    /// Everything that happened in the world, in order.
    pub history: Vec<Entry>,
    /// Everything that the functions logged, in order.
    pub logged: Vec<LogLine>,
    /// End of the run.
    pub ended: RunEnd,
    /// The scenario's names of its instances, by EC2 instance id.
    pub names: BTreeMap<String, String>,
}

/// Plays a scenario with one responder. `path` is the file that errors name.
///
/// # Errors
///
/// A mistake in the scenario, which is named; and requests that the simulated AWS does not know.
pub fn play(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
    program: &Program,
) -> Result<Played, ReplayError> {
    sim::aws::block_on(seed, play_in_world(path, scenario, responder, seed, program))
        .map_err(ReplayError::Runtime)?
}

async fn play_in_world(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
    program: &Program,
) -> Result<Played, ReplayError> {
    let aws = Aws::new(World::new(seed, scenario.switches.clone()));
    responder.deploy(&aws, path, scenario, program)?;
    aws.world(|world| world.play(scenario)).map_err(|error| world_mistake(path, error))?;
    let at_start = aws.world(|world| world.live_tasks());
    let log = LogCapture::new(aws.time_source());
    let listening = log.listen();
    let ended = aws.run(scenario.linger.0, scenario.limit.0).await;
    drop(listening);
    aws.dismiss();
    let ended = ended?;
    let (history, names) = aws.world(|world| (world.take_history(), world.ec2_instance_names()));
    Ok(Played { at_start, history, logged: log.lines(), ended, names })
}
