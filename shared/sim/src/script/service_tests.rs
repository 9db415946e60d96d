//! Steps that change services behind the back of an operation.

use std::time::Duration;

use serde_json::{Value, json};

use crate::history::{Caller, Fact};
use crate::scenario::{Scenario, Switches};
use crate::world::World;

/// Returns a world with the service `api` of one task, after its steps.
fn played(steps: Value) -> World {
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [{ "name": "g", "cluster": "shop", "instances": 1 }],
        "service": [{
            "name": "api", "cluster": "shop", "desired": 1, "scaling": { "min": 1, "max": 4 },
        }],
        "happens": steps,
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.play(&scenario).unwrap();
    world.advance(Duration::from_secs(900));
    world
}

fn of_service(name: &str) -> Value {
    json!({ "cluster": "shop", "service": name })
}

fn with(mut step: Value, more: Value) -> Value {
    step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    step
}

/// Returns the status and the counts of a service: desired and running.
fn service(world: &mut World, name: &str) -> (String, u64, u64) {
    let input = json!({ "cluster": "shop", "services": [name] });
    let by = Caller::Other("reader".to_owned());
    let answer = crate::ecs::call(world, &by, "DescribeServices", &input).unwrap();
    let found = &answer["services"][0];
    let count = |member: &str| found[member].as_u64().unwrap();
    (found["status"].as_str().unwrap().to_owned(), count("desiredCount"), count("runningCount"))
}

#[test]
fn desired_count_that_another_tool_sets_has_its_name_in_the_history() {
    let update = json!({ "at": "1m", "what": "update-service", "desired": 3, "by": "terraform" });

    let mut world = played(json!([with(update, of_service("api"))]));

    assert_eq!(service(&mut world, "api"), ("ACTIVE".to_owned(), 3, 3));
    let terraform = Caller::Other("terraform".to_owned());
    let by_terraform =
        |fact: &Fact| matches!(fact, Fact::DesiredCount { by, desired: 3, .. } if *by == terraform);
    assert!(world.history().iter().any(|entry| by_terraform(&entry.fact)));
}

#[test]
fn service_that_is_deleted_and_created_again_starts_its_tasks() {
    let delete = with(json!({ "at": "1m", "what": "delete-service" }), of_service("api"));
    let create = json!({ "at": "5m", "what": "create-service", "name": "api", "cluster": "shop", "desired": 2 });

    let mut world = played(json!([delete, create]));

    assert_eq!(service(&mut world, "api"), ("ACTIVE".to_owned(), 2, 2));
}

// API reference, CreateService: a service of that name that exists is no new one.
#[test]
fn service_that_exists_is_not_created_again() {
    let create = json!({ "at": "1m", "what": "create-service", "name": "api", "cluster": "shop", "desired": 2 });

    let mut world = played(json!([create]));

    assert_eq!(service(&mut world, "api").1, 1);
    let refused = |fact: &Fact| matches!(fact, Fact::Scripted { what } if what.starts_with("CreateService refused"));
    assert!(world.history().iter().any(|entry| refused(&entry.fact)));
}

// API reference, RegisterScalableTarget: a capacity below the minimum is adjusted.
#[test]
fn scalable_target_that_an_operator_changes_moves_the_desired_count() {
    let register =
        json!({ "at": "1m", "what": "register-scalable-target", "min": 3, "suspended": true });

    let mut world = played(json!([with(register, of_service("api"))]));

    assert_eq!(service(&mut world, "api").1, 3);
    let settings = world.scaling_settings("shop", "api").unwrap();
    assert_eq!((settings.min, settings.max, settings.scheduled_suspended), (3, 4, true));
}
