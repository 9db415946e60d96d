//! tests/account/ask.py, the script for an AWS account, against the simulated AWS.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Once;

use crate::conformance::served::serve;
use crate::python::Python;
use crate::world::root;

static PYTHON: Python = Python {
    what: "the questions for an AWS account",
    modules: "awscli",
    requirements: "tests/deployed/requirements.txt",
    folder: "target/ministack",
    named: "EBB_PYTHON_MINISTACK",
    skipped: Once::new(),
};

/// Questions that the simulator cannot answer, because it lacks an operation or draws a time.
const ONLY_IN_AN_ACCOUNT: [&str; 3] = [
    "protected service tasks on a DRAINING instance",
    "DRAINING to the first stop of a service task",
    "hook of managed instance draining",
];

/// Returns the rows of the table: the documented answer of the simulator, and the answer of the served world.
fn table(text: &str) -> BTreeMap<String, (String, String)> {
    let rows = text.lines().skip(2).map(|line| {
        let columns: Vec<&str> =
            line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect();
        let [question, says, said] = columns[..] else { panic!("{line}") };
        (question.to_owned(), (says.to_owned(), said.to_owned()))
    });
    rows.collect()
}

#[test]
fn simulator_answers_as_the_table_for_an_account_says() {
    let Some(python) = PYTHON.interpreter() else { return };
    let served = serve(&root().join("tests/account/sim.toml"), 20);
    let aws = format!("{} -m awscli", python.display());
    let name = "ebb-account-test";

    let mut command = Command::new(&python);
    command.arg("-B").arg(root().join("tests/account/ask.py")).args(["--aws", &aws]);
    command.args(["--only", "questions", "--cluster", name, "--group", name, "--service", name]);
    command.env("AWS_ENDPOINT_URL", format!("http://{}", served.address()));
    for (variable, value) in [
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ] {
        command.env(variable, value);
    }
    let output = command.output().unwrap();

    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let table = table(&String::from_utf8(output.stdout).unwrap());
    assert!(table.len() > ONLY_IN_AN_ACCOUNT.len() + 3, "{table:#?}");
    for (question, (says, said)) in &table {
        if !ONLY_IN_AN_ACCOUNT.contains(&question.as_str()) {
            assert_eq!(says, said, "{question}");
        }
    }
}

#[test]
fn switch_of_a_question_is_one_of_the_simulator() {
    let questions = std::fs::read_to_string(root().join("tests/account/questions.py")).unwrap();
    let switches = serde_json::to_value(sim::scenario::Switches::default()).unwrap();

    let named = questions.lines().filter_map(|line| {
        let arguments = line.trim().strip_prefix("Question(\"")?;
        arguments.split("\", \"").nth(1)
    });
    let named: Vec<&str> = named.filter(|switch| !switch.is_empty()).collect();

    assert!(named.len() >= 3, "{named:?}");
    for switch in named {
        assert!(switches.get(switch).is_some(), "{switch}");
    }
}
