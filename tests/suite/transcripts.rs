//! The transcript of every shipped scenario, word for word. `UPDATE_EXPECT=1` writes the present transcripts to the
//! files.

use std::path::PathBuf;

use ebb::output::transcript::{self, Detail};

use crate::shipped::{names, replays};
use crate::world::root;

pub(crate) fn golden(name: &str) -> PathBuf {
    root().join("fixtures/scenarios").join(format!("{name}.transcript"))
}

#[test]
fn every_scenario_prints_its_transcript() {
    let accept = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut different = Vec::new();

    for (name, replay) in replays() {
        let printed = transcript::text(replay, Detail::Timeline);
        if accept {
            std::fs::write(golden(name), &printed).unwrap();
        }
        let expected = std::fs::read_to_string(golden(name)).unwrap_or_default();
        if printed != expected {
            different.push(format!("{name}: {}", first_difference(&expected, &printed)));
        }
    }

    assert!(different.is_empty(), "accept with UPDATE_EXPECT=1:\n{}", different.join("\n"));
}

fn first_difference(expected: &str, printed: &str) -> String {
    let lines = expected.lines().map(Some).chain(std::iter::repeat(None));
    let printed = printed.lines().map(Some).chain(std::iter::repeat(None));
    let (n, (expected, printed)) =
        lines.zip(printed).take(100_000).enumerate().find(|(_, (a, b))| a != b).unwrap_or_default();
    format!(
        "line {}\n  expected {}\n  printed  {}",
        n + 1,
        expected.unwrap_or("nothing"),
        printed.unwrap_or("nothing")
    )
}

#[test]
fn no_transcript_has_lost_its_scenario() {
    let folder = root().join("fixtures/scenarios");
    let scenarios = names();

    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "transcript") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(scenarios.contains(&name.as_str()), "{} has no scenario", path.display());
        }
    }
}
