use serde_json::json;

use super::*;

// Auto Scaling user guide, ec2-auto-scaling-termination-policies.
#[test]
fn scale_in_takes_the_instances_that_are_there_the_longest() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 4, "hook": [{ "name": "drain" }] }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 2 }],
    }));

    world.advance(minutes(1));

    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-1", "i-web-2"]);
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-3", "i-web-4"]);
    assert_eq!(why(&world, "i-web-1", "Terminating").as_deref(), Some("scale-in"));
}

#[test]
fn scale_out_launches_what_is_missing() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 2 }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 4 }],
    }));

    world.advance(minutes(2));

    assert_eq!(in_state(&world, "web", "InService").len(), 4);
    assert_eq!(published(&world, "EC2 Instance Launch Successful").len(), 2);
}

// Auto Scaling user guide, ec2-auto-scaling-capacity-rebalancing: the replacement first, then the old instance.
#[test]
fn capacity_rebalancing_terminates_the_old_instance_when_its_replacement_is_in_service() {
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 2, "capacity_rebalance": true, "hook": [{ "name": "drain" }],
        }],
        "happens": [{ "at": "0s", "what": "rebalance-recommendation", "instance": "i-web-2" }],
    }));

    world.advance(minutes(3));

    let replaced = when(&world, "i-web-3", "InService").expect("the replacement");
    assert!(when(&world, "i-web-2", "Terminating").is_some_and(|chosen| chosen >= replaced));
    assert_eq!(why(&world, "i-web-2", "Terminating").as_deref(), Some("capacity rebalancing"));
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1", "i-web-3"]);
}

// EC2 user guide, rebalance-recommendations: a recommendation is no promise of an interruption.
#[test]
fn a_rebalance_recommendation_moves_nothing_in_a_group_without_capacity_rebalancing() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 2 }],
        "happens": [{ "at": "0s", "what": "rebalance-recommendation", "instance": "i-web-2" }],
    }));

    world.advance(minutes(30));

    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1", "i-web-2"]);
    assert_eq!(published(&world, "EC2 Instance Rebalance Recommendation").len(), 1);
}

// Auto Scaling user guide, ec2-auto-scaling-capacity-rebalancing: Auto Scaling calls the hook at the Spot warning.
#[test]
fn a_spot_notice_under_capacity_rebalancing_calls_the_hook_and_launches_at_once() {
    let mut world = playing(json!({
        "group": [{
            "name": "web", "instances": 2, "capacity_rebalance": true, "hook": [{ "name": "drain" }],
        }],
        "happens": [{ "at": "10s", "what": "spot-interruption", "instance": "i-web-1" }],
    }));

    world.advance(minutes(10));

    assert_eq!(when(&world, "i-web-1", "Terminating:Wait"), Some(Duration::from_secs(10)));
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-2", "i-web-3"]);
    assert_eq!(
        world.ec2.state(&world.ec2_instance_named("i-web-1").unwrap()).unwrap().name(),
        "terminated"
    );
    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-1"], "the hook holds on");
}

#[test]
fn the_next_launches_have_the_ids_that_are_given() {
    let id = "i-0e13d5a98b7c42f16";
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 2, "launch_ids": [id] }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 4 }],
    }));

    world.advance(minutes(2));

    assert_eq!(world.ec2_instance_named("i-web-3").as_deref(), Some(id));
    assert!(world.ec2_instance_named("i-web-4").is_some_and(|drawn| drawn != id));
}

/// Returns a world whose group is to grow from one instance to three. EC2 has no capacity from the first minute to the
/// tenth.
fn without_capacity(more: serde_json::Value) -> World {
    let mut group = json!({ "name": "web", "instances": 1, "max_size": 5 });
    group.as_object_mut().expect("a group").extend(more.as_object().expect("fields").clone());
    playing(json!({
        "group": [group],
        "happens": [
            { "at": "1m", "what": "no-capacity", "group": "web", "for": "9m" },
            { "at": "2m", "what": "no-capacity", "group": "web", "for": "1m" },
            { "at": "2m", "what": "desired-capacity", "group": "web", "to": 3 },
        ],
    }))
}

// Auto Scaling user guide, ts-as-capacity: Auto Scaling keeps trying until EC2 has the capacity.
#[test]
fn nothing_is_launched_until_ec2_has_capacity_again() {
    let mut world = without_capacity(json!({}));

    world.advance(minutes(10) - Duration::from_secs(1));
    let meanwhile = world.autoscaling.members_of("web").len();
    world.advance(minutes(15));

    assert_eq!(meanwhile, 1);
    assert_eq!(in_state(&world, "web", "InService").len(), 3);
}

// EC2 user guide, troubleshooting-launch: InsufficientInstanceCapacity comes "when you try to launch an instance or
// restart a stopped instance".
#[test]
fn without_capacity_the_warm_pool_neither_gives_nor_gets_an_instance() {
    let mut world = without_capacity(json!({ "warm_pool": { "instances": 1 } }));
    world.advance(Duration::from_secs(61));
    world.terminate_instance(&world.ec2_instance_named("i-web-1").expect("an instance"));

    world.advance(minutes(10) - Duration::from_secs(1));
    let launched = world.ec2_instance_named("i-web-3");
    world.advance(minutes(20));

    assert_eq!(launched, None);
    assert_eq!(in_state(&world, "web", "InService").len(), 3);
}
