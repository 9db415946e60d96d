//! Drains in a deployment with parameters other than the defaults.

use std::sync::Arc;
use std::time::Duration;

use aws::clients::Clients;
use aws::config::Config;
use aws::{Feed, Worker};
use futures::FutureExt;
use sim::World;
use sim::aws::{Aws, Environment, Handler, block_on};
use sim::history::{ActionEnd, Entry, Fact};

use crate::template_parameters::{Parameters, deployed, without};
use crate::world::written;

/// A group that scales in, with the names in the parameters.
const SCALE_IN: &str = r#"
about = "A deployment with no parameter at its default drains an instance."
seed = 7
[[group]]
name = "web"
cluster = "blue-web"
instances = 3
[[group.hook]]
name = "drain-batch"
heartbeat_timeout = "10m"
[[service]]
name = "api"
cluster = "blue-web"
desired = 3
[[standalone]]
family = "report"
cluster = "blue-web"
on = "i-web-1"
lasts = "2h"
[[happens]]
at = "47s"
what = "desired-capacity"
group = "web"
to = 2
"#;

/// Returns the code of a function: the worker of its feed, with the variables of the deployment.
fn code(feed: Feed, config: Config, environment: &Environment) -> Handler {
    let clients = Clients::over(
        environment.http_client.clone(),
        environment.time_source.clone(),
        environment.region,
    );
    let worker = Arc::new(Worker::new(feed, config, clients));
    Arc::new(move |event| {
        let worker = Arc::clone(&worker);
        async move {
            let event = serde_json::from_value(event).map_err(|error| error.to_string())?;
            serde_json::to_value(worker.handle(event).await).map_err(|error| error.to_string())
        }
        .boxed()
    })
}

/// Returns the history of the scale-in under these parameters.
fn played(given: &Parameters) -> Vec<Entry> {
    let scenario = written(SCALE_IN);
    let deployment = deployed(given);
    let history = block_on(scenario.seed, async {
        let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
        for (feed, function) in Feed::ALL.into_iter().zip(&deployment.functions) {
            assert!(function.name.ends_with(feed.name()));
            let config = Config::from_environment(function.environment.clone()).unwrap();
            aws.function(&function.name, move |environment| {
                code(feed, config.clone(), &environment)
            });
        }
        aws.deploy(deployment).unwrap();
        aws.world(|world| world.play(&scenario)).unwrap();
        aws.run(Duration::from_secs(60), Duration::from_secs(3600)).await.unwrap();
        aws.dismiss();
        aws.world(|world| world.take_history())
    });
    history.unwrap()
}

fn ended(history: &[Entry]) -> Option<(&ActionEnd, u64)> {
    history.iter().find_map(|entry| match &entry.fact {
        Fact::ActionEnded { how, .. } => Some((how, entry.at.as_secs())),
        _ => None,
    })
}

fn denied(history: &[Entry]) -> Vec<&Fact> {
    let facts = history.iter().map(|entry| &entry.fact);
    let is_denied = |fact: &&Fact| matches!(fact, Fact::Call { outcome, .. } if outcome.starts_with("AccessDenied"));
    facts.filter(is_denied).collect()
}

#[test]
fn stack_with_no_parameter_at_its_default_drains_and_stops_the_standalone_task() {
    let history = played(&without(&["ConsumedBy", "EventBusName", "EventSource", "Mode"]));

    let (how, at) = ended(&history).expect("the lifecycle action ended");
    assert!(matches!(how, ActionEnd::Completed { result: "CONTINUE", .. }), "{how:?}");
    assert!(at < 600, "Standalone=stop ends a task of two hours: {at} s");
    assert_eq!(denied(&history).len(), 0, "{:?}", denied(&history));
}

#[test]
fn stack_with_mode_hold_sends_heartbeats_only() {
    let history = played(&without(&["ConsumedBy", "EventBusName", "EventSource"]));

    let called = |name: &str| {
        let facts = history.iter().map(|entry| &entry.fact);
        facts
            .filter(|fact| matches!(fact, Fact::Call { operation, .. } if *operation == name))
            .count()
    };
    assert!(called("RecordLifecycleActionHeartbeat") > 3);
    assert_eq!(called("CompleteLifecycleAction") + called("UpdateContainerInstancesState"), 0);
}
