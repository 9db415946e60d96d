//! Instance refreshes with the strategy `ReplaceRootVolume`.

use serde_json::{Value, json};

use super::*;

const TERMINATE: &str = "EC2 Instance-terminate Lifecycle Action";
const LAUNCH: &str = "EC2 Instance-launch Lifecycle Action";

/// Returns a world with a group of one instance, whose root volume replacement begins at the start.
fn replacing(group: Value, step: Value, switches: Switches) -> World {
    let mut spec = json!({ "name": "web", "cluster": "shop", "instances": 1, "max_size": 3 });
    spec.as_object_mut().unwrap().extend(group.as_object().unwrap().clone());
    let mut refresh = json!({
        "at": "0s", "what": "instance-refresh", "group": "web", "strategy": "ReplaceRootVolume",
    });
    refresh.as_object_mut().unwrap().extend(step.as_object().unwrap().clone());
    playing_with(json!({ "group": [spec], "happens": [refresh] }), switches)
}

fn hooked(switches: Switches) -> World {
    let hooks = json!({ "hook": [
        { "name": "drain", "metadata": "m" }, { "name": "join", "transition": "launching" },
    ] });
    replacing(hooks, json!({}), switches)
}

fn mistake(group: Value) -> String {
    let mut spec = json!({ "name": "web", "instances": 1 });
    spec.as_object_mut().unwrap().extend(group.as_object().unwrap().clone());
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [spec],
        "happens": [
            { "at": "0s", "what": "instance-refresh", "group": "web", "strategy": "ReplaceRootVolume" },
        ],
    }))
    .unwrap();
    World::new(7, Switches::default()).play(&scenario).expect_err("a mistake").to_string()
}

// Auto Scaling user guide, lifecycle-hooks-overview: "Lifecycle state transitions for instances undergoing root volume
// replacement".
#[test]
fn instance_with_both_hooks_passes_every_state_of_a_root_volume_replacement() {
    let mut world = hooked(Switches::default());

    world.advance(minutes(5));
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(15));
    act(&mut world, "join", "i-web-1", "CONTINUE");
    world.advance(minutes(16));

    let expected = [
        "ReplacingRootVolume",
        "ReplacingRootVolume:Wait",
        "ReplacingRootVolume:Proceed",
        "RootVolumeReplaced",
        "Pending",
        "Pending:Wait",
        "Pending:Proceed",
        "InService",
    ];
    assert_eq!(states(&world, "i-web-1"), expected);
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1"]);
    assert_eq!(published(&world, "EC2 Auto Scaling Instance Refresh Succeeded").len(), 1);
}

// Auto Scaling user guide, instance-refresh-eventbridge-events: both events have `Action`.
#[test]
fn both_lifecycle_events_of_a_root_volume_replacement_name_the_action() {
    let mut world = hooked(Switches::default());

    world.advance(minutes(5));
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(15));

    for (detail_type, hook) in [(TERMINATE, "drain"), (LAUNCH, "join")] {
        let events = published(&world, detail_type);
        let [event] = &events[..] else { panic!("{events:?}") };
        assert_eq!(event["LifecycleHookName"], hook);
        assert_eq!(event["Origin"], "AutoScalingGroup");
        assert_eq!(event["Destination"], "AutoScalingGroup");
        assert_eq!(event["Action"], "ReplaceRootVolume");
    }
}

#[test]
fn termination_names_no_action() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 1, "hook": [{ "name": "drain" }] }],
        "happens": [{ "at": "0s", "what": "terminate-in-group", "instance": "i-web-1" }],
    }));

    world.advance(minutes(1));

    let events = published(&world, TERMINATE);
    assert_eq!(events[0].get("Action"), None);
    assert_eq!(events[0]["Destination"], "EC2");
}

#[test]
fn instance_without_hooks_returns_by_itself() {
    let mut world = replacing(json!({}), json!({}), Switches::default());

    world.advance(minutes(10));

    let expected = [
        "ReplacingRootVolume",
        "ReplacingRootVolume:Proceed",
        "RootVolumeReplaced",
        "Pending",
        "InService",
    ];
    assert_eq!(states(&world, "i-web-1"), expected);
}

// "This removes the need to launch new instances" (Auto Scaling user guide, replace-root-volume).
#[test]
fn group_launches_nothing_for_an_instance_under_replacement() {
    let mut world = hooked(Switches::default());

    world.advance(minutes(30));

    assert_eq!(in_state(&world, "web", "ReplacingRootVolume:Wait"), ["i-web-1"]);
    assert_eq!(world.autoscaling.members_of("web").len(), 1);
}

#[test]
fn replacement_keeps_the_minimum_healthy_percentage() {
    let hooks = json!({ "instances": 4, "max_size": 8, "hook": [{ "name": "drain" }] });
    let step = json!({ "min_healthy_percentage": 50 });
    let mut world = replacing(hooks, step, Switches::default());

    world.advance(minutes(5));
    assert_eq!(in_state(&world, "web", "ReplacingRootVolume:Wait"), ["i-web-1", "i-web-2"]);
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    act(&mut world, "drain", "i-web-2", "CONTINUE");
    world.advance(minutes(15));

    assert_eq!(in_state(&world, "web", "ReplacingRootVolume:Wait"), ["i-web-3", "i-web-4"]);
}

// Auto Scaling user guide, replace-root-volume: Auto Scaling terminates and replaces an instance after a failed
// replacement.
#[test]
fn failed_replacement_calls_the_terminate_hook_again_with_a_new_token() {
    let hooks = json!({ "hook": [{ "name": "drain" }] });
    let mut world = replacing(hooks, json!({ "failed_replacements": 1 }), Switches::default());

    world.advance(minutes(5));
    act(&mut world, "drain", "i-web-1", "CONTINUE");
    world.advance(minutes(15));

    let events = published(&world, TERMINATE);
    let [first, second] = &events[..] else { panic!("{events:?}") };
    assert_ne!(first["LifecycleActionToken"], second["LifecycleActionToken"]);
    assert_eq!((second["Destination"].as_str(), second.get("Action")), (Some("EC2"), None));
    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-1"]);
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-2"]);
}

#[test]
fn abandon_before_a_replacement_continues_or_fails() {
    for (fails, expected) in [(false, "InService"), (true, "Terminating:Wait")] {
        let switches =
            Switches { abandon_fails_root_volume_replacement: fails, ..Switches::default() };
        let mut world = replacing(json!({ "hook": [{ "name": "drain" }] }), json!({}), switches);

        world.advance(minutes(5));
        act(&mut world, "drain", "i-web-1", "ABANDON");
        world.advance(minutes(15));

        assert!(in_state(&world, "web", expected).contains(&"i-web-1".to_owned()), "{fails}");
    }
}

#[test]
fn heartbeats_keep_an_instance_before_its_replacement() {
    let hooks = json!({ "hook": [{ "name": "drain", "heartbeat_timeout": "10m" }] });
    let mut world = replacing(hooks, json!({}), Switches::default());
    let id = world.ec2_instance_named("i-web-1").unwrap();
    let by = crate::history::Caller::Other("test".to_owned());

    world.advance(minutes(9));
    world.record_heartbeat("web", "drain", &id, &by).expect("an active action");
    world.advance(minutes(18));
    assert_eq!(in_state(&world, "web", "ReplacingRootVolume:Wait"), ["i-web-1"]);
    world.advance(minutes(30));

    assert_eq!(ends(&world, "i-web-1"), [("drain".to_owned(), ActionEnd::HeartbeatTimeout)]);
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1"]);
}

#[test]
fn load_balancer_comes_before_the_hook_of_a_replacement() {
    let hooks = json!({ "elb_deregistration": "2m", "hook": [{ "name": "drain" }] });
    let mut world = replacing(hooks, json!({}), Switches::default());

    world.advance(minutes(10));

    let left = when(&world, "i-web-1", "ReplacingRootVolume").unwrap();
    assert_eq!(when(&world, "i-web-1", "ReplacingRootVolume:Wait"), Some(left + minutes(2)));
}

#[test]
fn spot_interruption_during_a_replacement_terminates_the_instance() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 1, "hook": [{ "name": "drain" }] }],
        "happens": [
            { "at": "0s", "what": "instance-refresh", "group": "web", "strategy": "ReplaceRootVolume" },
            { "at": "1m", "what": "spot-interruption", "instance": "i-web-1" },
        ],
    }));

    world.advance(minutes(30));

    assert!(states(&world, "i-web-1").contains(&"Terminating:Wait"));
    assert_eq!(published(&world, TERMINATE).len(), 2);
}

// Auto Scaling user guide, replace-root-volume: requirements and limitations.
#[test]
fn groups_that_aws_refuses_are_mistakes() {
    let warm = mistake(json!({ "warm_pool": { "instances": 1 } }));
    let template = mistake(json!({ "mixed_instances_policy": false }));

    assert!(warm.starts_with("happens[0].strategy: ") && warm.contains("warm pool"), "{warm}");
    assert!(template.contains("no mixed instances policy"), "{template}");
}

#[test]
fn refresh_waits_for_the_warmup_of_an_instance_with_a_new_root_volume() {
    let group = json!({ "instances": 2, "max_size": 4 });
    let mut world = replacing(group, json!({ "warmup": "10m" }), Switches::default());

    world.advance(minutes(30));

    let in_service = when(&world, "i-web-1", "InService").expect("the first");
    assert_eq!(when(&world, "i-web-2", "ReplacingRootVolume"), Some(in_service + minutes(10)));
}
