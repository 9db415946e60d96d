use serde_json::json;

use super::*;

fn status(world: &World, name: &str) -> Option<&'static str> {
    world.container_instance_status(&world.ec2_instance_named(name)?)
}

fn clustered(extra: serde_json::Value, to: usize) -> World {
    let mut group = json!({ "name": "web", "instances": 2, "cluster": "web" });
    for (name, value) in extra.as_object().expect("fields") {
        group[name] = value.clone();
    }
    playing(json!({
        "group": [group],
        "happens": [{ "at": "1s", "what": "desired-capacity", "group": "web", "to": to }],
    }))
}

#[test]
fn the_agent_of_a_new_instance_registers_some_time_after_its_launch() {
    let mut world = clustered(json!({ "joins_after": "3m" }), 3);

    world.advance(minutes(3));
    assert_eq!(in_state(&world, "web", "InService").len(), 3);
    assert_eq!(status(&world, "i-web-3"), None);
    world.advance(minutes(4));

    assert_eq!(status(&world, "i-web-3"), Some("ACTIVE"));
}

#[test]
fn an_instance_that_never_joins_has_no_container_instance() {
    let mut world = clustered(json!({ "never_joins": 1 }), 4);

    world.advance(minutes(30));

    assert_eq!(status(&world, "i-web-3"), None);
    assert_eq!(status(&world, "i-web-4"), Some("ACTIVE"));
}

// ECS agent README, ECS_WARM_POOLS_CHECK.
#[test]
fn agent_registers_when_its_instance_leaves_the_warm_pool() {
    let mut world = clustered(json!({ "warm_pool": { "instances": 1 } }), 3);

    assert_eq!(status(&world, "i-web-3"), None);
    world.advance(minutes(5));

    assert_eq!(status(&world, "i-web-3"), Some("ACTIVE"));
}

// API reference: an instance stays DRAINING until a call sets it ACTIVE again. A stop of the instance changes nothing.
#[test]
fn an_instance_that_returned_to_the_warm_pool_while_draining_comes_back_draining() {
    let pool = json!({ "warm_pool": { "instances": 0, "reuse_on_scale_in": true } });
    let mut world = clustered(pool, 1);
    let id = world.ec2_instance_named("i-web-1").unwrap();
    let by = crate::history::Caller::Other("operator".to_owned());
    world.set_container_instance_status(&id, "DRAINING", &by).unwrap();
    world.advance(minutes(5));
    assert_eq!(in_state(&world, "web", "Warmed:Stopped"), ["i-web-1"]);

    world.set_desired_capacity("web", 2);
    world.advance(minutes(10));

    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1", "i-web-2"]);
    assert_eq!(status(&world, "i-web-1"), Some("DRAINING"));
}

#[test]
fn tasks_die_with_the_host_that_nobody_drained() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 2, "cluster": "web" }],
        "standalone": [
            { "family": "report", "cluster": "web", "on": "each:web", "count": 2, "lasts": "1h" },
        ],
        "happens": [{ "at": "1s", "what": "desired-capacity", "group": "web", "to": 1 }],
    }));

    world.advance(minutes(5));

    let killed = |entry: &&crate::history::Entry| matches!(entry.fact, Fact::TaskKilled { .. });
    assert_eq!(world.history().iter().filter(killed).count(), 2);
}
