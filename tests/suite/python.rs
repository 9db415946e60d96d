//! Python interpreters for the checks in Python, and the reports of these checks.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Once;

use serde_json::Value;

use crate::world::root;

/// An interpreter for some checks.
#[derive(Debug)]
pub(crate) struct Python {
    /// The checks that use the interpreter.
    pub(crate) what: &'static str,
    /// The modules that the checks need.
    pub(crate) modules: &'static str,
    /// The file of the modules' versions.
    pub(crate) requirements: &'static str,
    /// The folder in which `.ci/run` installs the interpreter.
    pub(crate) folder: &'static str,
    /// The variable that names another interpreter.
    pub(crate) named: &'static str,
    /// The guard that prints one message about skipped checks.
    pub(crate) skipped: Once,
}

/// The findings of a check.
#[derive(Debug)]
pub(crate) struct Report {
    failures: Vec<String>,
    figures: BTreeMap<String, usize>,
}

impl Report {
    pub(crate) fn assert_clean(&self) {
        assert!(self.failures.is_empty(), "{:#?}", self.failures);
    }

    /// Returns a figure by its name, or 0 if the report has no such figure.
    pub(crate) fn figure(&self, name: &str) -> usize {
        self.figures.get(name).copied().unwrap_or(0)
    }
}

impl Python {
    /// Returns the interpreter. With `None` the test is skipped, which `EBB_PYTHON_REQUIRED` forbids.
    pub(crate) fn interpreter(&self) -> Option<PathBuf> {
        let ours = || root().join(self.folder).join("bin/python");
        let python = std::env::var_os(self.named).map_or_else(ours, PathBuf::from);
        let import = format!("import {}", self.modules);
        let lacking = match Command::new(&python).args(["-c", &import]).output() {
            Ok(output) if output.status.success() => return Some(python),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                said.lines().last().unwrap_or_default().to_owned()
            }
            Err(error) => error.to_string(),
        };
        skipped(
            self.what,
            &format!("{}: {lacking} (to enable: {})", python.display(), self.how()),
            &self.skipped,
        );
        None
    }

    fn how(&self) -> String {
        let Self { folder, requirements, named, .. } = self;
        format!(
            "python3 -m venv {folder} && {folder}/bin/pip install -r {requirements}, or name an interpreter in {named}"
        )
    }
}

/// Returns the machine's Python for a script that needs only the standard library. With `None` the test is skipped,
/// which `EBB_PYTHON_REQUIRED` forbids.
pub(crate) fn plain(what: &str, once: &Once) -> Option<PathBuf> {
    let python = PathBuf::from("python3");
    let version = "import sys; sys.exit(sys.version_info < (3, 11))";
    match Command::new(&python).args(["-c", version]).output() {
        Ok(output) if output.status.success() => return Some(python),
        Ok(_) => skipped(what, "python3 is older than 3.11", once),
        Err(error) => skipped(what, &format!("python3: {error}"), once),
    }
    None
}

/// Runs a script in this folder of tests with the machine's Python.
pub(crate) fn run<A: AsRef<OsStr>>(
    python: &PathBuf,
    script: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Output {
    let mut command = Command::new(python);
    command.arg("-B").arg(root().join("tests").join(script)).args(arguments);
    command.output().unwrap()
}

/// Reports a skipped check on standard error once. Fails if the environment forbids skipped checks.
fn skipped(what: &str, why: &str, once: &Once) {
    assert!(std::env::var_os("EBB_PYTHON_REQUIRED").is_none(), "{why}");
    once.call_once(|| {
        // No macro: the test harness hides the output of macros in a test that passes.
        let mut out = std::io::stderr();
        writeln!(out, "SKIPPED: {what}: {why}").ok();
    });
}

/// Runs a script in this folder of tests, and reads its report.
pub(crate) fn check<A: AsRef<OsStr>>(
    python: &PathBuf,
    script: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Report {
    let mut command = Command::new(python);
    // Without bytecode, Python writes no files among the sources.
    command.arg("-B").arg(root().join("tests").join(script)).args(arguments);
    let output = command.env_remove("AWS_PROFILE").output().unwrap();
    let (text, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script} ended with {}\n{text}\n{errors}", output.status);
    let report: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let failures = report["failures"].as_array().expect("a list").iter();
    let figures = report["figures"].as_object().expect("figures").iter();
    Report {
        failures: failures.map(|failure| failure.as_str().unwrap_or_default().to_owned()).collect(),
        figures: figures.map(|(k, v)| (k.clone(), v.as_u64().unwrap_or(0) as usize)).collect(),
    }
}
