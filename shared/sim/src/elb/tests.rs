//! Target groups of services, each claim with its source.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::history::Caller;
use crate::scenario::{Scenario, Switches};
use crate::world::World;

const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef";

/// Returns a world with the service `api` of two tasks behind a load balancer.
fn world() -> World {
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [{ "name": "g", "cluster": "web", "instances": 1 }],
        "service": [
            { "name": "api", "cluster": "web", "desired": 2, "deregistration_delay": "100s" },
        ],
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.play(&scenario).unwrap();
    world
}

fn form(members: &[(&str, &str)]) -> BTreeMap<String, String> {
    members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Returns the states of the targets of `api`, in order.
fn states(world: &mut World) -> Vec<String> {
    let answer = super::call(world, "DescribeTargetHealth", &form(&[("TargetGroupArn", GROUP)]));
    texts(&answer.unwrap(), "State")
}

/// Returns the texts of all elements of a name.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let begin = format!("<{name}>");
    let parts = xml.split(begin.as_str()).skip(1);
    parts.filter_map(|part| Some(part.split_once("</")?.0.to_owned())).collect()
}

fn stop_one(world: &mut World) {
    let task = world.tasks_of_service("web", "api")[0].clone();
    let operator = Caller::Other("operator".to_owned());
    crate::ecs::call(world, &operator, "StopTask", &json!({ "cluster": "web", "task": task }))
        .unwrap();
}

fn pass(world: &mut World, secs: u64) {
    let now = world.elapsed();
    world.advance(now + Duration::from_secs(secs));
}

// ELB user guide, edit-target-group-attributes: `draining` is shown "until the deregistration delay timeout expires".
#[test]
fn target_of_a_stopped_task_drains_for_the_whole_delay() {
    let mut world = world();
    stop_one(&mut world);

    let at_first = states(&mut world);
    pass(&mut world, 99);
    let later = states(&mut world);
    pass(&mut world, 2);

    assert_eq!(at_first, ["healthy", "draining"]);
    assert!(later.contains(&"draining".to_owned()), "{later:?}");
    assert!(!states(&mut world).contains(&"draining".to_owned()));
}

#[test]
fn new_target_is_initial_until_its_health_checks_pass() {
    let mut world = world();
    stop_one(&mut world);
    pass(&mut world, 130);

    assert!(states(&mut world).contains(&"initial".to_owned()));
    pass(&mut world, 60);
    assert!(!states(&mut world).contains(&"initial".to_owned()));
}

// API reference, TargetHealth: Target.NotRegistered.
#[test]
fn asked_target_that_is_not_registered_is_unused() {
    let mut world = world();
    let input = form(&[
        ("TargetGroupArn", GROUP),
        ("Targets.member.1.Id", "i-0123456789abcdef0"),
        ("Targets.member.1.Port", "80"),
    ]);

    let answer = super::call(&mut world, "DescribeTargetHealth", &input).unwrap();

    assert_eq!(texts(&answer, "State"), ["unused"]);
    assert_eq!(texts(&answer, "Reason"), ["Target.NotRegistered"]);
}

// aws/containers-roadmap#251.
#[test]
fn deregistered_target_of_a_running_task_is_registered_again() {
    let mut world = world();
    let all = form(&[("TargetGroupArn", GROUP)]);
    let answer = super::call(&mut world, "DescribeTargetHealth", &all).unwrap();
    let (id, port) = (&texts(&answer, "Id")[0], &texts(&answer, "Port")[0]);
    let input = form(&[
        ("TargetGroupArn", GROUP),
        ("Targets.member.1.Id", id),
        ("Targets.member.1.Port", port),
    ]);

    super::call(&mut world, "DeregisterTargets", &input).unwrap();
    let at_once = states(&mut world);
    pass(&mut world, 30);

    assert_eq!(at_once, ["healthy", "draining"]);
    assert_eq!(states(&mut world)[..2], ["healthy", "healthy"]);
}

#[test]
fn port_of_a_target_is_the_host_port_of_its_task() {
    let mut world = world();
    let tasks = world.tasks_of_service("web", "api");
    let input = json!({ "cluster": "web", "tasks": tasks });
    let operator = Caller::Other("operator".to_owned());
    let shown = crate::ecs::call(&mut world, &operator, "DescribeTasks", &input).unwrap();
    let all = form(&[("TargetGroupArn", GROUP)]);
    let health = super::call(&mut world, "DescribeTargetHealth", &all).unwrap();

    let binding = |nth: usize| &shown["tasks"][nth]["containers"][0]["networkBindings"][0];
    let ports = [0, 1].map(|nth| binding(nth)["hostPort"].to_string());
    assert_eq!(texts(&health, "Port"), ports);
}

#[test]
fn target_group_without_a_service_is_not_found() {
    let mut world = world();
    let other = form(&[("TargetGroupArn", "arn:aws:elasticloadbalancing:x")]);

    let answer = super::call(&mut world, "DescribeTargetGroupAttributes", &other);

    assert!(answer.is_err_and(|refusal| refusal.to_string().starts_with("TargetGroupNotFound")));
}
