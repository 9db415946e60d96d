mod faults;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::history::{Entry, Fact};
use crate::scenario::Switches;
use crate::wire::raw;
use crate::world::World;

const LINGER: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(24 * 3600);

fn deployment() -> Deployment {
    serde_json::from_value(json!({
        "queue": [
            {"name": "q", "dead_letter_queue": {"queue": "dead", "max_receive_count": 2}},
            {"name": "dead"},
            {"name": "timer"},
        ],
        "rule": [{"name": "r", "pattern": {"source": ["test"]}, "target": "q"}],
        "schedule": [{"name": "sweep", "every": "1m", "target": "timer"}],
        "function": [{"name": "f", "timeout": "20s"}, {"name": "timed"}],
        "mapping": [
            {"queue": "q", "function": "f", "report_batch_item_failures": true},
            {"queue": "timer", "function": "timed"},
        ],
    }))
    .unwrap()
}

/// Puts an event on the bus, runs the deployment with this code of its function, and returns the history.
fn run(seed: u64, code: impl Fn(Environment) -> Handler + Send + Sync + 'static) -> Vec<Entry> {
    let history = block_on(seed, async {
        let aws = Aws::new(World::new(seed, Switches::default()));
        aws.deploy(deployment()).unwrap();
        aws.function("f", code);
        aws.function("timed", self::code(|_| async { Ok(Value::Null) }));
        aws.world(|world| world.publish_raw(json!({"source": "test", "detail-type": "d"})));
        assert_eq!(aws.run(LINGER, LIMIT).await, Ok(RunEnd::Quiet));
        aws.world(|world| world.history().to_vec())
    });
    history.unwrap()
}

/// Returns code that acts alike in every environment.
fn code<F>(
    work: impl Fn(Value) -> F + Send + Sync + Clone + 'static,
) -> impl Fn(Environment) -> Handler
where
    F: Future<Output = Result<Value, String>> + Send + 'static,
{
    move |_| {
        let work = work.clone();
        Arc::new(move |event| Box::pin(work(event)))
    }
}

/// Returns code that sends itself a message with a delay of ten seconds, `times` times.
fn sends_itself_messages(times: u64) -> impl Fn(Environment) -> Handler {
    let sent = Arc::new(AtomicU64::new(0));
    move |environment: Environment| {
        let (sent, client) = (sent.clone(), environment.http_client);
        Arc::new(move |_| {
            let (sent, client) = (sent.clone(), client.clone());
            Box::pin(async move {
                if sent.fetch_add(1, Ordering::Relaxed) < times {
                    let input = json!({
                        "QueueUrl": crate::sqs::queue_url("q"),
                        "MessageBody": "again",
                        "DelaySeconds": 10,
                    });
                    let (status, _) = raw(&client, "AmazonSQS.SendMessage", input).await;
                    assert_eq!(status, 200);
                }
                Ok(Value::Null)
            })
        })
    }
}

fn invocations(history: &[Entry]) -> usize {
    let of_f =
        |entry: &&Entry| matches!(&entry.fact, Fact::Invoked { function, .. } if function == "f");
    history.iter().filter(of_f).count()
}

fn dead_letters(history: &[Entry]) -> Vec<&str> {
    fn reason(entry: &Entry) -> Option<&str> {
        match &entry.fact {
            Fact::DeadLettered { reason, .. } => Some(reason.as_str()),
            _ => None,
        }
    }
    history.iter().filter_map(reason).collect()
}

fn outcomes(history: &[Entry]) -> Vec<String> {
    let outcome = |entry: &Entry| match &entry.fact {
        Fact::Returned { function, outcome, .. } if function == "f" => Some(outcome.clone()),
        _ => None,
    };
    history.iter().filter_map(outcome).collect()
}

#[test]
fn the_same_seed_gives_the_same_history_to_the_byte() {
    let history = |seed| format!("{:?}", run(seed, sends_itself_messages(5)));

    assert_eq!(history(3), history(3));
    assert_ne!(history(3), history(4));
}

#[test]
fn schedules_do_not_keep_a_run_going() {
    let history = run(1, code(|_| async { Ok(Value::Null) }));

    let end = history.last().unwrap().at;
    assert!(end < Duration::from_secs(60), "the last fact at {end:?}");
}

#[test]
fn a_run_goes_on_for_a_message_that_is_still_delayed() {
    let history = run(1, sends_itself_messages(8));

    assert!(history.last().unwrap().at > Duration::from_secs(80));
}

// Lambda developer guide, invocation-recursion.
#[test]
fn a_function_that_keeps_itself_alive_is_stopped_at_the_16th_invocation_of_the_chain() {
    let history = run(1, sends_itself_messages(100));

    assert_eq!(invocations(&history), 15);
    assert_eq!(
        dead_letters(&history),
        ["recursive loop: invocation 16 of f in one chain of its own messages"]
    );
}

// API reference, SQS SetQueueAttributes (RedrivePolicy); Lambda developer guide, services-sqs-errorhandling.
#[test]
fn a_message_that_always_fails_ends_in_the_dead_letter_queue() {
    let history = run(1, code(|_| async { Err("no".to_owned()) }));

    assert_eq!(outcomes(&history), ["error: no", "error: no"]);
    assert_eq!(dead_letters(&history), ["received 2 times from q and not deleted"]);
    let dead = history.iter().find(|entry| matches!(entry.fact, Fact::DeadLettered { .. }));
    assert!(dead.unwrap().at > Duration::from_secs(60), "two visibility timeouts of 30 s");
}

// Lambda developer guide, configuration-timeout.
#[test]
fn waiting_invocation_is_killed_at_its_timeout() {
    let history = run(
        1,
        code(|_| async {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Ok(Value::Null)
        }),
    );

    assert_eq!(outcomes(&history), ["timed out", "timed out"]);
    let cold = |entry: &&Entry| matches!(&entry.fact, Fact::Invoked { function, cold: true, .. } if function == "f");
    assert_eq!(history.iter().filter(cold).count(), 2);
}

#[test]
fn a_panic_is_an_error_of_the_invocation_and_the_end_of_its_environment() {
    let history = run(1, code(|_| async { panic!("on purpose") }));

    assert_eq!(outcomes(&history), ["panicked: on purpose", "panicked: on purpose"]);
}

#[test]
fn an_operation_that_is_not_known_stops_the_run_and_is_named() {
    let ended = block_on(1, async {
        let aws = Aws::new(World::new(1, Switches::default()));
        aws.deploy(deployment()).unwrap();
        aws.function("f", |environment: Environment| {
            Arc::new(move |_| {
                let client = environment.http_client.clone();
                Box::pin(async move {
                    raw(&client, "AmazonSQS.PurgeQueue", json!({})).await;
                    Ok(Value::Null)
                })
            })
        });
        aws.world(|world| world.send_message("q", "hello".to_owned()));
        aws.run(LINGER, LIMIT).await
    });

    let fatal = Fatal("the simulated AWS does not know SQS PurgeQueue".to_owned());
    assert_eq!(ended.unwrap(), Err(fatal));
}

#[test]
fn a_run_that_does_not_come_to_an_end_stops_at_its_limit() {
    let ended = block_on(1, async {
        let aws = Aws::new(World::new(1, Switches::default()));
        aws.deploy(deployment()).unwrap();
        aws.function("f", code(|_| async { Err("no".to_owned()) }));
        aws.world(|world| world.send_message("q", "hello".to_owned()));
        aws.run(LINGER, Duration::from_secs(40)).await
    });

    assert_eq!(ended.unwrap(), Ok(RunEnd::Limit));
}

/// Returns the history of an instance refresh. The group has a service, and standalone tasks of an hour.
fn refresh(managed: bool) -> Vec<Entry> {
    // A second hook with ABANDON as its default would cut managed draining short.
    let hooks = if managed { json!([]) } else { json!([{"name": "h", "heartbeat_timeout": "5m"}]) };
    let scenario: crate::scenario::Scenario = serde_json::from_value(json!({
        "group": [{
            "name": "g",
            "cluster": "web",
            "instances": 3,
            "capacity_provider": {"name": "p"},
            "hook": hooks,
        }],
        "service": [{"name": "api", "cluster": "web", "desired": 6, "deregistration_delay": "30s"}],
        "standalone": [{"family": "work", "cluster": "web", "on": "each:g", "lasts": "1h..2h"}],
        "happens": [{"at": "1m", "what": "instance-refresh", "group": "g"}],
    }))
    .unwrap();
    let history = block_on(1, async {
        let mut world = World::new(1, Switches::default());
        world.play(&scenario).unwrap();
        if managed {
            world.enable_managed_draining();
        }
        let aws = Aws::new(world);
        assert_eq!(aws.run(LINGER, LIMIT).await, Ok(RunEnd::Quiet));
        aws.world(|world| world.history().to_vec())
    });
    history.unwrap()
}

#[test]
fn a_refresh_that_nobody_answers_ends_by_itself_and_kills_what_ran() {
    let history = refresh(false);

    let summary = crate::account::Summary::from_history(&history, LINGER, "sweep");
    assert_eq!(summary.instances_drained, 0);
    assert_eq!(summary.lifecycle_actions.timed_out, 3);
    assert!(summary.tasks_killed.standalone > 0, "{summary:?}");
    assert!(summary.virtual_seconds < 3600.0, "{summary:?}");
}

// ECS developer guide, managed-instance-draining: it waits for standalone tasks.
#[test]
fn managed_draining_is_accounted_for_as_a_responder() {
    let history = refresh(true);

    let summary = crate::account::Summary::from_history(&history, LINGER, "sweep");
    assert_eq!(summary.instances_drained, 3);
    assert_eq!(summary.tasks_killed, crate::account::KilledTasks::default());
    assert!(summary.completion_lag_seconds.is_some());
    assert_eq!(summary.own_lag_seconds, None);
}

#[tokio::test(start_paused = true)]
async fn aws_is_freed_once_functions_with_clients_are_dismissed() {
    let aws = Aws::new(World::new(1, Switches::default()));
    let client = aws.http_client("a function's");
    aws.function("f", move |_| {
        let client = client.clone();
        Arc::new(move |_| {
            let client = client.clone();
            Box::pin(async move {
                drop(client);
                Ok(json!({}))
            })
        })
    });
    let held = Arc::downgrade(&aws.0);

    aws.dismiss();
    drop(aws);

    assert!(held.upgrade().is_none());
}
