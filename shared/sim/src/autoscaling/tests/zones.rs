//! Availability Zones of a group.

use serde_json::json;

use super::*;

/// Returns the zones of a group's instances in service, the oldest instance first.
fn zones(world: &World) -> Vec<&'static str> {
    let in_service = world.autoscaling.in_service("web");
    in_service.iter().map(|id| world.ec2.get(id).unwrap().zone).collect()
}

fn count(world: &World, zone: &str) -> usize {
    zones(world).iter().filter(|one| **one == zone).count()
}

// Auto Scaling user guide, auto-scaling-benefits, "Instance distribution".
#[test]
fn group_is_balanced_over_the_zones_at_its_start_and_after_a_launch() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 4 }],
        "happens": [{ "at": "0s", "what": "desired-capacity", "group": "web", "to": 6 }],
    }));
    assert_eq!(zones(&world), ["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1a"]);

    world.advance(minutes(10));

    assert_eq!(zones(&world)[4..], ["eu-west-1b", "eu-west-1c"]);
}

// Auto Scaling user guide, ec2-auto-scaling-termination-policies: the zone with the most instances comes first.
#[test]
fn scale_in_takes_the_oldest_instance_of_the_largest_zone() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 4 }],
        "happens": [
            { "at": "0s", "what": "desired-capacity", "group": "web", "to": 3 },
            { "at": "10m", "what": "desired-capacity", "group": "web", "to": 2 },
        ],
    }));

    world.advance(minutes(5));
    assert_eq!(in_state(&world, "web", "InService"), ["i-web-2", "i-web-3", "i-web-4"]);
    world.advance(minutes(15));

    assert_eq!(in_state(&world, "web", "InService"), ["i-web-3", "i-web-4"]);
    assert_eq!(count(&world, "eu-west-1b"), 0);
}
