//! The names of types, functions and tests.

use std::collections::BTreeMap;

use super::ratchet::{MOST_EMPTY_FUNCTION_NAMES, MOST_SHARED_TYPE_NAMES, MOST_TEST_NAMES, hold};
use super::scanner::is_word;
use super::source::sources;

/// Names of functions that are too vague for two functions of one crate.
const EMPTY: [&str; 6] = ["judge", "read", "take", "of", "tell", "ours"];

#[test]
fn public_types_of_the_workspace_have_names_of_their_own() {
    let mut types = Vec::new();

    for source in sources() {
        for (n, line) in source.product_code().lines().enumerate() {
            if let Some(name) = public_type(line) {
                types.push((name.to_owned(), format!("{}:{}", source.path, n + 1)));
            }
        }
    }

    hold("MOST_SHARED_TYPE_NAMES", MOST_SHARED_TYPE_NAMES, &beyond_the_first(types));
}

#[test]
fn functions_of_a_crate_have_names_that_say_something() {
    let mut functions = Vec::new();

    for source in sources() {
        for (n, line) in source.product_code().lines().enumerate() {
            if let Some(name) = function(line).filter(|name| EMPTY.contains(name)) {
                let name = format!("{} {name}", source.crate_path());
                functions.push((name, format!("{}:{}", source.path, n + 1)));
            }
        }
    }

    hold("MOST_EMPTY_FUNCTION_NAMES", MOST_EMPTY_FUNCTION_NAMES, &beyond_the_first(functions));
}

#[test]
fn tests_are_named_by_subject_condition_and_outcome() {
    let mut found = Vec::new();

    for source in sources() {
        let named = tests(&source.code).into_iter().filter(|(_, name)| is_vague(name));
        found.extend(named.map(|(line, name)| format!("{}:{line}: {name}", source.path)));
    }

    hold("MOST_TEST_NAMES", MOST_TEST_NAMES, &found);
}

/// Returns all places of each name except the first, with the first place.
fn beyond_the_first(named: Vec<(String, String)>) -> Vec<String> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, place) in named {
        match first.get(&name) {
            Some(other) => found.push(format!("{place}: {name}, as in {other}")),
            None => {
                first.insert(name, place);
            }
        }
    }
    found
}

/// Returns the name of a type that the line defines for other crates.
fn public_type(line: &str) -> Option<&str> {
    let (keyword, rest) = line.trim_start().strip_prefix("pub ")?.split_once(' ')?;
    let is_type = ["struct", "enum", "trait", "type", "union"].contains(&keyword);
    is_type.then(|| rest.split(|c| !is_word(c)).next().unwrap_or_default())
}

/// Returns the name of the function that the line defines.
pub(super) fn function(line: &str) -> Option<&str> {
    let at = line.match_indices("fn ").find(|(at, _)| !line[..*at].ends_with(is_word))?.0;
    line[at + 3..].split(|c| !is_word(c)).next().filter(|name| !name.is_empty())
}

/// Returns the names of the tests with their lines.
fn tests(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut marked = false;
    for (n, line) in code.lines().enumerate() {
        let code = line.trim();
        marked |= code.starts_with("#[test]") || code.starts_with("#[tokio::test");
        if let Some(name) = function(code).filter(|_| marked) {
            found.push((n + 1, name));
            marked = false;
        }
    }
    found
}

/// Returns true for the name of a test without a subject.
fn is_vague(name: &str) -> bool {
    let subject = name.trim_start_matches("rule_").trim_start_matches(|c: char| c.is_ascii_digit());
    let subject = subject.trim_start_matches('_');
    let words: Vec<&str> = subject.split('_').collect();
    words[0] == "what"
        || words.contains(&"it")
        || words.windows(2).any(|two| two == ["that", "one"])
}

#[test]
fn vague_test_names_are_seen() {
    for name in ["what_is_told_is_read", "rule_6_it_waits", "task_sees_it", "group_of_that_one"] {
        assert!(is_vague(name), "{name}");
    }
    for name in ["rule_4_standalone_task_gets_stop_task", "what_if", "item_waits"] {
        assert_eq!(is_vague(name), name == "what_if", "{name}");
    }
}

#[test]
fn public_types_and_functions_are_seen() {
    assert_eq!(public_type("    pub struct Line<'a> {"), Some("Line"));
    assert_eq!(public_type("pub(crate) struct Line;"), None);
    assert_eq!(public_type("pub fn read() {}"), None);
    assert_eq!(function("    pub(super) async fn read(&self)"), Some("read"));
    assert_eq!(function("defn read()"), None);
}

#[test]
fn name_that_is_used_twice_is_one_finding() {
    let named = [("Line", "a:1"), ("Word", "a:2"), ("Line", "b:1")];

    let found = beyond_the_first(named.map(|(name, at)| (name.to_owned(), at.to_owned())).into());

    assert_eq!(found, ["b:1: Line, as in a:1"]);
}
