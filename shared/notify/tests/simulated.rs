//! Notifications in the simulated AWS: the deployed function of operations, its role, its events and its messages.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws::fault::Fault;
use aws::{Clients, Config};
use aws_services::{OperationHandler, Stepper};
use futures::FutureExt;
use notify::operations::NotifyingOperations;
use notify::{Channel, Notifier, NotifySettings};
use serde_json::{Value, json};
use sim::World;
use sim::aws::{Aws, Environment, Handler};
use sim::deployment::Deployment;
use sim::scenario::Scenario;

const TEMPLATE: &str = include_str!("../../../infra/operations.yaml");
const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:ops";

/// A service of two tasks, a topic, and a recycle.
const RECYCLE: &str = r#"
linger = "20m"
limit = "2h"

[[group]]
name = "web"
cluster = "shop"
instances = 2

[[service]]
name = "api"
cluster = "shop"
desired = 2

[[topic]]
name = "ops"

[[secret]]
name = "ebb/webhook"
value = "no URL"

[[happens]]
at = "5m"
what = "message"
queue = "service-operation"
body = '{"cluster_name": "shop", "service_name": "api" REQUEST}'
"#;

/// Events and subjects of messages that left the function.
type Sent = (Vec<Value>, Vec<String>);

fn deployment(parameters: &[(&str, &str)]) -> Deployment {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let parameters: BTreeMap<String, String> = parameters.iter().map(owned).collect();
    Deployment::of_template(TEMPLATE, &parameters).unwrap_or_else(|it| panic!("{it:#?}"))
}

/// Plays the recycle with the function of the stack. `tested` are the channels that the function tests first.
fn played(
    request: &str,
    parameters: &[(&str, &str)],
    tested: Option<Channel>,
) -> (Sent, Vec<Option<Fault>>) {
    let text = RECYCLE.replace(" REQUEST", request);
    let scenario: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let deployment = deployment(parameters);
    let variables = deployment.functions[0].environment.clone();
    let faults = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&faults);
    let played = async move {
        let aws = Aws::new(World::new(7, scenario.switches.clone()));
        aws.deploy(deployment).unwrap();
        aws.function("service-operation", move |environment| {
            handler(&variables, &environment, tested, Arc::clone(&seen))
        });
        aws.world(|world| world.play(&scenario)).unwrap();
        aws.run(scenario.linger.0, scenario.limit.0).await.unwrap();
        aws.dismiss();
        aws.world(|world| {
            let subjects = world.messages_published().iter().filter_map(|it| it.subject.clone());
            (world.events_put().to_vec(), subjects.collect())
        })
    };
    let sent = sim::aws::block_on(7, played).unwrap();
    let faults = faults.lock().unwrap().clone();
    (sent, faults)
}

fn handler(
    variables: &BTreeMap<String, String>,
    environment: &Environment,
    tested: Option<Channel>,
    faults: Arc<Mutex<Vec<Option<Fault>>>>,
) -> Handler {
    let (http, time) = (environment.http_client.clone(), environment.time_source.clone());
    let clients = Clients::over(http, time, environment.region);
    let settings = NotifySettings::from_environment(variables.clone()).unwrap();
    let notifier = Arc::new(Notifier::new(&settings, &clients));
    let observer = Arc::new(NotifyingOperations::grouped(Arc::clone(&notifier)));
    let config = Config::from_environment(variables.clone()).unwrap();
    let handler = OperationHandler::new(Stepper::new(clients), &config);
    let handler = Arc::new(handler.with_observer(Some(observer)));
    Arc::new(move |event| {
        let (handler, notifier) = (Arc::clone(&handler), Arc::clone(&notifier));
        let faults = Arc::clone(&faults);
        async move {
            if let Some(channel) = tested {
                let fault = notifier.test(channel).await.fault;
                faults.lock().unwrap().push(fault);
            }
            let relayed = notifier.relay(&event).await;
            let answer = match relayed {
                Some(answer) => answer,
                None => handler.handle(&event).await,
            };
            notifier.flush_all().await;
            Ok(answer)
        }
        .boxed()
    })
}

fn subjects(sent: &Sent) -> Vec<&str> {
    sent.1.iter().map(String::as_str).collect()
}

#[test]
fn recycle_sends_its_beginning_and_its_end_once_to_bus_and_topic() {
    let parameters = [("NotifyEventBus", "default"), ("NotifyTopicArn", TOPIC)];

    let (sent, _) = played("", &parameters, None);

    let types: Vec<&Value> = sent.0.iter().map(|event| &event["detail-type"]).collect();
    assert_eq!(types, [&json!("Operation Began"), &json!("Operation Ended")]);
    assert_eq!(
        subjects(&sent),
        [
            "ebb: recycle of service api in cluster shop began",
            "ebb: recycle of service api in cluster shop ended: done: all tasks are replaced, and everything ...",
        ]
    );
    let ended = &sent.0[1]["detail"];
    assert_eq!(ended["numbers"]["tasks"], 2, "{ended:#}");
    assert_eq!(ended["numbers"]["tasksLeft"], 0);
    assert_eq!(ended["outcome"], "done");
}

#[test]
fn request_without_notify_sends_nothing() {
    let (sent, _) = played(r#", "notify": false"#, &[("NotifyTopicArn", TOPIC)], None);

    assert_eq!(sent, (Vec::new(), Vec::new()));
}

#[test]
fn topic_that_the_role_may_not_reach_fails_no_operation() {
    let parameters = [("NotifyTopicArn", "arn:aws:sns:eu-west-1:111122223333:other")];

    let (sent, faults) = played("", &parameters, Some(Channel::Topic));

    assert!(
        matches!(&faults[0], Some(Fault::Denied(text)) if text.contains("topic")),
        "{faults:?}"
    );
    assert_eq!(subjects(&sent), Vec::<&str>::new());
}

#[test]
fn secret_of_the_webhook_is_read_with_the_role_of_the_function() {
    // The simulated AWS draws the end of the ARN.
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ebb/webhook-52ee72";

    let (_, faults) = played("", &[("NotifyWebhookSecretArn", arn)], Some(Channel::Webhook));

    let problem = "the secret of the webhook is no URL with https; store the URL".to_owned();
    assert_eq!(faults[0], Some(Fault::Denied(problem)));
}
