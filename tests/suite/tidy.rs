//! Sizes, words, names and imports of the workspace's files.

mod imports;
mod links;
mod names;
mod ratchet;
mod scanner;
mod sentences;
mod source;
mod texts;
mod tree;
mod verbs;
mod words;

use source::{files, sources};

use crate::shipped::names;
use crate::transcripts::golden;
use crate::world::root;

/// Most lines of a file, which has one noun.
const FILE_LINES: usize = 300;

/// Most lines of a function, which has one thought.
const FUNCTION_LINES: usize = 70;

/// Words for which AWS has another word, or without a clear meaning.
const BANNED: [&str; 6] = ["cordon", "evict", "utils", "misc", "todo!", "fixme"];

#[test]
fn no_file_is_longer_than_300_lines() {
    let sources = sources();
    let lengths = sources.iter().map(|source| (source.text.lines().count(), &source.path));

    let long: Vec<_> = lengths.filter(|(lines, _)| *lines > FILE_LINES).collect();

    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let mut long = Vec::new();

    for source in sources() {
        for (name, lines) in functions(&source.text) {
            if lines > FUNCTION_LINES {
                long.push(format!("{lines} {} {name}", source.path));
            }
        }
    }

    assert!(long.is_empty(), "{long:#?}");
}

/// Returns the functions with their lengths. The indentation of rustfmt shows the end of each function.
fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize, usize)> = None;
    for (n, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let code = line.trim_start();
        match &open {
            None if is_function(code) && !code.ends_with(';') => {
                open = Some((code.to_owned(), n, indent))
            }
            Some((name, start, at))
                if indent == *at && (code.starts_with('}') || code.ends_with(" }")) =>
            {
                found.push((name.clone(), n - start + 1));
                open = None;
            }
            _ => {}
        }
    }
    found
}

fn is_function(code: &str) -> bool {
    let before = code.split("fn ").next().unwrap_or(code);
    let qualifiers = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    code.contains("fn ")
        && before
            .split_whitespace()
            .all(|word| qualifiers.contains(&word) || word.starts_with("pub("))
}

#[test]
fn long_function_is_seen() {
    let body = "    let x = 1;\n".repeat(80);
    let text = format!("pub(crate) async fn long() {{\n{body}}}\n\nfn short() {{}}\n");

    assert_eq!(functions(&text)[0].1, 82);
}

#[test]
fn no_banned_word_is_used() {
    let mut used = Vec::new();

    for source in sources().into_iter().filter(|source| !source.path.ends_with("tidy.rs")) {
        for (n, line) in source.text.lines().enumerate() {
            let line = line.to_lowercase();
            let banned = BANNED.iter().filter(|word| line.contains(*word));
            used.extend(banned.map(|word| format!("{}:{}: {word}", source.path, n + 1)));
        }
    }

    assert!(used.is_empty(), "{used:#?}");
}

#[test]
fn every_scenario_has_its_transcript() {
    for name in names() {
        assert!(golden(name).exists(), "fixtures/scenarios/{name}.toml has no transcript");
    }
}

#[test]
fn the_top_level_holds_the_folders_of_the_design_and_no_other() {
    let mut folders: Vec<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    folders.sort();

    assert_eq!(folders, ["fixtures", "handlers", "infra", "shared", "tests"]);
}

/// The manifests list the allowed dependencies. A crate cannot use a crate that its manifest does not list.
#[test]
fn the_decisions_know_no_sdk_and_the_simulator_knows_nothing_of_ebb() {
    let manifest =
        |name: &str| std::fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
    let (drain, sim) = (manifest("shared/drain"), manifest("shared/sim"));

    for word in ["aws-", "tokio", "tracing", "lambda"] {
        assert!(!drain.contains(word), "shared/drain depends on {word}");
    }
    for word in ["aws-sdk", "drain", "\naws.", "lambda_runtime"] {
        assert!(!sim.contains(word), "shared/sim depends on {word}");
    }
}

/// `tests/suite/mutants` makes bugs on purpose, outside the product.
#[test]
fn no_source_or_manifest_of_a_product_crate_contains_the_word_mutant() {
    let products = ["shared", "handlers"];
    let all = products.into_iter().flat_map(|folder| [files(folder, "rs"), files(folder, "toml")]);
    let mut all: Vec<(String, String)> = all.flatten().collect();
    let manifests = all.iter().filter(|(path, _)| path.ends_with("Cargo.toml")).count();
    assert!(manifests > 8 && all.len() > 100, "only {} files were found", all.len());

    all.retain(|(_, text)| text.to_lowercase().contains("mutant"));

    let paths: Vec<&String> = all.iter().map(|(path, _)| path).collect();
    assert!(paths.is_empty(), "{paths:#?}");
}

#[test]
fn the_table_of_known_failures_names_tests_that_exist() {
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let peers = std::fs::read_to_string(root().join("tests/suite/peers.rs")).unwrap();

    let named: Vec<&str> =
        architecture.split('`').filter(|word| word.starts_with("peer_")).collect();

    assert_eq!(named.len(), 19);
    for (n, name) in named.iter().enumerate() {
        assert!(name.starts_with(&format!("peer_{:02}_", n + 1)), "{name} is out of order");
        assert!(peers.contains(&format!("fn {name}()")), "{name} is no test");
    }
}
