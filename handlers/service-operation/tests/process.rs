//! The function as a process, under a Lambda Runtime API, in a served world.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use service::limits::CLOCK_TOLERANCE;
use tests::batch::{batch_of, failures};
use tests::function::Binary;
use tests::running::{alone, pause};
use tests::served::{Served, written};

const BINARY: Binary<'_> =
    Binary { name: "service-operation", built: env!("CARGO_BIN_EXE_service-operation") };

/// A service of two tasks behind a load balancer, with a scalable target.
const SHOP: &str = r#"
[switches]
api_call = "0s"

[[group]]
name = "web"
cluster = "shop"
instances = 2

[[service]]
name = "api"
cluster = "shop"
desired = 2
deregistration_delay = "5s"
healthy_after = "2s"

[service.scaling]
min = 1
max = 2
"#;

const REQUEST: &str = r#"{"cluster_name": "shop", "service_name": "api", "wait_time": 0}"#;

/// Serves the world of the service, and waits until its tasks are certainly older than a new operation.
fn served() -> Served {
    let served = Served::with_operations_from_now(&written(SHOP), 1);
    while served.aws.world(|world| world.elapsed()) <= CLOCK_TOLERANCE + Duration::from_secs(1) {
        pause(Duration::from_millis(100));
    }
    served
}

fn parameters(served: &Served) -> Vec<String> {
    served.call(
        "AmazonSSM.GetParametersByPath",
        json!({ "Path": "/ebb/operations/", "Recursive": true }),
    )["Parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["Name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn invocation_is_answered_at_once_with_the_id_of_its_operation() {
    let _alone = alone();
    let served = served();
    let function = BINARY.start(&served, &[]);

    let answer = function.invoke(serde_json::from_str(REQUEST).unwrap()).unwrap();

    assert_eq!(answer["outcome"], "open", "{answer}");
    let id = answer["operation"].as_str().unwrap_or_else(|| panic!("{answer}"));
    assert!(id.starts_with("recycle/shop/api/"), "{answer}");
    assert_eq!(parameters(&served), ["/ebb/operations/shop/api/before"]);
}

#[test]
fn request_that_is_not_understood_is_answered_field_by_field() {
    let _alone = alone();
    let served = served();
    let function = BINARY.start(&served, &[]);

    let answer =
        function.invoke(json!({ "service_name": "api", "batch": 0, "waitTime": 3 })).unwrap();

    let fields = answer["errors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let fields: BTreeSet<&str> = fields.iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, BTreeSet::from(["batch", "cluster_name", "waitTime"]));
    assert_eq!(answer["outcome"], "failed");
    assert_eq!(parameters(&served), Vec::<String>::new());
}

#[test]
fn malformed_message_goes_to_the_dead_letter_queue_with_its_reason() {
    let _alone = alone();
    let served = served();
    let function = BINARY.start(&served, &[]);

    let answer = function.invoke(batch_of(&["{".to_owned()])).unwrap();

    assert_eq!(failures(&answer), Vec::<&str>::new());
    let dead = served.sqs(
        "ReceiveMessage",
        "service-operation-dead-letters",
        json!({ "MessageAttributeNames": ["All"] }),
    );
    let reason = &dead["Messages"][0]["MessageAttributes"]["ebb.reason"]["StringValue"];
    assert!(reason.as_str().unwrap_or_default().contains("JSON"), "{dead}");
}

#[test]
fn service_of_another_cluster_is_refused_and_left_alone() {
    let _alone = alone();
    let served = served();
    let function = BINARY.start(&served, &[("Clusters", "web")]);

    let answer = function.invoke(serde_json::from_str(REQUEST).unwrap()).unwrap();

    assert_eq!((&answer["outcome"], &answer["reason"]), (&json!("failed"), &json!("not-served")));
    assert_eq!(parameters(&served), Vec::<String>::new());
}

#[test]
fn a_wrong_configuration_ends_the_process_with_every_mistake_named() {
    BINARY.assert_that_it_names_every_mistake();
}
