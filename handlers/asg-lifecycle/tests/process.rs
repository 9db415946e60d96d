//! The function as a process, under a Lambda Runtime API, in a served world.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use tests::batch::{batch, batch_of, event, failures};
use tests::function::{Binary, Function, LIMIT};
use tests::queue;
use tests::served::{Served, written};
use tests::story::{continued, set_draining};

const BINARY: Binary<'_> =
    Binary { name: "asg-lifecycle", built: env!("CARGO_BIN_EXE_asg-lifecycle") };

/// A group of three instances without tasks scales in by two.
const SCALE_IN: &str = r#"
[switches]
api_call = "0s"
event_delivery = "100ms"
autoscaling_reaction = "200ms"

[[group]]
name = "web"
cluster = "shop"
instances = 3

[[group.hook]]
name = "ebb"

[[happens]]
at = "500ms"
what = "desired-capacity"
group = "web"
to = 1
"#;

const TERMINATE: &str = include_str!("../../../fixtures/events/lifecycle-action/terminate.json");

fn scale_in() -> Served {
    Served::playing_from_now(&written(SCALE_IN), 1)
}

#[test]
fn instances_that_are_scaled_in_are_drained_and_let_go_after_the_settle_time() {
    let served = scale_in();
    let function = BINARY.start(&served, &[("SettleTime", "1s")]);

    function.work_until(&served, LIMIT, "both completed", |history| continued(history) == 2);

    assert_eq!(set_draining(&served.history()), 2);
    assert_eq!((function.logged("WARN"), function.logged("ERROR")), (vec![], vec![]));
}

/// Waits for the world's two events. Invokes the function with both, and with a malformed message between them.
fn with_something_malformed(served: &Served, function: &Function) -> Value {
    let mut messages = Vec::new();
    while messages.len() < 2 {
        messages.extend(queue::receive(served, "asg-lifecycle"));
    }
    messages.insert(1, json!({"MessageId": "malformed", "ReceiptHandle": "receipt", "Body": "{"}));
    function.invoke(batch(&messages)).unwrap()
}

#[test]
fn a_malformed_message_is_dead_lettered_with_its_reason_and_the_others_of_its_batch_are_handled() {
    let served = scale_in();
    let function = BINARY.start(&served, &[]);

    let answer = with_something_malformed(&served, &function);

    assert_eq!(failures(&answer), Vec::<&str>::new());
    assert_eq!(set_draining(&served.history()), 2);
    let dead = queue::receive(&served, "asg-lifecycle-dead-letters");
    assert_eq!(dead.iter().map(|message| &message["Body"]).collect::<Vec<_>>(), ["{"]);
    let reason = dead[0]["MessageAttributes"]["ebb.reason"]["StringValue"].as_str().unwrap();
    assert!(reason.contains("not JSON"), "{reason}");
}

#[test]
fn without_a_dead_letter_queue_the_answer_fails_the_malformed_message_alone() {
    let served = scale_in();
    let mut variables = BINARY.variables(&[]);
    variables.remove("EBB_DEAD_LETTER_QUEUE_URL");
    let function = BINARY.start_with(&served, variables);

    let answer = with_something_malformed(&served, &function);

    assert_eq!(failures(&answer), ["malformed"]);
    assert_eq!(set_draining(&served.history()), 2);
}

#[test]
fn a_dead_letter_queue_that_is_not_there_is_told_by_name() {
    let served = scale_in();
    let mut variables = BINARY.variables(&[]);
    let wrong = "https://sqs.eu-west-1.amazonaws.com/111122223333/wrong";
    variables.insert("EBB_DEAD_LETTER_QUEUE_URL".into(), wrong.into());
    let function = BINARY.start_with(&served, variables);

    let answer = with_something_malformed(&served, &function);

    assert_eq!(failures(&answer), ["malformed"]);
    let errors = function.logged("ERROR");
    assert!(matches!(&errors[..], [error] if error.contains(wrong)), "{errors:#?}");
}

#[test]
fn a_wrong_configuration_ends_the_process_with_every_mistake_named() {
    BINARY.assert_that_it_names_every_mistake();
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_actions_of_instances_that_nobody_knows_are_answered_in_level_memory() {
    let served = Served::playing_from_now(&written(SCALE_IN), 60);
    let function = BINARY.start(&served, &[]);
    let now = served.aws.world(|world| world.start()).to_string();

    function.assert_that_a_thousand_need_no_more_memory(|n| {
        let id = format!("i-{n:017x}");
        batch_of(&[event(TERMINATE, &[("/detail/EC2InstanceId", &id), ("/time", &now)])])
    });
}
