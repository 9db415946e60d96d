//! Direct invocations: answered at once, or at the end of the operation.

use std::pin::pin;
use std::time::Duration;

use aws::{Clients, Config};
use aws_services::{OperationHandler, Stepper};
use drain::mode::Mode;
use futures::future::{Either, select};
use serde_json::{Value, json};
use sim::World;
use sim::aws::Aws;
use sim::scenario::Scenario;

use crate::world::{SHOP, config};

const HOURS: Duration = Duration::from_secs(6 * 3600);

/// Invokes the handler five minutes after the start of the world. Returns the answer, and the seconds until it came.
fn invoked(request: Value) -> (Value, u64) {
    invoked_with(&config(), request)
}

/// Invokes the handler as `invoked` does, with this configuration.
pub(crate) fn invoked_with(config: &Config, request: Value) -> (Value, u64) {
    let scenario: Scenario = toml::from_str(SHOP).unwrap();
    let invoked = async {
        let aws = Aws::new(World::new(7, scenario.switches.clone()));
        aws.world(|world| world.play(&scenario)).unwrap();
        let clients = Clients::over(aws.http_client("lambda"), aws.time_source(), "eu-west-1");
        let clock = clients.clock.clone();
        let handler = OperationHandler::new(Stepper::new(clients), config);
        let answer = pin!(async {
            clock.sleep(Duration::from_secs(300)).await;
            let start = clock.now();
            let answer = handler.handle(&request).await;
            (answer, clock.now().duration_since(start).as_secs() as u64)
        });
        match select(answer, pin!(aws.run(HOURS, HOURS))).await {
            Either::Left((answer, _)) => answer,
            Either::Right((end, _)) => panic!("no answer: {end:?}"),
        }
    };
    sim::aws::block_on(7, invoked).unwrap()
}

#[test]
fn invocation_without_wait_is_answered_at_once() {
    let (answer, seconds) = invoked(json!({ "cluster_name": "shop", "service_name": "api" }));

    assert_eq!((&answer["outcome"], &answer["tasks_left"]), (&json!("open"), &json!(3)));
    assert!(seconds <= 5, "{seconds} s");
}

#[test]
fn invocation_that_waits_is_answered_at_the_end_of_its_operation() {
    let (answer, seconds) =
        invoked(json!({ "cluster_name": "shop", "service_name": "api", "wait": true }));

    assert_eq!((&answer["outcome"], &answer["tasks"]), (&json!("done"), &json!(3)), "{answer}");
    assert!((180..840).contains(&seconds), "{seconds} s");
}

#[test]
fn operation_of_more_than_14_minutes_is_answered_as_open() {
    let long =
        json!({ "cluster_name": "shop", "service_name": "api", "wait": true, "wait_time": "10m" });

    let (answer, seconds) = invoked(long);

    assert_eq!(answer["outcome"], "open", "{answer}");
    assert!(answer["operation"].as_str().unwrap().starts_with("recycle/shop/api/"));
    assert!(seconds <= 840, "{seconds} s");
}

#[test]
fn function_in_mode_hold_begins_nothing() {
    let mut config = config();
    config.policy.mode = Mode::Hold;

    let request = json!({ "cluster_name": "shop", "service_name": "api" });
    let (answer, _) = invoked_with(&config, request);

    assert_eq!((&answer["outcome"], &answer["operation"]), (&json!("failed"), &Value::Null));
    assert!(answer["message"].as_str().unwrap().contains("EBB_MODE"), "{answer}");
}
