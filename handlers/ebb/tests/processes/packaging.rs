//! `ebb completions`, `ebb man` and `ebb --version`: what a package of ebb needs.

use std::path::Path;
use std::process::{Command, Output};

fn ebb(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ebb")).args(arguments).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = ebb(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn completions_of_each_shell_know_the_options_of_a_replay() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(printed(&["completions", shell]).contains("timeline"), "{shell}");
    }
}

#[test]
fn manual_of_each_command_has_a_page_of_its_own() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("manual");

    printed(&["man", "--to", folder.to_str().unwrap()]);

    let page = std::fs::read_to_string(folder.join("ebb-replay.1")).unwrap();
    assert!(page.contains("timeline"), "{page}");
    assert!(printed(&["man"]).contains("ebb"));
}

#[test]
fn manual_in_a_place_that_is_no_folder_exits_with_2_and_names_the_place() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-folder");
    std::fs::write(&file, "").unwrap();

    let output = ebb(&["man", "--to", file.to_str().unwrap()]);

    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-folder"), "{output:?}");
}

#[test]
fn version_names_the_package_and_its_source() {
    let version = printed(&["--version"]);

    let source = version.trim().strip_prefix(concat!("ebb ", env!("CARGO_PKG_VERSION"), " ("));
    assert!(source.is_some_and(|source| source.len() > 2 && source.ends_with(')')), "{version}");
}
