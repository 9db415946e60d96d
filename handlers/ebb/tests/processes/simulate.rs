//! `ebb simulate`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tests::running::{Running, pause};

/// World whose run reaches its time limit before its task ends.
const ENDLESS: &str = r#"
limit = "4m"
group = [{ name = "web", cluster = "shop", instances = 2, hook = [{ name = "ebb" }] }]
standalone = [{ family = "import", cluster = "shop", on = "each:web", runs_on = "1h" }]
happens = [{ at = "1m", what = "desired-capacity", group = "web", to = 1 }]
"#;

/// World whose run ends in time, unless a message is redelivered.
const HASTY: &str = r#"
limit = "4m"
group = [{ name = "web", cluster = "shop", instances = 2, hook = [{ name = "ebb" }] }]
happens = [{ at = "1m", what = "desired-capacity", group = "web", to = 1 }]
"#;

#[test]
fn broken_run_is_reported_before_the_next_runs_end() {
    let scenario = Path::new(env!("CARGO_TARGET_TMPDIR")).join("endless.toml");
    std::fs::write(&scenario, ENDLESS).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
    command.args(["simulate", "--go-on", "--jobs", "1", "--seeds", "7..300", "--scenario"]);
    command.arg(&scenario).stdout(Stdio::null()).stderr(Stdio::piped());

    let mut running = Running(command.spawn().unwrap());
    let stderr = BufReader::new(running.0.stderr.take().unwrap());
    let report: Vec<String> = stderr.lines().take(2).map(Result::unwrap).collect();

    assert!(report[0].starts_with("seed 7: ebb simulate --seed 7 "), "{report:?}");
    assert!(report[1].starts_with("  BROKEN  every run ends: "), "{report:?}");
    // A report at the end of all runs would have ended the process by now.
    pause(Duration::from_secs(1));
    assert_eq!(running.0.try_wait().unwrap(), None);
}

#[test]
fn scenario_after_one_that_broke_begins_only_with_go_on() {
    let reported_of_two = |more: &[&str]| {
        let (report, code) = killed_everywhere("begun", 2, more);
        (report.lines().count(), code)
    };

    assert_eq!(reported_of_two(&[]), (1, Some(3)));
    assert_eq!(reported_of_two(&["--go-on"]), (2, Some(3)));
}

#[test]
fn json_has_the_numbers_of_chosen_and_tried_points() {
    let tried_of_chosen = |more: &[&str]| {
        let (report, _) = killed_everywhere("tried", 1, &[&["--json"], more].concat());
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        (report["tried"].as_u64().unwrap(), report["chosen"].as_u64().unwrap())
    };

    let (tried, chosen) = tried_of_chosen(&[]);
    assert!(0 < tried && tried < chosen, "{tried} of {chosen}");
    assert_eq!(tried_of_chosen(&["--go-on"]), (chosen, chosen));
}

/// Returns the report and the exit code of kills at every call of the hasty world, run this many times.
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
