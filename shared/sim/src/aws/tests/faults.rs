use super::*;
use crate::scenario::{CallFault, InvocationFault, Length, PlannedFault};
use crate::sqs::queue_url;

const AFTER: Duration = Duration::from_secs(5);

/// Plans these faults, and runs code that gets one message of the queue `q`. Returns the faults that struck.
fn struck(
    faults: &[PlannedFault],
    code: impl Fn(Environment) -> Handler + Send + Sync + 'static,
) -> (Vec<Entry>, usize) {
    let left = block_on(1, async {
        let aws = Aws::new(World::new(1, Switches::default()));
        aws.deploy(deployment()).unwrap();
        aws.function("f", code);
        aws.function("timed", self::code(|_| async { Ok(Value::Null) }));
        aws.world(|world| {
            world.plan_faults(faults);
            world.send_message("q", "hello".to_owned());
        });
        assert_eq!(aws.run(LINGER, LIMIT).await, Ok(RunEnd::Quiet));
        aws.world(|world| (world.history().to_vec(), world.sqs.visible("dead").0))
    });
    left.unwrap()
}

fn on_send(become_: CallFault) -> [PlannedFault; 1] {
    let (function, operation) = ("f".to_owned(), "SendMessage".to_owned());
    [PlannedFault::Call { function, operation, nth: 1, become_ }]
}

fn on_invocation(become_: InvocationFault, after: Duration) -> PlannedFault {
    PlannedFault::Invocation { function: "f".to_owned(), nth: 1, become_, after: Length(after) }
}

/// Sends a message to a queue without a reader, and ends.
fn sends(environment: Environment) -> Handler {
    Arc::new(move |_| {
        let client = environment.http_client.clone();
        let input = json!({"QueueUrl": queue_url("dead"), "MessageBody": "m"});
        Box::pin(async move {
            raw(&client, "AmazonSQS.SendMessage", input).await;
            Ok(Value::Null)
        })
    })
}

/// Works for `length`.
fn works(length: Duration) -> impl Fn(Environment) -> Handler {
    code(move |_| async move {
        tokio::time::sleep(length).await;
        Ok(Value::Null)
    })
}

/// Returns the start of each invocation of the function, and true if it was in a new environment.
fn begun(history: &[Entry]) -> Vec<(Duration, bool)> {
    let of_f = |entry: &Entry| match &entry.fact {
        Fact::Invoked { function, cold, .. } if function == "f" => Some((entry.at, *cold)),
        _ => None,
    };
    history.iter().filter_map(of_f).collect()
}

fn faults(history: &[Entry]) -> Vec<&'static str> {
    let kind = |entry: &Entry| match &entry.fact {
        Fact::Fault { kind, .. } => Some(*kind),
        _ => None,
    };
    history.iter().filter_map(kind).collect()
}

// SQS developer guide, sqs-visibility-timeout: 30 s by default.
fn comes_back_to_a_new_environment(history: &[Entry]) {
    let begun = begun(history);
    assert_eq!(outcomes(history), ["killed", "ok"]);
    assert!(begun[1].1, "its environment outlived it");
    assert!(begun[1].0 - begun[0].0 >= Duration::from_secs(30), "{begun:?}");
}

#[test]
fn a_process_that_is_killed_before_a_call_has_done_nothing() {
    let (history, sent) = struck(&on_send(CallFault::KilledBefore), sends);

    comes_back_to_a_new_environment(&history);
    assert_eq!(sent, 1, "the second process sends, the first did not");
    assert_eq!(faults(&history), ["killed-before"]);
}

#[test]
fn process_killed_after_a_call_leaves_the_call_done() {
    let (history, sent) = struck(&on_send(CallFault::KilledAfter), sends);

    comes_back_to_a_new_environment(&history);
    assert_eq!(sent, 2, "both processes send");
    assert_eq!(faults(&history), ["killed-after"]);
}

#[test]
fn an_invocation_is_killed_so_long_after_its_code_began() {
    let plan = [on_invocation(InvocationFault::Killed, AFTER)];

    let (history, _) = struck(&plan, works(AFTER * 2));

    comes_back_to_a_new_environment(&history);
    assert_eq!(faults(&history), ["killed"]);
}

#[test]
fn an_invocation_can_run_out_of_time_before_its_limit() {
    let plan = [on_invocation(InvocationFault::OutOfTime, AFTER)];

    let (history, _) = struck(&plan, works(AFTER * 2));

    assert_eq!(outcomes(&history), ["timed out", "ok"]);
    assert_eq!(faults(&history), ["out-of-time"]);
}

#[test]
fn an_invocation_that_has_ended_is_spared() {
    let plan = [on_invocation(InvocationFault::Killed, AFTER)];

    let (history, _) = struck(&plan, works(AFTER / 2));

    assert_eq!(outcomes(&history), ["ok"]);
    assert_eq!(faults(&history), Vec::<&str>::new());
}

#[test]
fn an_invocation_that_a_call_killed_is_not_killed_again() {
    let [call] = on_send(CallFault::KilledAfter);
    let plan = [call, on_invocation(InvocationFault::Killed, AFTER)];

    let (history, _) = struck(&plan, sends);

    assert_eq!(faults(&history), ["killed-after"]);
}
