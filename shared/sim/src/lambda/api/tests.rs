//! The control plane of Lambda against a function of another team that starts tasks, each claim with its source.

use std::time::Duration;

use serde_json::{Value, json};

use super::call;
use crate::api::Refusal;
use crate::history::{Caller, Fact};
use crate::scenario::{Lengths, Scenario, Switches};
use crate::world::World;

const UUID: &str = "5c1f4e9a-1111-4222-8333-9a0b1c2d3e4f";

/// Returns a world with the function `import`, which runs a task of `job` for each of its messages, once a minute.
fn world(trigger: Value) -> World {
    let mut spec = json!({
        "name": "import", "queue": "imports", "mapping": UUID, "timeout": "1m", "every": "1m",
        "lasts": "20s", "run_task": { "cluster": "shop", "family": "job", "lasts": "30s" },
    });
    spec.as_object_mut().unwrap().extend(trigger.as_object().unwrap().clone());
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [{ "name": "g", "cluster": "shop", "instances": 1 }],
        "trigger": [spec],
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.switches.mapping_update = Lengths::secs(30);
    world.play(&scenario).unwrap();
    world
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, Refusal> {
    call(world, &Caller::Other("operator".to_owned()), operation, &input)
}

fn code(answer: Result<Value, Refusal>) -> (u16, String) {
    match answer {
        Err(Refusal::Error(error)) => (error.status, error.code),
        other => panic!("no error: {other:?}"),
    }
}

fn enable(world: &mut World, enabled: bool) -> Result<Value, Refusal> {
    ask(world, "UpdateEventSourceMapping", json!({ "UUID": UUID, "Enabled": enabled }))
}

fn state(world: &mut World) -> String {
    let mapping = ask(world, "GetEventSourceMapping", json!({ "UUID": UUID })).unwrap();
    mapping["State"].as_str().unwrap().to_owned()
}

fn until(world: &mut World, secs: u64) {
    world.advance(Duration::from_secs(secs));
}

/// Returns the times of the tasks that the function started, in seconds.
fn starts(world: &World) -> Vec<u64> {
    let runs = world.history().iter().filter(|entry| {
        matches!(&entry.fact, Fact::Call { operation, outcome, .. } if operation == "RunTask" && outcome == "ok")
    });
    runs.map(|entry| entry.at.as_secs()).collect()
}

fn invocations(world: &World) -> usize {
    let invoked = |fact: &Fact| matches!(fact, Fact::TriggerInvoked { .. });
    world.history().iter().filter(|entry| invoked(&entry.fact)).count()
}

#[test]
fn function_of_another_team_starts_a_task_at_the_end_of_each_invocation() {
    let mut world = world(json!({}));

    until(&mut world, 150);

    assert_eq!(starts(&world), [80, 140]);
}

#[test]
fn invocation_that_reaches_the_timeout_starts_nothing() {
    let mut world = world(json!({ "timeout": "10s" }));

    until(&mut world, 75);

    assert_eq!(starts(&world), [0; 0]);
    let timed_out = |fact: &Fact| matches!(fact, Fact::TriggerReturned { outcome, .. } if outcome == "timed out");
    assert!(world.history().iter().any(|entry| timed_out(&entry.fact)));
}

// API reference, UpdateEventSourceMapping: State, and Enabled, "When false, Lambda pauses polling and invocation".
#[test]
fn mapping_is_disabling_and_then_disabled_and_starts_nothing_afterwards() {
    let mut world = world(json!({}));
    until(&mut world, 100);

    let answer = enable(&mut world, false).unwrap();
    let at_once = state(&mut world);
    until(&mut world, 131);
    let (later, before) = (state(&mut world), invocations(&world));
    until(&mut world, 1_000);

    assert_eq!(answer["State"], "Disabling");
    assert_eq!((at_once.as_str(), later.as_str()), ("Disabling", "Disabled"));
    assert_eq!(invocations(&world), before);
    assert_eq!(starts(&world).last(), Some(&140), "the message of 2:00 came before Disabled");
}

#[test]
fn mapping_that_stops_polling_at_once_starts_nothing_while_disabling() {
    let mut world = world(json!({}));
    world.switches.disabling_mapping_polls = false;
    until(&mut world, 100);

    enable(&mut world, false).unwrap();
    until(&mut world, 1_000);

    assert_eq!(starts(&world), [80]);
}

// API reference, ResourceInUseException: "you tried to update an event source mapping in the CREATING state".
#[test]
fn mapping_that_is_changing_is_refused() {
    let mut world = world(json!({}));
    enable(&mut world, false).unwrap();

    let refused = code(enable(&mut world, true));
    until(&mut world, 31);
    let accepted = enable(&mut world, true).unwrap();

    assert_eq!(refused, (400, "ResourceInUseException".to_owned()));
    assert_eq!(accepted["State"], "Enabling");
}

// API reference, UpdateEventSourceMapping, Enabled; Lambda developer guide, services-sqs-configure.
#[test]
fn mapping_that_is_enabled_again_takes_the_messages_that_came_meanwhile() {
    let mut world = world(json!({ "until": "5m" }));
    enable(&mut world, false).unwrap();
    until(&mut world, 400);
    let meanwhile = starts(&world).len();

    enable(&mut world, true).unwrap();
    until(&mut world, 600);

    assert_eq!((meanwhile, starts(&world).len()), (0, 5));
}

// Lambda developer guide, configuration-concurrency: zero "stops your function from processing any events".
#[test]
fn function_without_concurrency_starts_no_invocation_and_ends_the_one_under_way() {
    let mut world = world(json!({}));
    until(&mut world, 70);

    let zero = json!({ "FunctionName": "import", "ReservedConcurrentExecutions": 0 });
    ask(&mut world, "PutFunctionConcurrency", zero).unwrap();
    until(&mut world, 1_000);

    assert_eq!(invocations(&world), 1);
    assert_eq!(starts(&world), [80], "the invocation of 1:00 went on");
}

// API reference, GetFunctionConcurrency and DeleteFunctionConcurrency.
#[test]
fn function_has_the_concurrency_that_was_put_and_none_after_its_deletion() {
    let mut world = world(json!({}));
    let named =
        || json!({ "FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:import" });
    let reserved = |world: &mut World| {
        let answer = ask(world, "GetFunctionConcurrency", named()).unwrap();
        answer["ReservedConcurrentExecutions"].clone()
    };

    let before = reserved(&mut world);
    let put = json!({ "FunctionName": "import", "ReservedConcurrentExecutions": 7 });
    ask(&mut world, "PutFunctionConcurrency", put).unwrap();
    let between = reserved(&mut world);
    ask(&mut world, "DeleteFunctionConcurrency", named()).unwrap();

    assert_eq!((before, between, reserved(&mut world)), (Value::Null, json!(7), Value::Null));
}

// Lambda developer guide, configuration-concurrency: 100 units stay for functions without a reservation.
#[test]
fn reservation_that_leaves_fewer_than_100_executions_is_refused() {
    let mut world = world(json!({}));
    let put = |world: &mut World, count: u32| {
        let input = json!({ "FunctionName": "import", "ReservedConcurrentExecutions": count });
        ask(world, "PutFunctionConcurrency", input)
    };

    assert!(put(&mut world, 900).is_ok());
    let refused = code(put(&mut world, 901));

    assert_eq!(refused, (400, "InvalidParameterValueException".to_owned()));
}

// API reference, GetFunctionConfiguration, Timeout: seconds.
#[test]
fn configuration_of_a_function_has_its_timeout_in_seconds() {
    let mut world = world(json!({}));

    let named = json!({ "FunctionName": "import" });
    let answer = ask(&mut world, "GetFunctionConfiguration", named).unwrap();
    let unknown = ask(&mut world, "GetFunctionConfiguration", json!({ "FunctionName": "none" }));

    assert_eq!(answer["Timeout"], 60);
    assert_eq!(code(unknown), (404, "ResourceNotFoundException".to_owned()));
}

// API reference, ListEventSourceMappings: FunctionName, Marker and MaxItems.
#[test]
fn mappings_are_listed_by_function_and_in_pages() {
    let mut world = world(json!({}));
    let deployment = json!({
        "queue": [{ "name": "a" }, { "name": "b" }],
        "function": [{ "name": "f" }],
        "mapping": [{ "queue": "a", "function": "f" }, { "queue": "b", "function": "f", "enabled": false }],
    });
    world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    let list = |world: &mut World, input| ask(world, "ListEventSourceMappings", input).unwrap();
    let count = |answer: &Value| answer["EventSourceMappings"].as_array().unwrap().len();

    let of_function = list(&mut world, json!({ "FunctionName": "f" }));
    let first = list(&mut world, json!({ "MaxItems": 2 }));
    let rest = list(&mut world, json!({ "MaxItems": 2, "Marker": first["NextMarker"] }));

    assert_eq!(of_function["EventSourceMappings"][1]["State"], "Disabled");
    assert_eq!((count(&of_function), count(&first), count(&rest)), (2, 2, 1));
    assert_eq!(rest["NextMarker"], Value::Null);
}
