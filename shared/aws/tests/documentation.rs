//! The configuration in `infra/README.md` is the one that ebb parses.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use aws::config::{VARIABLES, Variable};
use drain::policy::Policy;

const HEADER: &str = "| name | unit | default | limit | what for |";

fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/README.md")
}

/// Returns the table as it must be.
fn table() -> String {
    let rows: String = VARIABLES.iter().map(row).collect();
    format!("{HEADER}\n|---|---|---|---|---|\n{rows}")
}

fn row(it: &Variable) -> String {
    format!(
        "| `{}` | {} | {} | {} | {} |\n",
        it.name,
        it.unit,
        it.default.as_str(),
        it.limit,
        it.why
    )
}

/// Returns the text before the table, the table, and the text after it.
fn parts(text: &str) -> (&str, &str, &str) {
    let start = text.find(HEADER).expect("infra/README.md has the table's header");
    let (before, rest) = text.split_at(start);
    let end = rest.find("\n\n").map_or(rest.len(), |end| end + 1);
    let (table, after) = rest.split_at(end);
    (before, table, after)
}

/// Compares the table. `UPDATE_EXPECT=1` writes it instead.
#[test]
fn table_of_variables_is_the_one_of_the_code() {
    let text = std::fs::read_to_string(readme()).unwrap();
    let (before, written, after) = parts(&text);

    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(readme(), format!("{before}{}{after}", table())).unwrap();
        return;
    }

    assert_eq!(written, table(), "run with UPDATE_EXPECT=1 to write the table");
}

/// Gives each documented tag an invalid value, which the policy reports.
#[test]
fn documented_tags_of_a_group_are_parsed() {
    let text = std::fs::read_to_string(readme()).unwrap();
    let documented = text.lines().filter(|line| line.contains("| Auto Scaling group |"));
    let tags: Vec<_> = documented.filter_map(|line| line.split('`').nth(1)).collect();

    let is_parsed = |tag: &&str| {
        let (_, bad) = Policy::default().for_group(&[((*tag).to_owned(), "nonsense".to_owned())]);
        !bad.is_empty()
    };

    let names =
        ["mode", "at-deadline", "drain-timeout", "standalone", "service-tasks", "rebalance"];
    assert_eq!(tags, names.map(|name| format!("ebb:{name}")));
    assert!(tags.iter().all(is_parsed));
}
