//! What infra runs: the unit of systemd and the container of the Fargate stack, against the program itself.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::refresh::refresh;
use crate::worker_process::{WorkerProcess, command};
use tests::running::{alone, pause};
use tests::served::Served;

fn infra(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rest of the first line that goes on after these words.
fn after<'a>(text: &'a str, words: &str) -> &'a str {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no {words}"));
    rest.lines().next().unwrap_or_default()
}

/// The arguments of a worker, as the task definition lists them.
fn of_task() -> Vec<String> {
    let stack = infra("worker.yaml");
    let list = after(&stack, "Command: [worker, ").trim_end_matches(']');
    let list = list.split(", ").map(|it| it.trim_start_matches("!Sub ").trim_matches('"'));
    list.map(|it| it.replace("${StackName}", "ebb")).collect()
}

/// As the unit has them.
fn of_unit() -> Vec<String> {
    let unit = infra("ebb-worker.service");
    let line = after(&unit, "ExecStart=/usr/local/bin/ebb worker ");
    line.split(' ').map(str::to_owned).collect()
}

/// The script that asks /health in the container.
fn health_check() -> String {
    let stack = infra("worker.yaml");
    let script = after(&stack, "- bash\n              - -c\n              - ");
    script.trim_matches('\'').to_owned()
}

/// Whether a program is at hand; if not, what is skipped is said aloud.
fn at_hand(program: &str, what: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        // Not with a macro: those are kept back where a test passes.
        writeln!(std::io::stderr(), "SKIPPED: {what}: no {program}").ok();
    }
    there
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A mistake in the environment is looked for when the command line is understood.
#[test]
fn what_is_deployed_runs_a_command_line_that_a_worker_understands() {
    for arguments in [of_task(), of_unit()] {
        assert!(arguments.len() > 3, "{arguments:?}");
        let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
        let output = command.arg("worker").args(&given).env("EBB_MODE", "sleep").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("EBB_MODE=sleep is invalid: expected act or observe"),
            "{arguments:?}: {said}"
        );
    }
    let mut unknown = command(&["--qeue-prefix", "ebb-"]);
    let said = unknown.env("EBB_MODE", "sleep").output().unwrap().stderr;
    assert!(!String::from_utf8_lossy(&said).contains("EBB_MODE"));
}

#[test]
fn the_health_check_of_the_container_passes_until_the_worker_is_told_to_end() {
    if !at_hand("bash", "the health check of the container") {
        return;
    }
    let _alone = alone();
    let served = Served::playing(&refresh(), 1);
    let worker = WorkerProcess::at(served.address, &["--queue-prefix", ""]);
    let script = health_check().replace("8080", &worker.address().port().to_string());
    let passes = || Command::new("bash").args(["-c", &script]).output().unwrap().status.success();

    assert!(passes(), "{script}");
    worker.signal("-TERM");
    while worker.page("/health").is_some_and(|(status, _)| status == 200) {
        pause(Duration::from_millis(50));
    }
    assert!(!passes(), "{script}");
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    if !at_hand("systemd-analyze", "systemd-analyze verify of infra/ebb-worker.service") {
        return;
    }
    let unit = infra("ebb-worker.service");
    let here = unit.replace("/usr/local/bin/ebb", env!("CARGO_BIN_EXE_ebb"));
    let file = folder("unit").join("ebb-worker.service");
    std::fs::write(&file, here).unwrap();

    let verified = Command::new("systemd-analyze").arg("verify").arg(&file).output().unwrap();

    let said = String::from_utf8_lossy(&verified.stderr);
    // A key that it does not know is told, and counts for nothing else.
    assert!(verified.status.success() && !said.contains("ebb-worker.service"), "{said}");
}
