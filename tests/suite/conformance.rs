//! Conformance against the work of others: botocore's models of the services, boto3's paginators and waiters, the AWS
//! CLI, and moto. They call the simulated AWS over HTTP, as `ebb sim` serves it.
//!
//! The checks are in Python: tests/conformance. Without Python a test prints that it skips its checks.

pub(crate) mod served;

use std::collections::BTreeSet;
use std::sync::Once;

use crate::python::{Python, Report, check};
use crate::world::root;
use served::serve;

/// Virtual seconds in a second for checks in which minutes have to pass.
const FAST: u32 = 60;
/// Virtual seconds in a second for checks in which no resource may change before a call, even on a busy machine.
const SLOW: u32 = 5;

static PYTHON: Python = Python {
    what: "conformance with boto3, the AWS CLI and moto",
    modules: "boto3, awscli, moto.server",
    requirements: "tests/conformance/requirements.txt",
    folder: "target/python",
    named: "EBB_PYTHON",
    skipped: Once::new(),
};

/// File in which each service dispatches its operations, and name of the service in a check.
const DISPATCHED: [(&str, &str); 12] = [
    ("shared/sim/src/ecs/operation/mod.rs", "ecs"),
    ("shared/sim/src/autoscaling/api/mod.rs", "autoscaling"),
    ("shared/sim/src/sqs/api/mod.rs", "sqs"),
    ("shared/sim/src/eventbridge/api/mod.rs", "events"),
    ("shared/sim/src/scheduler/api.rs", "scheduler"),
    ("shared/sim/src/lambda/api/mod.rs", "lambda"),
    ("shared/sim/src/sns/api.rs", "sns"),
    ("shared/sim/src/secretsmanager/api.rs", "secretsmanager"),
    ("shared/sim/src/application_autoscaling/api/mod.rs", "application-autoscaling"),
    ("shared/sim/src/ssm/api/mod.rs", "ssm"),
    ("shared/sim/src/elb/api.rs", "elbv2"),
    ("shared/sim/src/sts/mod.rs", "sts"),
];

/// Returns the operations of the simulator as `service:Operation`, from the arms `"Operation" =>` of its dispatch.
fn operations() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, service) in DISPATCHED {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let arms =
            text.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>"));
        let operations =
            arms.map(|(name, _)| name).filter(|name| name.starts_with(char::is_uppercase));
        found.extend(operations.map(|name| format!("{service}:{name}")));
    }
    found
}

/// Returns the report of a check in a separate world. `None` without Python.
fn checked(name: &str, speed: u32) -> Option<Report> {
    let python = PYTHON.interpreter()?;
    let world = serve(&root().join("tests/conformance/world.toml"), speed);
    let operations: Vec<String> = operations().into_iter().collect();
    let arguments = [name, &world.url(), "--operations", &operations.join(",")];
    Some(check(&python, "conformance/check.py", arguments))
}

#[test]
fn the_dispatch_of_every_service_is_found() {
    let operations = operations();

    assert!(operations.len() >= 35, "{operations:#?}");
    for one in ["ecs:ListTasks", "autoscaling:DescribeTags", "sqs:SendMessage", "events:PutEvents"]
    {
        assert!(operations.contains(one), "{one} is not among {operations:#?}");
    }
}

#[test]
fn every_operation_answers_what_botocore_models_in_success_and_in_error() {
    let Some(report) = checked("shapes", SLOW) else { return };

    report.assert_clean();
    assert_eq!(report.figure("operations"), operations().len());
    assert!(report.figure("answers checked") >= 180, "{report:#?}");
    assert!(report.figure("of them errors") >= 90, "{report:#?}");
}

#[test]
fn examples_of_aws_are_answered_as_documented() {
    let Some(report) = checked("examples", FAST) else { return };

    report.assert_clean();
    assert!(report.figure("examples") >= 20, "{report:#?}");
}

#[test]
fn the_paginators_of_boto3_see_every_item_once() {
    let Some(report) = checked("pages", FAST) else { return };

    report.assert_clean();
    assert!(report.figure("pages") >= 40, "{report:#?}");
}

#[test]
fn the_waiters_of_boto3_end_as_what_they_wait_for_does() {
    let Some(report) = checked("waits", 4 * SLOW) else { return };

    report.assert_clean();
    assert!(report.figure("claims") >= 14, "{report:#?}");
}

#[test]
fn a_queue_does_for_a_worker_outside_what_sqs_does() {
    let Some(report) = checked("queues", 2 * SLOW) else { return };

    report.assert_clean();
    assert!(report.figure("claims") >= 24, "{report:#?}");
}

#[test]
fn identifiers_addresses_and_side_fields_are_those_of_aws() {
    let Some(report) = checked("edge", 4 * SLOW) else { return };

    report.assert_clean();
    assert!(report.figure("claims") >= 60, "{report:#?}");
}

#[test]
fn a_worker_outside_takes_an_instance_out_of_service() {
    let Some(report) = checked("worker", 4 * SLOW) else { return };

    report.assert_clean();
    assert!(report.figure("claims") >= 10, "{report:#?}");
}

#[test]
fn botocore_takes_our_throttling_for_throttling() {
    let Some(report) = checked("throttles", 1) else { return };

    report.assert_clean();
    assert!(report.figure("claims") >= 8, "{report:#?}");
}

#[test]
fn the_aws_cli_reads_every_answer() {
    let Some(report) = checked("cli", SLOW) else { return };

    report.assert_clean();
    assert!(report.figure("claims") >= 32, "{report:#?}");
}

#[test]
fn moto_answers_otherwise_where_the_table_says_so_and_nowhere_else() {
    let Some(report) = checked("moto", 1) else { return };

    report.assert_clean();
    assert!(report.figure("requests compared") >= 100, "{report:#?}");
}
