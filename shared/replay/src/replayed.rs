//! A file replayed: the handlers' own code against the simulated AWS, in virtual time.

mod comparison;
mod error;
mod recording;
mod small_world;
mod source;
mod timeline;
mod transcript;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use aws::feed::Feed;
use sim::account::Summary;
use sim::history::Entry;
use sim::scenario::Scenario;

use crate::exit::Exit;
use crate::invariants::{self, Broken};
use crate::play::{Logged, Played, Responder, play};
pub use error::ReplayError;
pub use small_world::SmallWorld;
pub use source::scenario as read_scenario;
pub(crate) use source::{misplayed, scenario_file as read_scenario_file};
pub use timeline::Line;
pub(crate) use timeline::clock;
pub use transcript::json;

use source::Source;

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
    let played = play(path, scenario, responder, seed)?;
    let broken = match responder {
        Responder::Ebb => invariants::check(path, scenario, &played)?,
        Responder::Managed | Responder::None => invariants::check_any_responder(scenario, &played),
    };
    Ok(told(scenario, responder, played, broken))
}

fn told(scenario: &Scenario, responder: Responder, played: Played, broken: Vec<Broken>) -> Run {
    let settle = settle_time(&scenario.environment);
    let Played { history, logged, names, .. } = played;
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
        let failed = self.summary.requests_failed.unwrap_or(0);
        match (self.broken.is_empty(), lost, failed) {
            (false, ..) => Exit::Broken,
            (true, 0, 0) => Exit::NothingLost,
            (true, ..) => Exit::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_does_not_come_to_an_end_is_told_of_every_responder() {
        let text = r#"
            limit = "4m"
            group = [{ name = "web", cluster = "shop", instances = 2, hook = [{ name = "ebb" }] }]
            standalone = [{ family = "import", cluster = "shop", on = "each:web", runs_on = "1h" }]
            happens = [{ at = "1m", what = "desired-capacity", group = "web", to = 1 }]
        "#;
        let scenario = toml::from_str(text).expect("a scenario");

        let replay = scenario_of(Path::new("test.toml"), &scenario, &Responder::ALL, None).unwrap();

        for run in &replay.runs {
            let broken: Vec<_> = run.broken.iter().map(|it| it.invariant).collect();
            assert_eq!(broken, ["every run comes to an end"], "{:?}", run.responder);
            assert_eq!(run.exit(), Exit::Broken);
        }
    }
}
