//! Deployments of infra: the systemd unit and the container of the Fargate stack, against the program itself.

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

/// Returns the rest of the line after these words.
fn after<'a>(text: &'a str, words: &str) -> &'a str {
    let (_, rest) = text.split_once(words).unwrap_or_else(|| panic!("no {words}"));
    rest.lines().next().unwrap_or_default()
}

/// Returns the arguments of a worker in the task definition.
fn task_arguments() -> Vec<String> {
    let stack = infra("worker.yaml");
    let list = after(&stack, "Command: [worker, ").trim_end_matches(']');
    let list = list.split(", ").map(|it| it.trim_start_matches("!Sub ").trim_matches('"'));
    list.map(|it| it.replace("${StackName}", "ebb")).collect()
}

/// Returns the arguments of a worker in the systemd unit.
fn unit_arguments() -> Vec<String> {
    let unit = infra("ebb-worker.service");
    let line = after(&unit, "ExecStart=/usr/local/bin/ebb worker ");
    line.split(' ').map(str::to_owned).collect()
}

/// Returns the script that requests /health in the container.
fn health_check() -> String {
    let stack = infra("worker.yaml");
    let script = after(&stack, "- bash\n              - -c\n              - ");
    script.trim_matches('\'').to_owned()
}

/// Returns true if a program is installed. If not, names the skipped test on standard error.
fn is_installed(program: &str, test: &str) -> bool {
    let installed = Command::new(program).arg("--version").output().is_ok();
    if !installed {
        // No macro: the test harness captures the output of macros.
        writeln!(std::io::stderr(), "SKIPPED: {test}: no {program}").ok();
    }
    installed
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A worker checks the environment after the command line.
#[test]
fn deployed_command_line_is_understood_by_a_worker() {
    for arguments in [task_arguments(), unit_arguments()] {
        assert!(arguments.len() > 3, "{arguments:?}");
        let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ebb"));
        let output = command.arg("worker").args(&given).env("EBB_MODE", "sleep").output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.contains("EBB_MODE=sleep is invalid: expected act, observe or hold"),
            "{arguments:?}: {stderr}"
        );
    }
    let mut unknown = command(&["--qeue-prefix", "ebb-"]);
    let stderr = unknown.env("EBB_MODE", "sleep").output().unwrap().stderr;
    assert!(!String::from_utf8_lossy(&stderr).contains("EBB_MODE"));
}

#[test]
fn container_health_check_passes_until_sigterm() {
    if !is_installed("bash", "the health check of the container") {
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
fn systemd_unit_is_valid() {
    if !is_installed("systemd-analyze", "systemd-analyze verify of infra/ebb-worker.service") {
        return;
    }
    let unit = infra("ebb-worker.service");
    let here = unit.replace("/usr/local/bin/ebb", env!("CARGO_BIN_EXE_ebb"));
    let file = folder("unit").join("ebb-worker.service");
    std::fs::write(&file, here).unwrap();

    let verified = Command::new("systemd-analyze").arg("verify").arg(&file).output().unwrap();

    let stderr = String::from_utf8_lossy(&verified.stderr);
    // An unknown key is only printed: the exit code stays 0.
    assert!(verified.status.success() && !stderr.contains("ebb-worker.service"), "{stderr}");
}
