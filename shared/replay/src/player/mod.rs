//! A scenario played: the handlers' own code against the simulated AWS, in virtual time.

mod log;
mod responder;

use std::path::Path;

use aws::config::Config;
use sim::World;
use sim::aws::{Aws, Ended};
use sim::history::{Entry, TaskRef};
use sim::scenario::Scenario;

use crate::replay::ReplayError;
use crate::replay::misplayed;
use log::Log;
pub use log::Logged;
pub use responder::Responder;
pub(crate) use responder::deployment;

/// Everything that a run left behind.
#[derive(Debug)]
pub struct Played {
    /// The tasks that ran when the world began.
    pub at_start: Vec<TaskRef>,
    /// Everything that happened in the world.
    pub history: Vec<Entry>,
    /// Everything that the handlers logged.
    pub logged: Vec<Logged>,
    /// How it ended.
    pub ended: Ended,
    /// What the scenario calls its instances, by EC2 instance id.
    pub names: std::collections::BTreeMap<String, String>,
}

/// Plays a scenario that stands in (or comes from) this file, with one responder.
///
/// # Errors
///
/// A mistake in the scenario, which is named; and what the simulated AWS does not know.
pub fn play(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
) -> Result<Played, ReplayError> {
    sim::aws::block_on(seed, in_world(path, scenario, responder, seed))
        .map_err(ReplayError::Runtime)?
}

async fn in_world(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
) -> Result<Played, ReplayError> {
    let aws = Aws::new(World::new(seed, scenario.switches.clone()));
    responder.deploy(&aws, path, scenario)?;
    aws.world(|world| world.play(scenario)).map_err(|error| misplayed(path, error))?;
    let at_start = aws.world(|world| world.live_tasks());
    let log = Log::new(aws.time_source());
    let listening = log.listen();
    let ended = aws.run(scenario.linger.0, scenario.limit.0).await;
    drop(listening);
    aws.dismiss();
    let ended = ended?;
    let (history, names) = aws.world(|world| (world.take_history(), world.ec2_instance_names()));
    Ok(Played { at_start, history, logged: log.lines(), ended, names })
}

/// What the scenario configures.
///
/// # Errors
///
/// All mistakes in its environment.
pub fn configuration(path: &Path, scenario: &Scenario) -> Result<Config, ReplayError> {
    responder::configured(aws::feed::Feed::Sweep, path, &scenario.environment)
}
