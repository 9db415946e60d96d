//! Conformance of every operation that ebb calls. A test calls the operation through the real SDK's client, and checks
//! the fields of the answer and the documented error.

mod attributes;
mod auto_scaling;
mod clusters;
mod container_instances;
mod lifecycle_actions;
mod messages;
mod queues;
mod refusals;
mod tasks;

use std::collections::BTreeSet;
use std::fmt::Debug;

use aws::Clients;
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use sim::history::Fact;
use sim::{Aws, World};

use crate::world::{root, written};

/// A simulated AWS, and the real SDK's clients over it.
struct Account {
    aws: Aws,
    clients: Clients,
}

impl Account {
    /// Returns clients over a scenario's world at its start.
    fn of(scenario: &str) -> Self {
        let scenario = written(scenario);
        let mut world = World::new(scenario.seed, scenario.switches.clone());
        world.play(&scenario).unwrap_or_else(|error| panic!("{error}"));
        let aws = Aws::new(world);
        let (http, time) = (aws.http_client("tests"), aws.time_source());
        let clients = Clients::over(http, time, sim::world::REGION);
        // The tests need refusals of AWS, so these clients may take more than any bucket has.
        clients.limiter.set_share(10_000);
        Self { clients, aws }
    }

    /// Returns the EC2 instance of a name such as `i-web-1`.
    fn ec2_instance(&self, name: &str) -> String {
        self.aws.world(|world| world.ec2_instance_named(name)).expect("the scenario has it")
    }

    /// Returns the container instances on the first page of a cluster.
    async fn container_instances(&self, cluster: &str) -> Vec<String> {
        let call = self.clients.ecs.list_container_instances().cluster(cluster);
        call.send().await.unwrap().container_instance_arns().to_vec()
    }

    /// Returns the outcomes of an operation's calls in their order: `ok`, or an error's code.
    fn outcomes(&self, called: &str) -> Vec<String> {
        self.aws.world(|world| {
            let told = world.history().iter().filter_map(|entry| match &entry.fact {
                Fact::Call { operation, outcome, .. } if operation == called => Some(outcome),
                _ => None,
            });
            told.cloned().collect()
        })
    }
}

/// Calls `ask` with an account that a scenario describes.
fn asking<T>(scenario: &str, ask: impl AsyncFnOnce(Account) -> T) -> T {
    sim::aws::block_on(1, async { ask(Account::of(scenario)).await }).unwrap()
}

/// Returns the code and the message of AWS's refusal.
fn refusal<T: Debug>(answer: Result<T, impl ProvideErrorMetadata>) -> (String, String) {
    match answer {
        Ok(answer) => panic!("not refused: {answer:?}"),
        Err(error) => (
            error.code().unwrap_or_default().to_owned(),
            error.message().unwrap_or_default().to_owned(),
        ),
    }
}

/// Returns a refusal as the SDK's own type.
fn modelled<T: Debug, E, R>(answer: Result<T, SdkError<E, R>>) -> E {
    match answer {
        Err(SdkError::ServiceError(answer)) => answer.into_err(),
        Err(_) => panic!("there was no answer"),
        Ok(answer) => panic!("not refused: {answer:?}"),
    }
}

/// Returns each `client.operation()` in the sources of a folder, as `client.operation`.
fn calls_in(folder: &str) -> BTreeSet<String> {
    let mut calls = BTreeSet::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text: String = std::fs::read_to_string(&path).unwrap().split_whitespace().collect();
            for client in ["ecs.", "autoscaling.", "sqs."] {
                let after = text.split(client).skip(1).filter_map(|rest| rest.split_once("()"));
                let named = after.map(|(name, _)| name).filter(|name| is_name(name));
                calls.extend(named.map(|name| format!("{client}{name}")));
            }
        }
    }
    calls
}

fn is_name(text: &str) -> bool {
    text.contains('_') && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[test]
fn every_operation_that_ebb_calls_is_tried_here() {
    let (called, tried) = (calls_in("shared/aws/src"), calls_in("tests/suite/wire"));

    let untried: Vec<_> = called.difference(&tried).collect();

    assert!(called.len() >= 20, "only {called:#?} were found");
    assert!(untried.is_empty(), "{untried:#?}");
}
