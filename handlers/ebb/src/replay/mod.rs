//! A file replayed: the handlers' own code against the simulated AWS, in virtual time.

mod comparison;
mod error;
mod invariants;
mod log;
mod recording;
mod responder;
mod small_world;
mod source;
mod timeline;
mod transcript;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use aws::feed::Feed;
use sim::World;
use sim::account::Summary;
use sim::aws::{Aws, Ended};
use sim::history::Entry;
use sim::scenario::Scenario;

use crate::exit::Exit;
pub use error::ReplayError;
pub use invariants::Broken;
pub use log::Logged;
pub use responder::Responder;
pub(crate) use responder::deployment;
pub use small_world::SmallWorld;
pub use source::scenario as read_scenario;
pub(crate) use source::{misplayed, scenario_file as read_scenario_file};
pub use timeline::Line;
pub use transcript::json;

use log::Log;
use source::Source;
use timeline::Names;

/// One file, replayed with one responder or several.
#[derive(Debug)]
pub struct Replay {
    /// The file's name as it was given.
    pub file: String,
    /// What the scenario says of itself.
    pub about: String,
    /// The seed.
    pub seed: u64,
    /// One run for each responder.
    pub runs: Vec<Run>,
}

/// What one responder made of it.
#[derive(Debug)]
pub struct Run {
    /// Who reacted.
    pub responder: Responder,
    /// The figures.
    pub summary: Summary,
    /// What a newcomer reads.
    pub timeline: Vec<Line>,
    /// Everything that happened in the world.
    pub history: Vec<Entry>,
    /// Everything that the handlers logged.
    pub logged: Vec<Logged>,
    /// Invariants that broke, by name.
    pub broken: Vec<Broken>,
}

/// Replays a file with each responder, with the seed given or the scenario's own.
///
/// # Errors
///
/// A file that cannot be read or holds a mistake, which is named; and what the simulated AWS does not know.
pub fn file(
    path: &Path,
    small_world: &SmallWorld,
    responders: &[Responder],
    seed: Option<u64>,
) -> Result<Replay, ReplayError> {
    let scenario = match source::read(path)? {
        Source::Scenario(scenario) => *scenario,
        Source::Recorded(bodies) => small_world.around(&bodies),
    };
    scenario_of(path, &scenario, responders, seed)
}

/// Replays a scenario that stands in (or comes from) this file.
///
/// # Errors
///
/// As [`file()`].
pub fn scenario_of(
    path: &Path,
    scenario: &Scenario,
    responders: &[Responder],
    seed: Option<u64>,
) -> Result<Replay, ReplayError> {
    let seed = seed.unwrap_or(scenario.seed);
    let runs = responders
        .iter()
        .map(|responder| run(path, scenario, *responder, seed))
        .collect::<Result<_, _>>()?;
    Ok(Replay {
        file: path.display().to_string(),
        about: scenario.about.trim().to_owned(),
        seed,
        runs,
    })
}

fn run(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
) -> Result<Run, ReplayError> {
    sim::aws::block_on(seed, in_world(path, scenario, responder, seed))
        .map_err(ReplayError::Runtime)?
}

async fn in_world(
    path: &Path,
    scenario: &Scenario,
    responder: Responder,
    seed: u64,
) -> Result<Run, ReplayError> {
    let aws = Aws::new(World::new(seed, scenario.switches.clone()));
    responder.deploy(&aws, path, scenario)?;
    aws.world(|world| world.play(scenario)).map_err(|error| source::misplayed(path, error))?;
    let log = Log::new(aws.time_source());
    let listening = log.listen();
    let ended = aws.run(scenario.linger.0, scenario.limit.0).await?;
    drop(listening);
    Ok(told(&aws, scenario, responder, log.lines(), ended))
}

fn told(
    aws: &Aws,
    scenario: &Scenario,
    responder: Responder,
    logged: Vec<Logged>,
    ended: Ended,
) -> Run {
    let settle = settle_time(&scenario.environment);
    let (history, names) = aws.world(|world| (world.history().to_vec(), names(world)));
    let broken = invariants::check(&history, &logged, ended, &scenario.environment);
    Run {
        responder,
        summary: Summary::of(&history, settle, Feed::Sweep.name()),
        timeline: timeline::lines(&history, &logged, &names),
        history,
        logged,
        broken,
    }
}

/// The settle time that the scenario configures, or the default: lags are counted from its end.
fn settle_time(environment: &BTreeMap<String, String>) -> Duration {
    let configured =
        environment.get("EBB_SETTLE_TIME").and_then(|text| drain::policy::length(text));
    configured.unwrap_or(drain::policy::Policy::default().settle_time)
}

/// What the scenario calls its instances.
fn names(world: &World) -> Names {
    let ids = world.history().iter().filter_map(|entry| timeline::instance_of(&entry.fact));
    ids.filter_map(|id| Some((id.to_owned(), world.ec2_instance_name(id)?.to_owned()))).collect()
}

impl Replay {
    /// How it ended: as ebb's own run did where ebb is among the responders.
    pub fn exit(&self) -> Exit {
        let ebb = self.runs.iter().find(|run| run.responder == Responder::Ebb);
        match ebb {
            Some(run) => run.exit(),
            None => self.runs.iter().map(Run::exit).max().unwrap_or(Exit::NothingLost),
        }
    }
}

impl Run {
    /// How it ended.
    pub fn exit(&self) -> Exit {
        let killed = self.summary.tasks_killed;
        let lost = killed.replica
            + killed.daemon
            + killed.standalone
            + self.summary.lifecycle_actions.timed_out;
        match (self.broken.is_empty(), lost) {
            (false, _) => Exit::Broken,
            (true, 0) => Exit::NothingLost,
            (true, _) => Exit::Lost,
        }
    }
}
