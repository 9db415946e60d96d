//! Replays a file: a scenario or recorded events, with one responder or several.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use aws::feed::Feed;
use sim::account::Summary;
use sim::history::Entry;
use sim::scenario::Scenario;

use crate::error::ReplayError;
use crate::invariants::{self, Violation};
use crate::losses::Losses;
use crate::player::{LogLine, Played, play};
use crate::program::Program;
use crate::recording::{SmallWorld, recorded_bodies};
use crate::responder::Responder;
use crate::scenario_file::read_scenario_file;

/// One file, replayed with one responder or several.
#[derive(Debug)]
pub struct Replay {
    /// The file's name as it was given.
    pub file: String,
    /// The scenario's own description.
    pub about: String,
    /// Seed.
    pub seed: u64,
    /// One run for each responder.
    pub runs: Vec<Run>,
}

/// One responder's run of a scenario.
#[derive(Debug)]
pub struct Run {
    /// Responder.
    pub responder: Responder,
    /// Figures.
    pub summary: Summary,
    /// Everything that happened in the world, in order.
    pub history: Vec<Entry>,
    /// Everything that the functions logged, in order.
    pub logged: Vec<LogLine>,
    /// The scenario's names of its instances, by EC2 instance id.
    pub names: BTreeMap<String, String>,
    /// Invariants that broke.
    pub broken: Vec<Violation>,
}

/// Replays a file with each responder, with the given seed or the scenario's own.
///
/// A file that ends in `.toml` is a scenario. Any other file holds recorded events, and the small world is built around them.
///
/// # Errors
///
/// A file that cannot be read or holds a mistake, which is named; and requests that the simulated AWS does not know.
pub fn replay_file(
    path: &Path,
    small_world: &SmallWorld,
    responders: &[Responder],
    seed: Option<u64>,
) -> Result<Replay, ReplayError> {
    let is_scenario = path.extension().is_some_and(|extension| extension == "toml");
    let scenario = match is_scenario {
        true => read_scenario_file(path)?,
        false => small_world.around(&recorded_bodies(path)?),
    };
    replay_scenario(path, &scenario, responders, seed)
}

/// Replays a scenario with each responder. `path` is the file that errors and the transcript name.
///
/// # Errors
///
/// As [`replay_file`].
pub fn replay_scenario(
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
    let played = play(path, scenario, responder, seed, &Program::default())?;
    let broken = match responder {
        Responder::Ebb => invariants::check(path, scenario, &played)?,
        Responder::Managed | Responder::None => invariants::check_any_responder(scenario, &played),
    };
    let settle = settle_time(&scenario.environment);
    let Played { history, logged, names, .. } = played;
    let summary = Summary::from_history(&history, settle, Feed::Sweep.name());
    Ok(Run { responder, summary, history, logged, names, broken })
}

/// Returns the settle time that the scenario configures, or the default. Completion lags are counted from its end.
fn settle_time(environment: &BTreeMap<String, String>) -> Duration {
    let configured =
        environment.get("EBB_SETTLE_TIME").and_then(|text| drain::policy::length(text));
    configured.unwrap_or(drain::policy::Policy::default().settle_time)
}

impl Run {
    /// Returns the work and the requests that the run lost.
    pub fn losses(&self) -> Losses {
        Losses::from(&self.summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_that_reaches_its_time_limit_breaks_an_invariant_for_every_responder() {
        let text = r#"
            limit = "4m"
            group = [{ name = "web", cluster = "shop", instances = 2, hook = [{ name = "ebb" }] }]
            standalone = [{ family = "import", cluster = "shop", on = "each:web", runs_on = "1h" }]
            happens = [{ at = "1m", what = "desired-capacity", group = "web", to = 1 }]
        "#;
        let scenario = toml::from_str(text).expect("a scenario");

        let replay =
            replay_scenario(Path::new("test.toml"), &scenario, &Responder::ALL, None).unwrap();

        for run in &replay.runs {
            let broken: Vec<_> = run.broken.iter().map(|it| it.invariant).collect();
            assert_eq!(broken, ["every run ends"], "{:?}", run.responder);
        }
    }
}
