//! The behaviour of ECS, each claim with its source.

mod agents;
mod api;
mod attributes;
mod clusters;
mod daemons;
mod deployment_traffic;
mod deployments;
mod draining;
mod events;
mod failing_tasks;
mod hosts;
mod identifiers;
mod lists;
mod protection;
mod queries;
mod replicas;
mod service_updates;
mod size;
mod stopping;
mod targets;
mod tasks;

use std::time::Duration;

use serde_json::{Value, json};

use super::container_instance::Status;
use super::{AgentConfiguration, LaunchType};
use crate::api::Refusal;
use crate::history::{Caller, Fact, KillCause};
use crate::host_loss::HostLoss;
use crate::scenario::{
    ContainerSpec, Length, Lengths, ServiceSpec, StandaloneSpec, Switches, TaskDefinitionSpec,
};
use crate::world::World;

/// Returns a replica service in the cluster `web` with all defaults.
pub(super) fn service(name: &str, desired: usize) -> ServiceSpec {
    ServiceSpec { desired, ..ServiceSpec::named(name, "web") }
}

fn daemon(name: &str) -> ServiceSpec {
    ServiceSpec { daemon: true, ..service(name, 0) }
}

fn bounded(name: &str, desired: usize, least: u32, most: u32) -> ServiceSpec {
    let spec = service(name, desired);
    ServiceSpec { minimum_healthy_percent: Some(least), maximum_percent: Some(most), ..spec }
}

/// Returns a standalone task in `web` that never ends by itself.
fn standalone(family: &str) -> StandaloneSpec {
    StandaloneSpec {
        family: family.to_owned(),
        cluster: "web".to_owned(),
        on: String::new(),
        count: 1,
        lasts: None,
        runs_on: None,
        group: None,
        started_by: None,
        tags: [("owner".to_owned(), "ada".to_owned())].into(),
    }
}

/// Returns a container that exits after `exits_in` seconds of its stop timeout.
fn container(name: &str, exits_in: u64, stop_timeout: u64) -> ContainerSpec {
    ContainerSpec {
        name: name.to_owned(),
        stop_timeout: Some(Length::secs(stop_timeout)),
        depends_on: Vec::new(),
        exits_in: Lengths::secs(exits_in),
        ignores_sigterm: false,
    }
}

fn definition(family: &str, containers: Vec<ContainerSpec>) -> TaskDefinitionSpec {
    let starts_in = Lengths::secs(5);
    TaskDefinitionSpec { containers, starts_in, ..TaskDefinitionSpec::named(family) }
}

/// Returns fixed lengths: the scheduler runs a pass after 5 s, and all other steps take no time.
fn fixed() -> Switches {
    Switches {
        scheduler: Lengths::secs(5),
        deregistration: Lengths::secs(4),
        provisioning: Lengths::secs(0),
        deprovisioning: Lengths::secs(1),
        task_listed_after: Lengths::secs(0),
        ..Switches::default()
    }
}

/// Returns the configuration of an agent in the cluster `web`.
fn agent(task_slots: usize) -> AgentConfiguration {
    AgentConfiguration {
        cluster: "web".to_owned(),
        container_instance: None,
        task_slots,
        attributes: Default::default(),
        capacity_provider: None,
        launch_type: LaunchType::Ec2,
    }
}

/// Returns the cluster `web` with the instances `i-1`, `i-2` ..., each with ten task slots.
fn web(instances: usize) -> World {
    web_with(fixed(), instances)
}

fn web_with(switches: Switches, instances: usize) -> World {
    let mut world = World::new(7, switches);
    for number in 1..=instances {
        world.agent_starts(&format!("i-{number}"), &agent(10));
    }
    world
}

fn pass(world: &mut World, secs: u64) {
    let now = world.elapsed();
    world.advance(now + Duration::from_secs(secs));
}

fn operator() -> Caller {
    Caller::Other("operator".to_owned())
}

fn ask(world: &mut World, operation: &str, input: Value) -> Value {
    super::call(world, &operator(), operation, &input).expect("an answer")
}

/// Returns the code of the error.
fn refused(world: &mut World, operation: &str, input: Value) -> String {
    match super::call(world, &operator(), operation, &input) {
        Err(Refusal::Error(error)) => error.code,
        Err(Refusal::Unknown(what)) => panic!("unknown: {what}"),
        Ok(answer) => panic!("answered {answer}"),
    }
}

fn drain(world: &mut World, ec2_instance: &str) {
    world.set_container_instance_status(ec2_instance, "DRAINING", &operator()).unwrap();
}

/// Returns the ARN of the container instance on an EC2 instance.
fn on(world: &World, ec2_instance: &str) -> String {
    world.ecs.by_ec2_instance[ec2_instance].clone()
}

fn is(world: &World, ec2_instance: &str) -> Status {
    world.ecs.container_instance_on(ec2_instance).unwrap().status
}

fn described(world: &mut World, ec2_instance: &str) -> Value {
    let arn = on(world, ec2_instance);
    let input = json!({ "cluster": "web", "containerInstances": [arn] });
    ask(world, "DescribeContainerInstances", input)["containerInstances"][0].clone()
}

/// Returns the ARNs of all tasks of a service or family that are not forgotten.
fn tasks_of(world: &World, name: &str) -> Vec<String> {
    let tasks = world.ecs.tasks.values().filter(|task| task.name == name);
    tasks.map(|task| task.arn.clone()).collect()
}

fn task_of(world: &World, name: &str) -> String {
    tasks_of(world, name).pop().unwrap()
}

/// Returns the task as DescribeTasks shows it.
fn shown(world: &mut World, arn: &str) -> Value {
    let input = json!({ "cluster": "web", "tasks": [arn], "include": ["TAGS"] });
    ask(world, "DescribeTasks", input)["tasks"][0].clone()
}

fn stop(world: &mut World, arn: &str) -> Value {
    ask(world, "StopTask", json!({ "cluster": "web", "task": arn, "reason": "enough" }))
}

/// Returns the names of the tasks that are not STOPPED on an instance.
fn left_on(world: &World, ec2_instance: &str) -> Vec<String> {
    world.tasks_left_on(ec2_instance).into_iter().map(|task| task.name).collect()
}

/// Returns the history of a task: seconds, and the status that it took at that time.
fn path(world: &World, arn: &str) -> Vec<(u64, &'static str)> {
    let steps = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Task { task, last_status, .. } if task.arn == arn => {
            Some((entry.at.as_secs(), *last_status))
        }
        _ => None,
    });
    steps.collect()
}

fn killed(world: &World) -> Vec<(String, KillCause)> {
    let killed = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::TaskKilled { task, how } => Some((task.name.clone(), how.clone())),
        _ => None,
    });
    killed.collect()
}

/// Returns the seconds at which the service had an event with these words.
fn said(world: &World, words: &str) -> Vec<u64> {
    let said = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Service { message, .. } if message.contains(words) => Some(entry.at.as_secs()),
        _ => None,
    });
    said.collect()
}
