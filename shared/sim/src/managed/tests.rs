use serde_json::json;

use super::*;
use crate::autoscaling::tests::{ends, minutes, playing, states};
use crate::history::ActionEnd;

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
fn it_puts_its_hook_on_the_groups_of_capacity_providers_that_have_it() {
    let with = provided(true, scale_in());
    let without = provided(false, scale_in());

    assert_eq!(with.autoscaling.groups["web"].hooks[0].name, HOOK);
    assert_eq!(without.autoscaling.groups["web"].hooks.len(), 0);
}

#[test]
fn it_completes_its_action_when_no_task_is_left() {
    let mut world = provided(true, scale_in());

    world.advance(minutes(5));

    let how = &ends(&world, "i-web-1")[0].1;
    assert!(matches!(how, ActionEnd::Completed { result: "CONTINUE", by: Caller::Aws(_) }));
    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminated"));
}

// Field reports: an instance that is gone already is waited for, up to the 48 hours.
#[test]
fn it_waits_48_hours_for_an_instance_that_was_gone_before() {
    let by_hand = json!({ "at": "0s", "what": "terminate-by-hand", "instance": "i-web-1" });
    let mut world = provided(true, by_hand);

    world.advance(minutes(47 * 60));
    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminating:Wait"));
    world.advance(minutes(49 * 60));

    assert_eq!(states(&world, "i-web-1").last(), Some(&"Terminated"));
    assert_eq!(world.next_at(), None);
}
