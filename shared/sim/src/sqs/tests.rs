use serde_json::{Value, json};

use super::*;
use crate::api::Refusal;
use crate::history::{Caller, Entry, Fact};
use crate::scenario::{Length, PlannedFault, Switches};
use crate::world::World;

/// Returns a world with the queue `q`, whose messages go to `dead` after two receives.
fn world() -> World {
    let mut world = World::new(1, Switches::default());
    let deployment = json!({
        "queue": [
            {"name": "q", "dead_letter_queue": {"queue": "dead", "max_receive_count": 2}},
            {"name": "dead", "retention": "1h"},
        ],
    });
    world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    world
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, Refusal> {
    let mut input = input;
    input["QueueUrl"] = queue_url("q").into();
    call(world, &Caller::Other("operator".to_owned()), operation, &input, None)
}

fn code(answer: Result<Value, Refusal>) -> String {
    match answer {
        Err(Refusal::Error(error)) => error.code,
        other => panic!("no error: {other:?}"),
    }
}

fn at(world: &mut World, secs: u64) {
    world.advance(Duration::from_secs(secs));
}

fn count(world: &mut World, queue: &str) -> usize {
    world.sqs.visible(queue).0
}

// API reference, SQS SendMessage.
#[test]
fn a_delayed_message_is_visible_when_its_delay_is_over() {
    let mut world = world();

    ask(&mut world, "SendMessage", json!({"MessageBody": "m", "DelaySeconds": 900})).unwrap();
    at(&mut world, 899);
    let before = count(&mut world, "q");
    at(&mut world, 900);

    assert_eq!((before, count(&mut world, "q")), (0, 1));
}

// API reference, SQS SendMessage: 0 to 900 s; ChangeMessageVisibility: 0 to 43 200 s.
#[test]
fn value_beyond_a_limit_is_an_invalid_parameter_value() {
    let mut world = world();
    let long = json!({"MessageBody": "m", "DelaySeconds": 901});
    let many = json!({"MaxNumberOfMessages": 11});
    let hidden = json!({"ReceiptHandle": "AQEBx", "VisibilityTimeout": 43_201});

    assert_eq!(code(ask(&mut world, "SendMessage", long)), "InvalidParameterValue");
    assert_eq!(code(ask(&mut world, "ReceiveMessage", many)), "InvalidParameterValue");
    assert_eq!(code(ask(&mut world, "ChangeMessageVisibility", hidden)), "InvalidParameterValue");
}

// API reference, SQS SendMessage: the characters that are allowed, and InvalidMessageContents.
#[test]
fn a_character_that_xml_does_not_know_is_refused() {
    let mut world = world();

    for body in ["a\u{1}b", "\u{0}", "\u{FFFF}"] {
        let refused = ask(&mut world, "SendMessage", json!({"MessageBody": body}));
        assert_eq!(code(refused), "InvalidMessageContents", "{body:?}");
    }
    ask(&mut world, "SendMessage", json!({"MessageBody": "tab\tline\r\nü\u{10FFFF}"})).unwrap();
}

// API reference, SQS GetQueueAttributes: InvalidAttributeName; the answer for a queue without a redrive policy has no
// such attribute.
#[test]
fn an_attribute_that_no_queue_can_have_is_refused_and_one_that_is_not_set_is_left_out() {
    let mut world = world();
    let dead = json!({"QueueUrl": queue_url("dead"), "AttributeNames": ["RedrivePolicy"]});

    let unknown = ask(&mut world, "GetQueueAttributes", json!({"AttributeNames": ["Color"]}));
    let left_out = ask(&mut world, "GetQueueAttributes", json!({"AttributeNames": ["Policy"]}));
    let unset =
        call(&mut world, &Caller::Other("me".to_owned()), "GetQueueAttributes", &dead, None);

    assert_eq!(code(unknown), "InvalidAttributeName");
    assert!(matches!(left_out, Err(Refusal::Unknown(_))), "{left_out:?}");
    assert_eq!(unset.unwrap(), json!({"Attributes": {}}));
}

// SQS developer guide, sqs-visibility-timeout and sqs-dead-letter-queues.
#[test]
fn a_message_received_too_often_goes_to_the_dead_letter_queue_with_its_age() {
    let mut world = world();
    world.send_message("q", "poison".to_owned());

    let mut seen = Vec::new();
    for turn in 0..3 {
        at(&mut world, turn * 30);
        seen.extend(receive(&mut world, "q", 10, None).iter().map(|m| m.receive_count));
    }
    let moved = count(&mut world, "dead");
    at(&mut world, 3600);
    let kept = receive(&mut world, "dead", 10, None).len();

    assert_eq!(seen, [1, 2]);
    assert_eq!(moved, 1);
    assert_eq!(kept, 0, "its retention of an hour counts from when it was sent first");
}

// SQS developer guide, sqs-dead-letter-queues: a dead-letter queue is a queue that the redrive policy of another queue
// names.
#[test]
fn a_message_that_is_sent_to_a_dead_letter_queue_is_set_aside_as_well() {
    let mut world = world();
    let input = json!({
        "QueueUrl": queue_url("dead"), "MessageBody": "m",
        "MessageAttributes": {"why": {"DataType": "String", "StringValue": "no JSON"}},
    });

    call(&mut world, &Caller::Other("operator".to_owned()), "SendMessage", &input, None).unwrap();

    let set_aside = |entry: &Entry| matches!(&entry.fact, Fact::DeadLettered { reason, .. } if reason == "no JSON");
    assert_eq!(world.history().iter().filter(|entry| set_aside(entry)).count(), 1);
}

// API reference, SQS DeleteMessage.
#[test]
fn an_old_receipt_handle_deletes_nothing() {
    let mut world = world();
    world.send_message("q", "m".to_owned());
    let first = receive(&mut world, "q", 1, None).remove(0);
    at(&mut world, 30);
    let second = receive(&mut world, "q", 1, None).remove(0);

    let old = json!({"ReceiptHandle": first.receipt});
    ask(&mut world, "DeleteMessage", old).unwrap();
    let after_old = world.sqs.holds("q", &second.receipt);
    ask(&mut world, "DeleteMessage", json!({"ReceiptHandle": second.receipt})).unwrap();

    assert!(after_old);
    assert!(!world.sqs.holds("q", &second.receipt));
}

// API reference, SQS ChangeMessageVisibility; SQS developer guide, sqs-visibility-timeout.
#[test]
fn visibility_is_changed_for_this_receive_and_never_past_12_hours() {
    let mut world = world();
    world.send_message("q", "m".to_owned());
    let receipt = receive(&mut world, "q", 1, None).remove(0).receipt;
    let change = |secs: u64| json!({"ReceiptHandle": receipt, "VisibilityTimeout": secs});

    at(&mut world, 10);
    ask(&mut world, "ChangeMessageVisibility", change(100)).unwrap();
    let beyond = code(ask(&mut world, "ChangeMessageVisibility", change(43_195)));
    at(&mut world, 109);
    let hidden = count(&mut world, "q");
    at(&mut world, 110);
    let late = code(ask(&mut world, "ChangeMessageVisibility", change(1)));

    assert_eq!(beyond, "InvalidParameterValue");
    assert_eq!((hidden, count(&mut world, "q")), (0, 1));
    assert_eq!(late, "MessageNotInflight");
}

// API reference, SQS SendMessageBatch.
#[test]
fn a_batch_fails_entry_by_entry_and_as_a_whole_only_for_its_form() {
    let mut world = world();
    let entry = |id: &str, delay: u64| json!({"Id": id, "MessageBody": "m", "DelaySeconds": delay});
    let batch = |entries: Vec<Value>| json!({ "Entries": entries });

    let mixed = ask(&mut world, "SendMessageBatch", batch(vec![entry("a", 0), entry("b", 901)]));
    let empty = ask(&mut world, "SendMessageBatch", batch(vec![]));
    let twice = ask(&mut world, "SendMessageBatch", batch(vec![entry("a", 0), entry("a", 0)]));
    let many = (0..11).map(|id| entry(&id.to_string(), 0)).collect();
    let many = ask(&mut world, "SendMessageBatch", batch(many));

    let mixed = mixed.unwrap();
    assert_eq!(mixed["Successful"][0]["Id"], "a");
    assert_eq!(mixed["Failed"][0]["Code"], "InvalidParameterValue");
    assert_eq!(code(empty), "EmptyBatchRequest");
    assert_eq!(code(twice), "BatchEntryIdsNotDistinct");
    assert_eq!(code(many), "TooManyEntriesInBatchRequest");
}

// API reference, SQS GetQueueAttributes.
#[test]
fn a_queue_counts_its_messages_by_state() {
    let mut world = world();
    for delay in [0, 0, 60] {
        ask(&mut world, "SendMessage", json!({"MessageBody": "m", "DelaySeconds": delay})).unwrap();
    }
    receive(&mut world, "q", 1, None);

    let answer = ask(&mut world, "GetQueueAttributes", json!({"AttributeNames": ["All"]}));

    let attributes = answer.unwrap()["Attributes"].clone();
    assert_eq!(attributes["ApproximateNumberOfMessages"], "1");
    assert_eq!(attributes["ApproximateNumberOfMessagesNotVisible"], "1");
    assert_eq!(attributes["ApproximateNumberOfMessagesDelayed"], "1");
    assert_eq!(attributes["QueueArn"], "arn:aws:sqs:eu-west-1:111122223333:q");
}

#[test]
fn a_queue_that_is_not_there_and_a_parameter_that_is_not_known_are_told_apart() {
    let mut world = world();
    let caller = Caller::Other("operator".to_owned());
    let elsewhere = json!({"QueueUrl": queue_url("other"), "MessageBody": "m"});

    let missing = call(&mut world, &caller, "SendMessage", &elsewhere, None);
    let unknown =
        ask(&mut world, "SendMessage", json!({"MessageBody": "m", "MessageGroupId": "g"}));

    assert_eq!(code(missing), "QueueDoesNotExist");
    assert!(matches!(unknown, Err(Refusal::Unknown(what)) if what.contains("MessageGroupId")));
}

/// Returns time and id of each receive of the second of two messages, whose copy comes `after` later.
fn comes_twice(after: u64) -> Vec<(u64, String)> {
    let mut world = world();
    let again_after = Length::secs(after);
    world.plan_faults(&[PlannedFault::Message { queue: "q".to_owned(), nth: 2, again_after }]);
    (1..3).for_each(|n| world.send_message("q", format!("message {n}")));
    let mut received = Vec::new();
    for second in 0..61 {
        at(&mut world, second);
        for message in receive(&mut world, "q", 10, None) {
            world.sqs.delete("q", &message.receipt);
            received.push((second, message.id, message.body));
        }
    }
    received.retain(|(_, _, body)| body == "message 2");
    received.into_iter().map(|(second, id, _)| (second, id)).collect()
}

// SQS developer guide, standard-queues-at-least-once-delivery: "you might get that message copy again".
#[test]
fn deleted_message_can_be_delivered_again() {
    let received = comes_twice(60);

    assert_eq!(received.iter().map(|(second, _)| *second).collect::<Vec<_>>(), [0, 60]);
    assert_eq!(received[0].1, received[1].1, "it is the same message");
}

#[test]
fn two_receivers_can_get_one_message_at_once() {
    let received = comes_twice(0);

    assert_eq!(received.iter().map(|(second, _)| *second).collect::<Vec<_>>(), [0, 0]);
}

// API reference, SQS DeleteMessageBatch and ChangeMessageVisibilityBatch: each entry has its own result.
#[test]
fn an_entry_of_a_batch_of_receipts_fails_alone() {
    let mut world = world();
    for _ in 0..2 {
        ask(&mut world, "SendMessage", json!({"MessageBody": "m"})).unwrap();
    }
    let received = ask(&mut world, "ReceiveMessage", json!({"MaxNumberOfMessages": 2})).unwrap();
    let receipt = |n: usize| received["Messages"][n]["ReceiptHandle"].clone();
    let back = json!([
        {"Id": "a", "ReceiptHandle": receipt(0), "VisibilityTimeout": 0},
        {"Id": "b", "ReceiptHandle": "nonsense", "VisibilityTimeout": 0},
    ]);
    let gone = json!([{"Id": "c", "ReceiptHandle": receipt(1)}]);

    let changed = ask(&mut world, "ChangeMessageVisibilityBatch", json!({"Entries": back}));
    let deleted = ask(&mut world, "DeleteMessageBatch", json!({"Entries": gone})).unwrap();

    let changed = changed.unwrap();
    assert_eq!(changed["Successful"], json!([{"Id": "a"}]));
    assert_eq!(changed["Failed"][0]["Code"], "ReceiptHandleIsInvalid");
    assert_eq!(deleted, json!({"Successful": [{"Id": "c"}], "Failed": []}));
    at(&mut world, 1);
    assert_eq!(count(&mut world, "q"), 1);
    at(&mut world, 3600);
    assert_eq!(count(&mut world, "q"), 1, "what was deleted does not come again");
}
