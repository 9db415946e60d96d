//! The shipped scenarios, and ebb's runs of them. Several tests share the run of a scenario, which is played once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use replay::{Replay, Responder, Run, replay_scenario};
use sim::scenario::Scenario;

use crate::world::{on_all_cores, root, story, written};

/// Replays of shipped scenarios by name. Each scenario is played when a test first needs it.
static REPLAYS: LazyLock<BTreeMap<String, OnceLock<Replay>>> =
    LazyLock::new(|| files().into_iter().map(|name| (name, OnceLock::new())).collect());

fn files() -> Vec<String> {
    let folder = root().join("fixtures/scenarios");
    let files =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

fn file(name: &str) -> PathBuf {
    Path::new("fixtures/scenarios").join(format!("{name}.toml"))
}

/// Returns the names of the shipped scenarios.
pub(crate) fn names() -> Vec<&'static str> {
    REPLAYS.keys().map(String::as_str).collect()
}

/// Returns a shipped scenario.
pub(crate) fn shipped(name: &str) -> Scenario {
    let text = std::fs::read_to_string(root().join(file(name)))
        .unwrap_or_else(|error| panic!("{}: {error}", file(name).display()));
    written(&text)
}

/// Returns the replay of a shipped scenario with ebb.
pub(crate) fn replayed(name: &str) -> &'static Replay {
    let replay = REPLAYS.get(name).unwrap_or_else(|| panic!("{}: not there", file(name).display()));
    replay.get_or_init(|| {
        replay_scenario(&file(name), &shipped(name), &[Responder::Ebb], None)
            .unwrap_or_else(|error| panic!("{error}"))
    })
}

/// Returns ebb's run of a shipped scenario. Fails the test if an invariant broke.
pub(crate) fn run(name: &str) -> &'static Run {
    let run = &replayed(name).runs[0];
    assert!(run.broken.is_empty(), "{name}: {:#?}\n{}", run.broken, story(run));
    run
}

/// Returns the replays of all shipped scenarios with ebb, by name.
pub(crate) fn replays() -> Vec<(&'static str, &'static Replay)> {
    on_all_cores(&names(), |name| (*name, replayed(name)))
}

/// Returns ebb's runs of all shipped scenarios, by name. Fails the test if an invariant broke.
pub(crate) fn runs() -> Vec<(&'static str, &'static Run)> {
    replays().into_iter().map(|(name, _)| (name, run(name))).collect()
}
