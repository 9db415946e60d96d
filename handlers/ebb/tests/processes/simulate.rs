//! `ebb simulate`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tests::running::{Running, pause};

/// A world whose run is over before its task is.
const ENDLESS: &str = r#"
limit = "4m"
group = [{ name = "web", cluster = "shop", instances = 2, hook = [{ name = "ebb" }] }]
standalone = [{ family = "import", cluster = "shop", on = "each:web", runs_on = "1h" }]
happens = [{ at = "1m", what = "desired-capacity", group = "web", to = 1 }]
"#;

/// A world whose run is over in time, unless a message has to come once more.
const HASTY: &str = r#"
limit = "4m"
group = [{ name = "web", cluster = "shop", instances = 2, hook = [{ name = "ebb" }] }]
happens = [{ at = "1m", what = "desired-capacity", group = "web", to = 1 }]
"#;

#[test]
fn a_broken_run_is_told_while_others_are_still_to_come() {
    let scenario = Path::new(env!("CARGO_TARGET_TMPDIR")).join("endless.toml");
    std::fs::write(&scenario, ENDLESS).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    command.args(["simulate", "--go-on", "--jobs", "1", "--seeds", "7..300", "--scenario"]);
    command.arg(&scenario).stdout(Stdio::null()).stderr(Stdio::piped());

    let mut running = Running(command.spawn().unwrap());
    let told = BufReader::new(running.0.stderr.take().unwrap());
    let told: Vec<String> = told.lines().take(2).map(Result::unwrap).collect();

    assert!(told[0].starts_with("seed 7: ebb simulate --seed 7 "), "{told:?}");
    assert!(told[1].starts_with("  BROKEN  every run ends: "), "{told:?}");
    // It would have ended by now, had it told them at its end.
    pause(Duration::from_secs(1));
    assert_eq!(running.0.try_wait().unwrap(), None);
}

#[test]
fn no_scenario_is_begun_after_one_that_broke_unless_it_is_to_go_on() {
    let told_of_two = |more: &[&str]| {
        let (told, code) = killed_everywhere("begun", 2, more);
        (told.lines().count(), code)
    };

    assert_eq!(told_of_two(&[]), (1, Some(3)));
    assert_eq!(told_of_two(&["--go-on"]), (2, Some(3)));
}

#[test]
fn a_program_is_told_how_many_of_the_chosen_points_were_tried() {
    let tried_of_chosen = |more: &[&str]| {
        let (told, _) = killed_everywhere("tried", 1, &[&["--json"], more].concat());
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        (told["tried"].as_u64().unwrap(), told["chosen"].as_u64().unwrap())
    };

    let (tried, chosen) = tried_of_chosen(&[]);
    assert!(0 < tried && tried < chosen, "{tried} of {chosen}");
    assert_eq!(tried_of_chosen(&["--go-on"]), (chosen, chosen));
}

/// What is told, and the exit code, where everything is killed in so many hasty worlds, in a folder of this name.
fn killed_everywhere(name: &str, times: usize, more: &[&str]) -> (String, Option<i32>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let scenario = folder.join("hasty.toml");
    std::fs::write(&scenario, HASTY).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    command.arg("simulate").args(more).arg("--keep").arg(folder.join("kept"));
    command.args([Path::new("--kill-everywhere"), &scenario].repeat(times));
    let ended = command.output().unwrap();
    (String::from_utf8(ended.stdout).unwrap(), ended.status.code())
}
