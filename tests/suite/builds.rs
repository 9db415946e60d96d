//! The packages that cargo builds. cargo builds the SDK only once.

use std::collections::BTreeSet;
use std::process::Command;

use crate::world::root;

/// Packages whose features differ, because proptest needs more features than other crates. The crates of the SDK's
/// services do not depend on these packages.
const APART: [&str; 1] = ["regex-syntax "];

/// Returns the crates of other authors, each with its version and its features.
fn dependencies(selection: &[&str]) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root()).args(["tree", "--offline", "--locked", "--prefix", "none"]);
    let told = tree.args(["--format", "{p} [{f}]"]).args(selection).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let ours = format!("({}", root().canonicalize().unwrap().display());
    let text = String::from_utf8(told.stdout).unwrap();
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|it| !it.is_empty());
    lines.filter(|line| !line.contains(&ours)).map(str::to_owned).collect()
}

#[test]
fn the_tests_build_no_crate_again_that_ebb_is_built_on() {
    let ebb = dependencies(&["-p", "ebb", "--edges", "normal,build"]);
    let tests = dependencies(&["--workspace", "--edges", "normal,build,dev"]);

    let again: Vec<_> = ebb
        .difference(&tests)
        .filter(|it| !APART.iter().any(|apart| it.starts_with(apart)))
        .collect();

    assert!(ebb.len() > 150, "{ebb:#?}");
    assert!(again.is_empty(), "features differ: {again:#?}");
}
