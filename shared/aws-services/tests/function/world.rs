//! The world of a service, and the function in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws::{Clients, Config};
use aws_services::{OperationHandler, Stepper};
use futures::FutureExt;
use sim::World;
use sim::aws::{Aws, Environment, Handler};
use sim::deployment::Deployment;
use sim::history::{Entry, Fact};
use sim::scenario::{PlannedFault, Scenario};

const TEMPLATE: &str = include_str!("../../../../infra/operations.yaml");

/// A service of three tasks behind a load balancer, whose scalable target is at its bound.
pub const SHOP: &str = r#"
linger = "20m"
limit = "2h"

[[group]]
name = "web"
cluster = "shop"
instances = 4

[[service]]
name = "api"
cluster = "shop"
desired = 3
deregistration_delay = "30s"

[service.scaling]
min = 1
max = 3

[[service.scaling.scheduled_action]]
name = "night"
at = "20h"
min = 1

"#;

/// Returns the step that puts a request into the queue.
pub fn request(at: &str, body: &str) -> String {
    format!(
        "[[happens]]\nat = \"{at}\"\nwhat = \"message\"\nqueue = \"service-operation\"\nbody = '{body}'\n"
    )
}

pub const RECYCLE: &str = r#"{"cluster_name": "shop", "service_name": "api"}"#;
pub const ALARM: &str = r#"{"AlarmName": "costs", "NewStateValue": "ALARM"}"#;
pub const RESTART: &str = r#"{"kind": "restart", "cluster_name": "shop", "service_name": "api"}"#;

/// Returns the stack. The cluster may be shut down, by alerts too.
pub fn deployment() -> Deployment {
    let parameters = ["ShutdownClusters", "ShutdownOnAlert"];
    let parameters = parameters.map(|name| (name.to_owned(), "shop".to_owned()));
    Deployment::of_template(TEMPLATE, &BTreeMap::from(parameters)).unwrap()
}

/// Returns the configuration of the function.
pub fn config() -> Config {
    let variables = deployment().functions.remove(0).environment;
    Config::from_environment(variables).unwrap()
}

/// Plays a scenario with the function of the stack. Returns everything that happened.
pub fn played(scenario: &str) -> Vec<Entry> {
    played_with(scenario, Vec::new())
}

/// Plays a scenario with these faults.
pub fn played_with(scenario: &str, faults: Vec<PlannedFault>) -> Vec<Entry> {
    let mut scenario: Scenario = toml::from_str(scenario).unwrap_or_else(|error| panic!("{error}"));
    scenario.faults = faults;
    let played = async {
        let aws = Aws::new(World::new(7, scenario.switches.clone()));
        aws.deploy(deployment()).unwrap();
        aws.function("service-operation", |environment| handler(&config(), &environment));
        aws.world(|world| world.play(&scenario)).unwrap();
        aws.run(scenario.linger.0, scenario.limit.0).await.unwrap();
        aws.dismiss();
        aws.world(|world| world.take_history())
    };
    sim::aws::block_on(7, played).unwrap()
}

fn handler(config: &Config, environment: &Environment) -> Handler {
    let clients = Clients::over(
        environment.http_client.clone(),
        environment.time_source.clone(),
        environment.region,
    );
    let handler = Arc::new(OperationHandler::new(Stepper::new(clients), config));
    Arc::new(move |event| {
        let handler = Arc::clone(&handler);
        async move { Ok(handler.handle(&event).await) }.boxed()
    })
}

/// Returns the names of the parameters that are left, by their changes.
pub fn parameters_left(history: &[Entry]) -> BTreeSet<String> {
    let mut left = BTreeSet::new();
    for entry in history {
        if let Fact::Parameter { name, version, .. } = &entry.fact {
            match version {
                Some(_) => left.insert(name.clone()),
                None => left.remove(name),
            };
        }
    }
    left
}
