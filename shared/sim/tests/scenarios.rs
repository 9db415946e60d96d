//! Every scenario among the fixtures, played without a responder. Each can be read, ends, and takes an instance out of
//! service.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use sim::World;
use sim::aws::{Aws, RunEnd, block_on};
use sim::history::{Entry, Fact};
use sim::scenario::{CallFault, Happening, PlannedFault, Scenario};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios")
}

/// Returns the scenarios of the fixtures: name and text.
fn scenarios() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).expect("fixtures/scenarios");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("text"))).collect()
}

fn parse_scenario(name: &str, text: &str) -> Scenario {
    toml::from_str(text).unwrap_or_else(|mistake| panic!("{name}: {mistake}"))
}

/// Plays a scenario without a responder.
fn played(name: &str, scenario: &Scenario) -> (RunEnd, Vec<Entry>) {
    let run = block_on(scenario.seed, async {
        let mut world = World::new(scenario.seed, scenario.switches.clone());
        world.play(scenario).unwrap_or_else(|mistake| panic!("{name}: {mistake}"));
        let aws = Aws::new(world);
        let ended = aws.run(scenario.linger.0, scenario.limit.0).await;
        let ended = ended.unwrap_or_else(|fatal| panic!("{name}: {fatal}"));
        (ended, aws.world(|world| world.history().to_vec()))
    });
    run.expect("a runtime")
}

fn leaves_service(entry: &Entry) -> bool {
    matches!(entry.fact, Fact::ActionStarted { .. } | Fact::Notice { .. })
}

#[test]
fn every_scenario_ends_after_an_instance_leaves_or_a_message_comes() {
    for (name, text) in scenarios() {
        let scenario = parse_scenario(&name, &text);

        let (ended, history) = played(&name, &scenario);

        assert_eq!(ended, RunEnd::Quiet, "{name}");
        let asks = scenario.happens.iter().any(|step| is_message(&step.what));
        assert!(asks || history.iter().any(leaves_service), "{name}: nothing leaves service");
    }
}

/// Returns true for a message to a queue or a topic. Without a consumer nothing comes of it.
fn is_message(what: &Happening) -> bool {
    matches!(what, Happening::Message { .. } | Happening::BudgetAlert(_) | Happening::Alarm(_))
}

#[test]
fn nothing_that_a_scenario_asks_for_is_refused() {
    for (name, text) in scenarios() {
        let (_, history) = played(&name, &parse_scenario(&name, &text));

        for entry in history {
            let Fact::Scripted { what } = entry.fact else { continue };
            let refused =
                ["not started", "not set", "refused"].iter().any(|word| what.contains(word));
            assert!(!refused, "{name}: {what}");
        }
    }
}

#[test]
fn every_scenario_begins_with_a_comment_and_an_about() {
    for (name, text) in scenarios() {
        let comment = text.lines().take_while(|line| line.starts_with('#')).count();

        let about = parse_scenario(&name, &text).about;

        assert!((2..=6).contains(&comment), "{name}: a comment of {comment} lines");
        assert!(!about.trim().is_empty(), "{name}: no about");
    }
}

fn readme() -> String {
    std::fs::read_to_string(folder().join("README.md")).expect("a README")
}

#[test]
fn readme_lists_every_scenario_with_its_about() {
    let readme = readme();

    for (name, text) in scenarios() {
        let about = parse_scenario(&name, &text).about;
        let about: Vec<&str> = about.split_whitespace().collect();
        let row = format!("| [{name}]({name}.toml) | {} |", about.join(" "));

        assert!(readme.contains(&row), "fixtures/scenarios/README.md lacks the row\n{row}");
    }
}

#[test]
fn the_example_of_the_readme_is_a_scenario() {
    let readme = readme();
    let example = readme.split("```").nth(1).and_then(|block| block.strip_prefix("toml"));

    let (ended, history) =
        played("the example", &parse_scenario("the example", example.expect("an example")));

    assert_eq!(ended, RunEnd::Quiet);
    assert!(history.iter().any(leaves_service));
}

#[test]
fn the_readme_tells_what_a_call_can_become_by_an_example_that_is_one() {
    let readme = readme();
    let blocks = readme.split("```").filter_map(|block| block.strip_prefix("toml"));
    let example = blocks.last().expect("an example of a fault");

    let faults = parse_scenario("the example", example).faults;

    assert!(matches!(faults[..], [PlannedFault::Call { nth: 3, .. }]), "{faults:?}");
    for fault in CallFault::ALL {
        let row = format!("\n| `{}` |", fault.name());
        assert!(readme.contains(&row), "fixtures/scenarios/README.md lacks {row}");
    }
}
