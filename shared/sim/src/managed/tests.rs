use serde_json::json;

use super::*;
use crate::autoscaling::tests::{ends, minutes, playing, states, when};
use crate::history::{ActionEnd, Caller};
use crate::world::World;

fn provided(managed: bool, happening: serde_json::Value) -> World {
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 2,
            "capacity_provider": { "name": "cp", "managed_draining": managed },
        }],
        "happens": [happening],
    }));
    world.enable_managed_draining();
    world
}

fn scale_in() -> serde_json::Value {
    json!({ "at": "0s", "what": "desired-capacity", "group": "web", "to": 1 })
}

// ECS developer guide, managed-instance-draining.
#[test]
fn managed_draining_puts_its_hook_on_the_groups_of_its_capacity_providers() {
    let with = provided(true, scale_in());
    let without = provided(false, scale_in());

    assert_eq!(with.autoscaling.groups["web"].hooks[0].name, HOOK);
    assert_eq!(without.autoscaling.groups["web"].hooks.len(), 0);
}

#[test]
fn hook_used_instead_of_managed_draining_is_absent_beside_managed_draining() {
    let hook = json!({ "name": "drain", "instead_of_managed_draining": true });
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 2, "capacity_provider": { "name": "cp" }, "hook": [hook],
        }],
    }));
    let names = |world: &World| -> Vec<String> {
        world.autoscaling.groups["web"].hooks.iter().map(|hook| hook.name.clone()).collect()
    };

    let before = names(&world);
    world.enable_managed_draining();

    assert_eq!((before, names(&world)), (vec!["drain".to_owned()], vec![HOOK.to_owned()]));
}

#[test]
fn managed_draining_completes_its_action_when_no_task_is_left() {
    let mut world = provided(true, scale_in());

    world.advance(minutes(5));

    let how = &ends(&world, "i-web-1")[0].1;
    assert!(matches!(how, ActionEnd::Completed { result: "CONTINUE", by: Caller::Aws(_) }));
    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminated"));
}

// Field reports: managed draining waits up to 48 hours for an instance that has ended.
#[test]
fn managed_draining_waits_48_hours_for_an_instance_that_was_gone_before() {
    let by_hand = json!({ "at": "0s", "what": "terminate-by-hand", "instance": "i-web-1" });
    let mut world = provided(true, by_hand);

    world.advance(minutes(47 * 60));
    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminating:Wait"));
    world.advance(minutes(49 * 60));

    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminated"));
    assert_eq!(world.next_at(), None);
}

fn with_tasks(happening: serde_json::Value) -> World {
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 3, "cluster": "web",
            "capacity_provider": { "name": "cp" },
        }],
        "service": [
            { "name": "api", "cluster": "web", "desired": 6 },
            { "name": "agent", "cluster": "web", "daemon": true },
        ],
        "standalone": [
            { "family": "report", "cluster": "web", "on": "i-web-1", "lasts": "3h" },
            { "family": "report", "cluster": "web", "on": "i-web-2", "lasts": "60h" },
        ],
        "happens": [happening],
    }));
    world.enable_managed_draining();
    world
}

fn killed(world: &World) -> usize {
    let killed = |entry: &&crate::history::Entry| {
        matches!(entry.fact, crate::history::Fact::TaskKilled { .. })
    };
    world.history().iter().filter(killed).count()
}

// ECS developer guide, managed-instance-draining: all tasks, standalone ones included.
#[test]
fn managed_draining_waits_for_standalone_tasks_beyond_the_heartbeat_timeout() {
    let mut world = with_tasks(json!({
        "at": "1s", "what": "desired-capacity", "group": "web", "to": 2,
    }));

    world.advance(minutes(4 * 60));

    let ended = when(&world, "i-web-1", "Terminating:Proceed").expect("the completion");
    assert!(ended > minutes(179) && ended < minutes(182), "{ended:?}");
    assert_eq!(killed(&world), 0);
}

#[test]
fn after_48_hours_a_task_that_still_runs_is_killed() {
    let mut world = with_tasks(json!({ "at": "1s", "what": "unhealthy", "instance": "i-web-2" }));

    world.advance(minutes(50 * 60));

    let ended = when(&world, "i-web-2", "Terminating:Proceed").expect("the completion");
    assert!(ended > minutes(48 * 60 - 1) && ended < minutes(48 * 60 + 1), "{ended:?}");
    assert_eq!(killed(&world), 1);
}

// ECS developer guide, managed-instance-draining: Spot interruptions are covered; standalone tasks get no warning.
#[test]
fn a_spot_interruption_drains_at_once_and_kills_standalone_tasks() {
    let mut world =
        with_tasks(json!({ "at": "1s", "what": "spot-interruption", "instance": "i-web-1" }));
    let id = world.ec2_instance_named("i-web-1").unwrap();

    world.advance(Duration::from_secs(30));
    assert_eq!(world.container_instance_status(&id), Some("DRAINING"));
    world.advance(minutes(20));

    assert_eq!(killed(&world), 1);
    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminated"));
}
