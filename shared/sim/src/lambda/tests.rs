use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::history::Fact;
use crate::scenario::{InvocationFault, Length, Lengths, PlannedFault, Switches};
use crate::world::World;

/// Returns a world whose function `f` reads the queue `q` by a mapping with these settings. Environments start at once.
fn world(mapping: Value, function: Value) -> World {
    let mut world = World::new(1, Switches::default());
    world.switches.cold_start = Lengths::secs(0);
    world.switches.environment_kept = Length::secs(1_000_000_000);
    let mut deployment = json!({
        "queue": [{"name": "q"}],
        "function": [{"name": "f"}],
        "mapping": [{"queue": "q", "function": "f", "report_batch_item_failures": true}],
    });
    let set = |spec: &mut Value, more: Value| {
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    };
    set(&mut deployment["mapping"][0], mapping);
    set(&mut deployment["function"][0], function);
    world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    world
}

fn send(world: &mut World, count: usize) {
    (0..count).for_each(|number| world.send_message("q", format!("message {number}")));
}

/// Returns the invocations that are due by this time.
fn due(world: &mut World, millis: u64) -> Vec<InvocationStart> {
    world.advance(Duration::from_millis(millis));
    world.lambda.take_due().into()
}

fn ids(start: &InvocationStart) -> Vec<String> {
    let records = start.event["Records"].as_array().unwrap();
    records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect()
}

fn left(world: &mut World) -> usize {
    world.advance(world.elapsed() + Duration::from_secs(31));
    let due: Vec<_> = world.lambda.take_due().into();
    due.iter().map(|start| ids(start).len()).sum()
}

/// Returns the number of messages, out of two, that are received again after this answer.
fn come_again(answer: impl Fn(&[String]) -> InvocationEnd) -> usize {
    let mut world = world(json!({}), json!({}));
    send(&mut world, 2);
    let start = due(&mut world, 100).remove(0);
    let answer = answer(&ids(&start));
    finish(&mut world, start.invocation, answer);
    left(&mut world)
}

// Lambda developer guide, with-sqs: "Example standard queue message event".
#[test]
fn the_event_has_the_documented_shape() {
    let mut world = world(json!({}), json!({}));
    send(&mut world, 1);

    let event = due(&mut world, 100).remove(0).event;

    let record = &event["Records"][0];
    assert_eq!(record["body"], "message 0");
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(record["attributes"]["SentTimestamp"], "1772442000000");
    assert_eq!(record["messageAttributes"], json!({}));
    assert_eq!(record["md5OfBody"], crate::sqs::md5_of_body("message 0"));
    assert_eq!(record["eventSource"], "aws:sqs");
    assert_eq!(record["eventSourceARN"], "arn:aws:sqs:eu-west-1:111122223333:q");
    assert_eq!(record["awsRegion"], "eu-west-1");
}

// API reference, Lambda CreateEventSourceMapping: Enabled, "When true, the event source mapping is active".
#[test]
fn a_mapping_that_is_not_enabled_takes_no_messages() {
    let mut world = world(json!({"enabled": false}), json!({}));
    send(&mut world, 1);

    assert!(due(&mut world, 3_600_000).is_empty());
    assert_eq!(world.lambda.queues().count(), 0);
    assert_eq!(world.sqs.visible("q").0, 1);
}

// Lambda developer guide, services-sqs-errorhandling: success and failure conditions.
#[test]
fn an_answer_without_failures_deletes_the_batch() {
    let answers = [
        Value::Null,
        json!({}),
        json!({"batchItemFailures": []}),
        json!({"batchItemFailures": null}),
    ];

    for answer in answers {
        assert_eq!(come_again(|_| InvocationEnd::Returned(answer.clone())), 0, "{answer}");
    }
}

#[test]
fn only_the_items_that_are_named_come_again() {
    let again = come_again(|ids| {
        let failures = json!([{ "itemIdentifier": ids[1] }]);
        InvocationEnd::Returned(json!({ "batchItemFailures": failures }))
    });

    assert_eq!(again, 1);
}

#[test]
fn an_answer_that_names_no_known_item_fails_the_whole_batch() {
    let items = [
        json!({"itemIdentifier": ""}),
        json!({"itemIdentifier": null}),
        json!({"messageId": "m"}),
        json!({"itemIdentifier": "not one of them"}),
    ];

    for item in items {
        let answer = json!({ "batchItemFailures": [item] });
        assert_eq!(come_again(|_| InvocationEnd::Returned(answer.clone())), 2, "{answer}");
    }
    assert_eq!(come_again(|_| InvocationEnd::Returned(json!("ok"))), 2);
    assert_eq!(come_again(|_| InvocationEnd::Failed("no".to_owned())), 2);
}

// API reference, Lambda CreateEventSourceMapping: BatchSize; services-sqs-scaling: MaximumConcurrency.
#[test]
fn batches_hold_up_to_the_batch_size_and_run_up_to_the_maximum_concurrency() {
    let mut world = world(json!({"batch_size": 4, "maximum_concurrency": 2}), json!({}));
    send(&mut world, 10);

    let first = due(&mut world, 100);
    finish(&mut world, first[0].invocation, InvocationEnd::Returned(Value::Null));
    let second = due(&mut world, 200);

    let sizes = |starts: &[InvocationStart]| {
        starts.iter().map(|start| ids(start).len()).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&first), [4, 4]);
    assert_eq!(sizes(&second), [2]);
}

// services-sqs-scaling: "Lambda begins to poll with five concurrent batches".
#[test]
fn a_mapping_begins_with_five_batches_at_once() {
    let mut world = world(json!({"batch_size": 1}), json!({}));
    send(&mut world, 9);

    assert_eq!(due(&mut world, 100).len(), 5);
}

// API reference, Lambda CreateEventSourceMapping: MaximumBatchingWindowInSeconds.
#[test]
fn a_batching_window_waits_for_more_until_the_batch_is_full() {
    let mapping = json!({"batch_size": 3, "batching_window": "5s"});
    let mut world = world(mapping, json!({}));

    send(&mut world, 1);
    let early = due(&mut world, 4_900).len();
    let after_window = due(&mut world, 5_100).len();
    send(&mut world, 3);
    let full = due(&mut world, 5_300).len();

    assert_eq!((early, after_window, full), (0, 1, 1));
}

// services-sqs-errorhandling: Lambda tries a throttled batch again until its visibility timeout. The batch has used a
// receive.
#[test]
fn a_function_without_concurrency_left_is_throttled() {
    let mut world = world(json!({"batch_size": 1}), json!({"reserved_concurrency": 1}));
    send(&mut world, 2);

    let first = due(&mut world, 100);
    let waiting = due(&mut world, 5_000).len();
    finish(&mut world, first[0].invocation, InvocationEnd::Returned(Value::Null));
    let second = due(&mut world, 6_100).len();

    assert_eq!((first.len(), waiting, second), (1, 0, 1));
}

#[test]
fn a_throttled_message_is_visible_again_after_its_visibility_timeout() {
    let mut world = world(json!({}), json!({"reserved_concurrency": 0}));
    send(&mut world, 1);

    world.advance(Duration::from_secs(65));

    let seen = |fact: &Fact| matches!(fact, Fact::Message { about, .. } if about.contains("received 2 times"));
    assert!(world.history().iter().any(|entry| seen(&entry.fact)));
    assert!(world.lambda.take_due().is_empty());
}

// Lambda developer guide, lambda-runtime-environment.
#[test]
fn an_idle_environment_is_used_again_and_a_lost_one_is_not() {
    let mut world = world(json!({}), json!({}));
    let mut environments = Vec::new();
    for (turn, outcome) in [
        InvocationEnd::Returned(Value::Null),
        InvocationEnd::TimedOut,
        InvocationEnd::Returned(Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        send(&mut world, 1);
        let start = due(&mut world, (turn as u64 + 1) * 100).remove(0);
        environments.push(start.environment);
        finish(&mut world, start.invocation, outcome);
    }

    assert_eq!(environments, [1, 1, 2]);
    assert_eq!(world.lambda.take_gone(), [("f".to_owned(), 1)]);
}

// Lambda developer guide, lambda-runtime-environment: an environment is kept "for some time".
#[test]
fn an_environment_that_was_idle_for_long_is_gone() {
    let mut world = world(json!({}), json!({}));
    world.switches.environment_kept = Length::secs(60);
    let mut environments = Vec::new();

    for at in [1_000, 2_000, 3_600_000] {
        world.advance(Duration::from_millis(at));
        send(&mut world, 1);
        let start = due(&mut world, at + 500).remove(0);
        environments.push(start.environment);
        finish(&mut world, start.invocation, InvocationEnd::Returned(Value::Null));
    }

    assert_eq!(environments, [1, 1, 2]);
}

// Lambda developer guide, lambda-runtime-environment: a runtime that exits ends the invocation and its environment.
#[test]
fn broken_deployment_fails_every_invocation_until_its_end() {
    let mut world = world(json!({}), json!({}));
    world.plan_faults(&[PlannedFault::Invocation {
        function: "f".to_owned(),
        nth: 2,
        become_: InvocationFault::Killed,
        after: Length::secs(1),
    }]);
    world.lambda.broken_until = Some(Duration::from_secs(20));

    send(&mut world, 1);
    let while_broken = due(&mut world, 29_000).len();
    let after = due(&mut world, 31_000);

    let outcome = |fact: &Fact| match fact {
        Fact::Returned { outcome, .. } => Some(outcome.clone()),
        _ => None,
    };
    let ended = world.history().iter().find_map(|entry| outcome(&entry.fact));
    assert_eq!(ended.as_deref(), Some("panicked: Runtime.ExitError"));
    assert_eq!((while_broken, after.len()), (0, 1));
    assert_eq!((after[0].environment, after[0].fault.is_some()), (2, true), "the second one");
}
