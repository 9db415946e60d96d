//! Replays a file: a scenario or recorded events, with one responder or several.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use aws::feed::Feed;
use sim::account::{CallPurposes, Summary};
use sim::history::Entry;
use sim::scenario::Scenario;

use crate::configuration::{Configuration, VariableSource};
use crate::deployed::SERVICE_OPERATION;
use crate::error::ReplayError;
use crate::input::{InputContent, content_of, input_text, is_standard_input};
use crate::invariants::{self, Violation};
use crate::losses::{Loss, Losses, losses_of_run};
#[cfg(feature = "operations")]
use crate::operations::{OperationFigures, operation_figures};
use crate::player::{LogLine, Played, ProgressObserver, play_observed};
use crate::program::Program;
use crate::recording::{RecordedWorld, SmallWorld, event_mistake, recorded_bodies};
use crate::responder::Responder;
use crate::scenario_file::parse_scenario;

/// One file, replayed with one responder or several.
#[derive(Debug)]
pub struct Replay {
    /// Name of the file, as the caller wrote it.
    pub file: String,
    /// The scenario's own description.
    pub about: String,
    /// Seed.
    pub seed: u64,
    /// ebb's configuration in force.
    pub configuration: Configuration,
    /// Events of a recording that ebb cannot use, each with its place, its value and the correction.
    pub mistakes: Vec<ReplayError>,
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
    /// Names of instances in output, by EC2 instance id.
    pub names: BTreeMap<String, String>,
    /// True for a run of recorded events.
    pub is_recording: bool,
    /// True if a group has ECS managed instance draining.
    pub has_managed_draining: bool,
    /// Losses, each with its cause and its correction.
    pub lost: Vec<Loss>,
    /// Invariants that broke.
    pub broken: Vec<Violation>,
    /// Operations on services.
    #[cfg(feature = "operations")]
    pub operations: Vec<OperationFigures>,
}

/// Options of a replay.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "an observer of the progress has none")]
pub struct ReplayOptions<'a> {
    /// World around recorded events.
    pub small_world: &'a SmallWorld,
    /// Responders. Each has its own run.
    pub responders: &'a [Responder],
    /// Seed, or `None` for the scenario's own.
    pub seed: Option<u64>,
    /// Environment variables that replace those of the scenario, with their sources.
    pub environment: &'a BTreeMap<String, (String, VariableSource)>,
    /// Observer of the progress.
    pub progress: Option<ProgressObserver<'a>>,
}

impl<'a> ReplayOptions<'a> {
    /// Returns options with the scenario's seed and environment, without an observer.
    pub fn new(small_world: &'a SmallWorld, responders: &'a [Responder]) -> Self {
        static EMPTY: BTreeMap<String, (String, VariableSource)> = BTreeMap::new();
        Self { small_world, responders, seed: None, environment: &EMPTY, progress: None }
    }
}

/// Scenario of a replay, with everything that its output needs.
struct ReplayedScenario {
    scenario: Scenario,
    configuration: Configuration,
    mistakes: Vec<ReplayError>,
    /// EC2 instances of a recording. Output shows their ids.
    recorded: Option<BTreeSet<String>>,
}

/// Replays a file, or standard input if the path is `-`, with each responder.
///
/// A file in TOML is a scenario. A file in JSON has recorded events, around which the small world is built.
///
/// # Errors
///
/// A file that cannot be read, a mistake in the file, and requests that the simulated AWS does not know.
pub fn replay_file(path: &Path, options: &ReplayOptions<'_>) -> Result<Replay, ReplayError> {
    let text = input_text(path)?;
    let replayed = match content_of(path, &text)? {
        InputContent::Scenario => {
            let scenario = parse_scenario(path, &text)?;
            replayed_scenario(path, scenario, options, VariableSource::Scenario)?
        }
        InputContent::Events => replayed_recording(path, &text, options)?,
    };
    replay(path, replayed, options).map_err(|error| error.located_in(&text))
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
    let small_world = SmallWorld::default();
    let options = ReplayOptions { seed, ..ReplayOptions::new(&small_world, responders) };
    let scenario = scenario.clone();
    let replayed = replayed_scenario(path, scenario, &options, VariableSource::Scenario)?;
    replay(path, replayed, &options)
}

fn replayed_recording(
    path: &Path,
    text: &str,
    options: &ReplayOptions<'_>,
) -> Result<ReplayedScenario, ReplayError> {
    let bodies = recorded_bodies(path, text)?;
    let mistakes = bodies.iter().filter_map(event_mistake).map(|found| found.in_file(path));
    let mut mistakes: Vec<ReplayError> = mistakes.collect();
    if mistakes.len() == bodies.len() {
        return Err(mistakes.swap_remove(0));
    }
    let RecordedWorld { scenario, ec2_instances } = options.small_world.around(&bodies);
    let replayed = replayed_scenario(path, scenario, options, VariableSource::Recording)?;
    Ok(ReplayedScenario { mistakes, recorded: Some(ec2_instances), ..replayed })
}

/// Returns the scenario in the environment of the options.
fn replayed_scenario(
    path: &Path,
    mut scenario: Scenario,
    options: &ReplayOptions<'_>,
    source: VariableSource,
) -> Result<ReplayedScenario, ReplayError> {
    let mut sources: BTreeMap<String, VariableSource> =
        scenario.environment.keys().map(|name| (name.clone(), source)).collect();
    for (name, (value, source)) in options.environment {
        scenario.environment.insert(name.clone(), value.clone());
        sources.insert(name.clone(), *source);
    }
    let configuration = Configuration::of_scenario(path, &scenario, &sources)?;
    Ok(ReplayedScenario { scenario, configuration, mistakes: Vec::new(), recorded: None })
}

fn replay(
    path: &Path,
    replayed: ReplayedScenario,
    options: &ReplayOptions<'_>,
) -> Result<Replay, ReplayError> {
    let seed = options.seed.unwrap_or(replayed.scenario.seed);
    let responders = options.responders.iter();
    let runs = responders
        .map(|responder| run(path, &replayed, *responder, seed, options.progress))
        .collect::<Result<_, _>>()?;
    let file = match is_standard_input(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    };
    Ok(Replay {
        file,
        about: replayed.scenario.about.trim().to_owned(),
        seed,
        configuration: replayed.configuration,
        mistakes: replayed.mistakes,
        runs,
    })
}

fn run(
    path: &Path,
    replayed: &ReplayedScenario,
    responder: Responder,
    seed: u64,
    progress: Option<ProgressObserver<'_>>,
) -> Result<Run, ReplayError> {
    let scenario = &replayed.scenario;
    let played = play_observed(path, scenario, responder, seed, &Program::default(), progress)?;
    let broken = match responder {
        Responder::Ebb => invariants::check(path, scenario, &played)?,
        Responder::Managed | Responder::None => invariants::check_any_responder(scenario, &played),
    };
    let settle = settle_time(&scenario.environment);
    let purposes =
        CallPurposes { sweep_queue: Feed::Sweep.name(), other_functions: &[SERVICE_OPERATION] };
    let summary = Summary::from_history(&played.history, settle, purposes);
    let config = crate::deployed::configuration(path, scenario)?;
    let lost = losses_of_run(scenario, config, responder, &played);
    #[cfg(feature = "operations")]
    let operations = operation_figures(&played);
    let Played { history, logged, mut names, .. } = played;
    // Output uses the ids of a recording as names.
    if let Some(recorded) = &replayed.recorded {
        names.retain(|id, _| !recorded.contains(id));
    }
    let has_managed_draining = scenario.groups.iter().any(|group| {
        group.capacity_provider.as_ref().is_some_and(|provider| provider.managed_draining)
    });
    let is_recording = replayed.recorded.is_some();
    Ok(Run {
        responder,
        summary,
        history,
        logged,
        names,
        is_recording,
        has_managed_draining,
        lost,
        broken,
        #[cfg(feature = "operations")]
        operations,
    })
}

/// Returns the settle time that the scenario configures, or the default. Completion lags count from the end of the
/// settle time.
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
