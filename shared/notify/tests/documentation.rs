//! The variables in `infra/README.md` are the ones that ebb parses.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;

use notify::settings::{NOTIFY_VARIABLES, NotifyVariable};

const HEADER: &str = "| variable | unit | default | limit | what for |";

fn row(it: &NotifyVariable) -> String {
    let NotifyVariable { name, unit, default, limit, why } = it;
    format!("| `{name}` | {unit} | {default} | {limit} | {why} |\n")
}

#[test]
fn table_of_variables_is_the_one_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/README.md");
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let start = text.find(HEADER).expect("infra/README.md has the table's header");
    let written = text[start..].split("\n\n").next().expect("the table has an end");

    let rows: String = NOTIFY_VARIABLES.iter().map(row).collect();

    assert_eq!(format!("{written}\n"), format!("{HEADER}\n|---|---|---|---|---|\n{rows}"));
}
