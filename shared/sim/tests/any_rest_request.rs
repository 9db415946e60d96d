//! A REST request of any method, path and body is classified, and nothing panics.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the claims are those of another test, too")]

#[path = "claims/wire.rs"]
mod claims;

use claims::world;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use sim::{Classified, classify};

const LIST_CLUSTERS: &str = "AmazonEC2ContainerServiceV20141113.ListClusters";

/// Returns a REST request: its method, its path and its query.
fn rest() -> impl Strategy<Value = String> {
    let methods = select(vec!["GET", "PUT", "DELETE", "POST"]);
    let paths = select(vec![
        "/2015-03-31/event-source-mappings",
        "/2015-03-31/event-source-mappings/5c1f4e9a-1111-4222-8333-9a0b1c2d3e4f",
        "/2017-10-31/functions/import/concurrency",
        "/2019-09-30/functions/import/concurrency",
        "/2015-03-31/functions/import/configuration",
        "/schedules",
        "/schedules/nightly",
    ]);
    let queries = prop_oneof![
        Just(String::new()),
        "[a-zA-Z]{0,12}=[a-z0-9%]{0,8}".prop_map(|it| "?".to_owned() + &it)
    ];
    (methods, paths, queries).prop_map(|(method, path, query)| format!("{method} {path}{query}"))
}

/// Returns the members of a REST request's body.
fn rest_body() -> impl Strategy<Value = Value> {
    let names = select(vec![
        "Enabled",
        "ReservedConcurrentExecutions",
        "ScheduleExpression",
        "FlexibleTimeWindow",
        "Target",
        "State",
    ]);
    let whole = json!({ "Arn": "arn:aws:ecs:eu-west-1:111122223333:cluster/shop", "EcsParameters": {
        "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/report",
    } });
    let known = select(vec![
        json!("rate(5 minutes)"),
        json!("rate(99999999999999999 days)"),
        json!(0),
        whole,
    ]);
    let fields = prop::collection::btree_map(
        names,
        prop_oneof![any::<i64>().prop_map(Value::from), known],
        0..5,
    );
    fields.prop_map(|fields| json!(fields))
}

proptest! {
    #[test]
    fn any_rest_request_is_classified(uri in rest(), body in rest_body()) {
        let mut world = world();
        let classified = classify(&mut world, None, &uri, body.to_string().as_bytes());

        prop_assert!(!matches!(classified, Classified::Malformed(_)), "{classified:?}");
        let after = classify(&mut world, Some(LIST_CLUSTERS), "/", b"{}");
        prop_assert_eq!(after, Classified::Answered);
    }
}

#[test]
fn rest_request_is_answered_by_its_method_and_its_path() {
    let mut world = world();
    let mut ask = |uri: &str, body: &str| classify(&mut world, None, uri, body.as_bytes());
    let concurrency = "/2017-10-31/functions/import/concurrency";
    let put = format!("PUT {concurrency}");

    assert_eq!(ask(&put, r#"{"ReservedConcurrentExecutions":0}"#), Classified::Answered);
    assert_eq!(ask(&format!("DELETE {concurrency}"), ""), Classified::Answered);
    assert!(matches!(ask(&put, r#"{"ReservedConcurrentExecutions":-1}"#), Classified::Refused(_)));
    assert!(matches!(ask(&put, "{"), Classified::Malformed(_)));
    assert!(matches!(ask(&format!("GET {concurrency}"), ""), Classified::Unknown(_)));
}
