//! The Python that has boto3, the AWS CLI and moto, and what its checks report.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;

use serde_json::Value;

use crate::world::root;

const HOW: &str = "python3 -m venv target/python && target/python/bin/pip install -r \
                   tests/conformance/requirements.txt, or name an interpreter in EBB_PYTHON";

/// What is skipped is told once.
static SKIPPED: Once = Once::new();

/// What a check found.
#[derive(Debug)]
pub(super) struct Report {
    failures: Vec<String>,
    figures: BTreeMap<String, usize>,
}

impl Report {
    pub(super) fn assert_clean(&self) {
        assert!(self.failures.is_empty(), "{:#?}", self.failures);
    }

    /// A figure by its name; 0 if there is none.
    pub(super) fn figure(&self, name: &str) -> usize {
        self.figures.get(name).copied().unwrap_or(0)
    }
}

/// The interpreter with the modules: that of `EBB_PYTHON`, or that of target/python. None: the test is skipped, which
/// `EBB_PYTHON_REQUIRED` forbids.
pub(super) fn interpreter() -> Option<PathBuf> {
    let named = std::env::var_os("EBB_PYTHON").map(PathBuf::from);
    let ours = root().join("target/python/bin/python");
    let python = named.unwrap_or(ours);
    let lacking = match Command::new(&python)
        .args(["-c", "import boto3, awscli, moto.server"])
        .output()
    {
        Ok(output) if output.status.success() => return Some(python),
        Ok(output) => {
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
        }
        Err(error) => error.to_string(),
    };
    let what = format!("{}: {lacking} (to enable: {HOW})", python.display());
    assert!(std::env::var_os("EBB_PYTHON_REQUIRED").is_none(), "{what}");
    SKIPPED.call_once(|| {
        // Not with a macro: those are kept back where a test passes.
        let mut out = std::io::stderr();
        writeln!(out, "SKIPPED: conformance with boto3, the AWS CLI and moto: {what}").ok();
    });
    None
}

/// Runs a check of tests/conformance against an endpoint.
pub(super) fn check(
    python: &PathBuf,
    name: &str,
    url: &str,
    operations: &BTreeSet<String>,
) -> Report {
    let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
    let script = root().join("tests/conformance/check.py");
    let mut command = Command::new(python);
    // Without bytecode: nothing is to be left among the sources.
    command.arg("-B").arg(script).args([name, url, "--operations", &operations.join(",")]);
    let output = command.env_remove("AWS_PROFILE").output().unwrap();
    let (text, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name} ended with {}\n{text}\n{errors}", output.status);
    let report: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let failures = report["failures"].as_array().expect("a list").iter();
    let figures = report["figures"].as_object().expect("figures").iter();
    Report {
        failures: failures.map(|failure| failure.as_str().unwrap_or_default().to_owned()).collect(),
        figures: figures.map(|(k, v)| (k.clone(), v.as_u64().unwrap_or(0) as usize)).collect(),
    }
}
