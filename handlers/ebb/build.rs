//! Sets `EBB_SOURCE`: commit and date of the source, for `ebb --version`.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=EBB_SOURCE");
    println!("cargo:rerun-if-changed=build.rs");
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
    let given = std::env::var("EBB_SOURCE").ok();
    let source = given.or_else(|| git(&["log", "-1", "--format=%h %cs"]));
    println!("cargo:rustc-env=EBB_SOURCE={}", source.as_deref().unwrap_or("no commit known"));
}

/// Returns what git prints, or `None` outside a repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
