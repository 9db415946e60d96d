use serde_json::{Value, json};

use super::*;

fn pooled(reuse: bool, happening: &Value) -> World {
    let mut step = json!({ "at": "0s" });
    for (name, value) in happening.as_object().expect("a step") {
        step[name] = value.clone();
    }
    playing(json!({
        "group": [{
            "name": "web", "instances": 2, "cluster": "web",
            "warm_pool": { "instances": 1, "reuse_on_scale_in": reuse },
            "hook": [{ "name": "drain" }, { "name": "join", "transition": "launching" }],
        }],
        "happens": [step],
    }))
}

fn scaled_to(reuse: bool, to: usize) -> World {
    let step = json!({ "what": "desired-capacity", "group": "web", "to": to });
    let mut world = pooled(reuse, &step);
    world.advance(minutes(2));
    world
}

fn path(event: &Value) -> (&str, &str) {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    (text("Origin"), text("Destination"))
}

// Auto Scaling user guide, warm-pool-instance-lifecycle: the launch hook runs again when the instance reaches
// Pending:Wait.
#[test]
fn scale_out_takes_an_instance_from_the_warm_pool_through_the_launch_hook() {
    let mut world = scaled_to(false, 3);
    assert_eq!(states(&world, "i-web-3"), ["Pending", "Pending:Wait"]);

    act(&mut world, "join", "i-web-3", "CONTINUE");

    let event = &published(&world, "EC2 Instance-launch Lifecycle Action")[0];
    assert_eq!(path(event), ("WarmPool", "AutoScalingGroup"));
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1", "i-web-2", "i-web-3"]);
}

// Auto Scaling user guide, warm-pool-instance-lifecycle: a new instance pauses at Warmed:Pending:Wait.
#[test]
fn the_pool_is_filled_again_once_the_group_and_the_pool_hold_too_little() {
    let mut world = pooled(false, &json!({ "what": "unhealthy", "instance": "i-web-1" }));
    world.advance(minutes(2));
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(5));
    assert_eq!(states(&world, "i-web-4"), ["Warmed:Pending", "Warmed:Pending:Wait"]);

    act(&mut world, "join", "i-web-4", "CONTINUE");
    world.advance(minutes(7));

    let events = published(&world, "EC2 Instance-launch Lifecycle Action");
    assert_eq!(path(&events[0]), ("WarmPool", "AutoScalingGroup"));
    assert_eq!(path(&events[1]), ("EC2", "WarmPool"));
    assert_eq!(states(&world, "i-web-4")[2..], ["Warmed:Pending:Proceed", "Warmed:Stopped"]);
    let id = world.ec2_instance_named("i-web-4").unwrap();
    assert_eq!(world.ec2.state(&id).map(|state| state.name()), Some("stopped"));
}

// Auto Scaling user guide, warm-pool-instance-lifecycle: "Warmed:Pending:Wait" on the return to the pool.
#[test]
fn with_reuse_scale_in_calls_the_terminate_hook_and_stops_the_instance() {
    let mut world = scaled_to(true, 1);
    assert_eq!(states(&world, "i-web-1"), ["Warmed:Pending", "Warmed:Pending:Wait"]);

    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(4));

    let event = &published(&world, "EC2 Instance-terminate Lifecycle Action")[0];
    assert_eq!(path(event), ("AutoScalingGroup", "WarmPool"));
    assert_eq!(in_state(&world, "web", "Warmed:Stopped"), ["i-web-1", "i-web-3"]);
}

#[test]
fn instance_that_returned_to_the_warm_pool_can_leave_again() {
    let mut world = scaled_to(true, 1);
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(4));

    world.set_desired_capacity("web", 2);
    world.advance(minutes(6));
    act(&mut world, "join", "i-web-1", "CONTINUE");

    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1", "i-web-2"]);
}

#[test]
fn without_reuse_scale_in_terminates_the_instance() {
    let world = scaled_to(false, 1);

    assert_eq!(states(&world, "i-web-1"), ["Terminating", "Terminating:Wait"]);
}
