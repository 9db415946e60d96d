use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::history::Caller;

/// Returns a group of two whose first instance is scaled in at once.
fn scaling_in(hooks: Value) -> World {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 2, "hook": hooks }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 1 }],
    }));
    world.advance(Duration::from_secs(10));
    world
}

fn beat(world: &mut World, hook: &str) -> bool {
    let id = world.ec2_instance_named("i-web-1").expect("an instance");
    let by = Caller::Other("test".to_owned());
    world.record_heartbeat("web", hook, &id, &by).is_ok()
}

// Auto Scaling user guide, lifecycle-hooks.
#[test]
fn terminate_hook_holds_the_instance_until_its_action_is_completed() {
    let mut world = scaling_in(json!([{ "name": "drain" }]));
    world.advance(minutes(30));
    assert_eq!(states(&world, "i-web-1"), ["Terminating", "Terminating:Wait"]);

    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(32));

    assert_eq!(states(&world, "i-web-1")[2..], ["Terminating:Proceed", "Terminated"]);
    assert_eq!(published(&world, "EC2 Instance Terminate Successful").len(), 1);
    assert_eq!(world.next_at(), None, "no timer is left behind");
}

// Auto Scaling user guide, ec2-auto-scaling-event-reference.
#[test]
fn the_event_of_a_hook_carries_its_own_token_and_where_the_instance_goes() {
    let world = scaling_in(json!([
        { "name": "drain", "metadata": "hello" }, { "name": "backup" },
    ]));

    let events = published(&world, "EC2 Instance-terminate Lifecycle Action");

    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["LifecycleHookName"], "drain");
    assert_eq!(events[0]["LifecycleTransition"], "autoscaling:EC2_INSTANCE_TERMINATING");
    assert_eq!(events[0]["NotificationMetadata"], "hello");
    assert_eq!(events[0]["Origin"], "AutoScalingGroup");
    assert_eq!(events[0]["Destination"], "EC2");
    assert_eq!(events[0]["LifecycleActionToken"].as_str().map(str::len), Some(36));
    assert_ne!(events[0]["LifecycleActionToken"], events[1]["LifecycleActionToken"]);
    assert_eq!(events[1].get("NotificationMetadata"), None);
}

// Auto Scaling user guide, lifecycle-hooks: "continue allows any other lifecycle hooks to complete".
#[test]
fn continue_waits_for_the_other_hooks() {
    let mut world = scaling_in(json!([{ "name": "drain" }, { "name": "backup" }]));

    act(&mut world, "drain", "i-web-1", "CONTINUE");
    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-1"]);
    act(&mut world, "backup", "i-web-1", "CONTINUE");

    assert_eq!(in_state(&world, "web", "Terminating:Proceed"), ["i-web-1"]);
}

// Auto Scaling user guide, lifecycle-hooks: "abandon stops any remaining actions, such as other lifecycle hooks".
#[test]
fn abandon_on_terminate_skips_the_other_hooks() {
    let mut world = scaling_in(json!([{ "name": "drain" }, { "name": "backup" }]));

    act(&mut world, "drain", "i-web-1", "ABANDON");

    assert_eq!(in_state(&world, "web", "Terminating:Proceed"), ["i-web-1"]);
    assert_eq!(ends(&world, "i-web-1")[1], ("backup".to_owned(), ActionEnd::Skipped));
}

// API reference, PutLifecycleHook.
#[test]
fn the_heartbeat_timeout_ends_an_action_with_its_default_result() {
    let mut world = scaling_in(json!([{ "name": "drain", "heartbeat_timeout": "5m" }]));

    world.advance(minutes(6));

    let started = when(&world, "i-web-1", "Terminating:Wait").expect("the wait");
    assert_eq!(when(&world, "i-web-1", "Terminating:Proceed"), Some(started + minutes(5)));
    assert_eq!(ends(&world, "i-web-1"), [("drain".to_owned(), ActionEnd::HeartbeatTimeout)]);
}

// Auto Scaling user guide, completing-lifecycle-hooks: an hour and a heartbeat after half an hour make ninety minutes.
#[test]
fn a_heartbeat_restarts_the_timeout() {
    let mut world = scaling_in(json!([{ "name": "drain", "heartbeat_timeout": "1h" }]));
    let started = when(&world, "i-web-1", "Terminating:Wait").expect("the wait");

    world.advance(started + minutes(30));
    assert!(beat(&mut world, "drain"));
    world.advance(minutes(200));

    assert_eq!(when(&world, "i-web-1", "Terminating:Proceed"), Some(started + minutes(90)));
}

// API reference, LifecycleHook: GlobalTimeout is 100 times the heartbeat timeout, 48 hours at most.
#[test]
fn no_heartbeat_moves_the_global_timeout() {
    let mut world = scaling_in(json!([{ "name": "drain", "heartbeat_timeout": "30s" }]));
    let started = when(&world, "i-web-1", "Terminating:Wait").expect("the wait");

    let mut at = started;
    while in_state(&world, "web", "Terminating:Wait").len() == 1 {
        at += Duration::from_secs(20);
        world.advance(at);
        beat(&mut world, "drain");
    }

    assert_eq!(ends(&world, "i-web-1"), [("drain".to_owned(), ActionEnd::GlobalTimeout)]);
    assert_eq!(when(&world, "i-web-1", "Terminating:Proceed"), Some(started + minutes(50)));
}

#[test]
fn a_hook_of_somebody_else_is_completed_by_them() {
    let world = {
        let mut world =
            scaling_in(json!([{ "name": "backup", "completed_by_others_after": "2m" }]));
        world.advance(minutes(3));
        world
    };

    let how = &ends(&world, "i-web-1")[0].1;
    assert!(matches!(how, ActionEnd::Completed { result: "CONTINUE", by: Caller::Other(_) }));
}

// Auto Scaling user guide, ec2-auto-scaling-lifecycle: ELB deregistration comes before the hook.
#[test]
fn the_load_balancer_is_served_before_the_hook_is_called() {
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 2, "hook": [{ "name": "drain" }], "elb_deregistration": "90s",
        }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 1 }],
    }));
    world.advance(minutes(5));

    let begun = when(&world, "i-web-1", "Terminating").expect("the choice");
    let held = when(&world, "i-web-1", "Terminating:Wait").expect("the wait");

    assert_eq!(held - begun, Duration::from_secs(90));
}

// Auto Scaling user guide, lifecycle-hooks: a launch hook pauses the instance before it is put in service.
#[test]
fn a_launch_hook_holds_a_new_instance() {
    let mut world = growing();
    world.advance(minutes(5));
    assert_eq!(states(&world, "i-web-2"), ["Pending", "Pending:Wait"]);

    act(&mut world, "join", "i-web-2", "CONTINUE");

    assert_eq!(states(&world, "i-web-2")[2..], ["Pending:Proceed", "InService"]);
    let event = &published(&world, "EC2 Instance-launch Lifecycle Action")[0];
    assert_eq!(
        (&event["Origin"], &event["Destination"]),
        (&json!("EC2"), &json!("AutoScalingGroup"))
    );
}

// Auto Scaling user guide, lifecycle-hooks: ABANDON on launch terminates the instance, and it is replaced.
#[test]
fn abandon_on_launch_terminates_the_instance_and_another_is_launched() {
    let mut world = growing();
    world.advance(minutes(5));

    act(&mut world, "join", "i-web-2", "ABANDON");
    world.advance(minutes(10));

    assert_eq!(states(&world, "i-web-2").last(), Some(&"Terminated"));
    assert_eq!(states(&world, "i-web-3"), ["Pending", "Pending:Wait"]);
    assert_eq!(published(&world, "EC2 Instance Launch Unsuccessful").len(), 1);
}

fn growing() -> World {
    playing(json!({
        "group": [{
            "name": "web", "instances": 1,
            "hook": [{ "name": "join", "transition": "launching" }],
        }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 2 }],
    }))
}

// API reference, DeleteLifecycleHook: "If there are any outstanding lifecycle actions, they are completed first
// (ABANDON for launching instances, CONTINUE for terminating instances)."
#[test]
fn the_deletion_of_a_terminate_hook_lets_its_instances_go() {
    let mut world = scaling_in(json!([{ "name": "drain" }, { "name": "backup" }]));

    world.delete_hook("web", "drain");
    let with_one_left = in_state(&world, "web", "Terminating:Wait");
    world.delete_hook("web", "backup");

    assert_eq!(with_one_left, ["i-web-1"]);
    assert_eq!(in_state(&world, "web", "Terminating:Proceed"), ["i-web-1"]);
    assert!(!beat(&mut world, "drain"), "its action has ended");
}

#[test]
fn the_deletion_of_a_launch_hook_abandons_the_launch() {
    let mut world = growing();
    world.advance(minutes(5));

    world.delete_hook("web", "join");
    world.advance(minutes(10));

    assert_eq!(states(&world, "i-web-2").last(), Some(&"Terminated"));
    assert_eq!(states(&world, "i-web-3"), ["Pending", "InService"], "nothing holds the next");
}

// Auto Scaling user guide, instance-lifecycle-policy.
#[test]
fn abandoned_instance_may_be_retained_until_its_termination_in_the_group() {
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 1, "retains_abandoned": true, "hook": [{ "name": "drain" }],
        }],
        "happens": [
            { "at": "0s", "what": "unhealthy", "instance": "i-web-1" },
            { "at": "1h", "what": "terminate-in-group", "instance": "i-web-1" },
        ],
    }));
    world.advance(minutes(1));

    act(&mut world, "drain", "i-web-1", "ABANDON");
    world.advance(minutes(59));
    assert_eq!(in_state(&world, "web", "Terminating:Retained"), ["i-web-1"]);
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-2"]);
    world.advance(minutes(63));

    assert_eq!(states(&world, "i-web-1")[3..], ["Terminating:Proceed", "Terminated"]);
}
