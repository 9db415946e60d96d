use std::time::Duration;

use serde_json::json;

use super::{mistake, web};
use crate::scenario::{Scenario, Switches};
use crate::world::World;

/// Returns the scenario's names of the instances that got a warning, in order.
fn interrupted(world: &World) -> Vec<&str> {
    let noticed = world.history().iter().filter_map(|entry| match &entry.fact {
        crate::history::Fact::Notice { ec2_instance, .. } => Some(ec2_instance),
        _ => None,
    });
    noticed.filter_map(|id| world.ec2_instance_name(id)).collect()
}

#[test]
fn a_place_in_a_group_is_counted_among_those_in_service_at_that_moment_and_counted_round() {
    let interruption =
        |at: &str, name: &str| json!({ "at": at, "what": "spot-interruption", "instance": name });
    let steps = json!([
        { "at": "1s", "what": "terminate-in-group", "instance": "i-web-1" },
        interruption("1h", "nth:web:1"),
        interruption("1h", "nth:web:5"),
    ]);
    let scenario = json!({ "group": [{ "name": "web", "instances": 3 }], "happens": steps });
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");
    world.advance(Duration::from_secs(3601));

    assert_eq!(interrupted(&world), ["i-web-2", "i-web-3"]);
}

#[test]
fn the_latest_of_a_group_is_the_one_whose_lifecycle_state_changed_last_among_those_still_there() {
    let interruption = |at: &str| {
        let instance = "latest:web";
        json!({ "at": at, "what": "spot-interruption", "instance": instance })
    };
    let steps = json!([
        interruption("0s"),
        { "at": "1s", "what": "terminate-in-group", "instance": "i-web-1" },
        interruption("2s"),
        interruption("1h"),
    ]);
    let hook = json!({ "name": "ebb", "heartbeat_timeout": "5m" });
    let group = json!({ "name": "web", "instances": 3, "hook": [hook] });
    let scenario = json!({ "group": [group], "happens": steps });
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");
    world.advance(Duration::from_secs(3601));

    assert_eq!(interrupted(&world), ["i-web-1", "i-web-4"]);
}

#[test]
fn a_place_that_is_no_number_from_one_on_is_a_mistake() {
    let step = |name: &str| json!({ "at": "0s", "what": "unhealthy", "instance": name });

    let found = ["nth:web:0", "nth:web:x", "nth:web", "nth:api:1", "latest:api"]
        .map(|name| mistake(web(), step(name)));

    let problems = ["from 1", "from 1", "from 1", "no group `api`", "no group `api`"];
    for (found, problem) in found.iter().zip(problems) {
        assert!(found.as_ref().is_some_and(|it| it.contains(problem)), "{found:?}");
    }
}
