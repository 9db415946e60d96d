//! Mistakes of the user. ebb names file, line and field on standard error, and ends with their exit code.

use ebb::Exit;

use crate::world::root;

fn ran(arguments: &[&str]) -> Exit {
    let arguments = std::iter::once("ebb").chain(arguments.iter().copied());
    ebb::run(arguments.map(Into::into))
}

fn file(name: &str, text: &str) -> String {
    let path = std::env::temp_dir().join(format!("ebb-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn a_command_line_that_makes_no_sense_exits_with_2() {
    assert_eq!(ran(&["replay"]), Exit::Usage);
    assert_eq!(ran(&["replay", "--responder", "unknown", "x.toml"]), Exit::Usage);
    assert_eq!(ran(&["fly"]), Exit::Usage);
}

#[test]
fn help_is_no_mistake() {
    assert_eq!(ran(&["--help"]), Exit::NothingLost);
    assert_eq!(ran(&["replay", "--help"]), Exit::NothingLost);
}

#[test]
fn a_file_that_is_not_there_exits_with_2() {
    assert_eq!(ran(&["replay", "/nowhere/at/all.toml"]), Exit::Usage);
}

#[test]
fn a_scenario_with_a_mistake_exits_with_2() {
    let unknown_group =
        "[[happens]]\nat = \"1m\"\nwhat = \"instance-refresh\"\ngroup = \"missing\"\n";
    let bad_variable = "[environment]\nEBB_STANDALONE = \"sometimes\"\n";

    assert_eq!(ran(&["replay", &file("group.toml", unknown_group)]), Exit::Usage);
    assert_eq!(ran(&["replay", &file("variable.toml", bad_variable)]), Exit::Usage);
}

#[test]
fn tasks_that_die_exit_with_1() {
    let scenario = root().join("fixtures/scenarios/instance-refresh.toml");

    assert_eq!(ran(&["replay", "--responder", "none", &scenario.to_string_lossy()]), Exit::Lost);
}
