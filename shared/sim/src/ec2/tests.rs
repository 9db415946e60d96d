use std::time::Duration;

use serde_json::json;

use super::*;
use crate::autoscaling::tests::{playing, published};
use crate::history::Fact;
use crate::world::World;

fn ec2_states(world: &World, name: &str) -> Vec<(&'static str, Duration)> {
    let id = world.ec2_instance_named(name).unwrap_or_default();
    let taken = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Ec2Instance { ec2_instance, state } if *ec2_instance == id => {
            Some((*state, entry.at))
        }
        _ => None,
    });
    taken.collect()
}

fn only_states(world: &World, name: &str) -> Vec<&'static str> {
    ec2_states(world, name).into_iter().map(|(state, _)| state).collect()
}

fn interrupted(action: &str) -> World {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 1 }],
        "happens": [
            { "at": "10s", "what": "spot-interruption", "instance": "i-web-1", "action": action },
        ],
    }));
    world.advance(Duration::from_secs(210));
    world
}

// EC2 user guide, ec2-instance-lifecycle.
#[test]
fn a_launched_instance_is_pending_and_then_running() {
    let mut world = World::new(1, Default::default());

    let id = world.launch_instance(None, "i-web-1", crate::region::ZONES[0]);
    world.advance(Duration::from_secs(60));

    assert_eq!(only_states(&world, &id), ["pending", "running"]);
    assert_eq!(id.len(), "i-".len() + 17);
    assert_eq!(world.ec2_instance_named("i-web-1"), Some(id));
}

#[test]
fn a_terminated_instance_shuts_down_first() {
    let mut world = World::new(1, Default::default());
    let id = world.launch_instance(None, "i-web-1", crate::region::ZONES[0]);
    world.advance(Duration::from_secs(60));

    world.terminate_instance(&id);
    world.terminate_instance(&id);
    world.advance(Duration::from_secs(180));

    assert_eq!(only_states(&world, &id)[2..], ["shutting-down", "terminated"]);
    assert_eq!(published(&world, "EC2 Instance State-change Notification").len(), 4);
}

#[test]
fn an_instance_terminated_while_pending_never_runs() {
    let mut world = World::new(1, Default::default());
    let id = world.launch_instance(None, "i-web-1", crate::region::ZONES[0]);

    world.terminate_instance(&id);
    world.advance(Duration::from_secs(180));

    assert_eq!(only_states(&world, &id), ["pending", "shutting-down", "terminated"]);
}

#[test]
fn a_stopped_instance_starts_again_with_its_id() {
    let mut world = World::new(1, Default::default());
    let id = world.launch_instance(None, "i-web-1", crate::region::ZONES[0]);
    world.advance(Duration::from_secs(60));

    world.stop_instance(&id);
    world.advance(Duration::from_secs(180));
    world.start_instance(&id);
    world.advance(Duration::from_secs(240));

    assert_eq!(only_states(&world, &id)[2..], ["stopping", "stopped", "pending", "running"]);
}

// EC2 user guide, spot-instance-termination-notices: two minutes.
#[test]
fn a_spot_instance_goes_two_minutes_after_its_notice() {
    let world = interrupted("terminate");

    assert_eq!(ec2_states(&world, "i-web-1")[0], ("shutting-down", Duration::from_secs(130)));
    let event = &published(&world, "EC2 Spot Instance Interruption Warning")[0];
    assert_eq!(event["instance-action"], "terminate");
}

// EC2 user guide, spot-instance-termination-notices: "This format differs from the EC2 resource ARN format".
#[test]
fn the_arn_in_a_spot_warning_names_a_zone_and_no_account() {
    let world = interrupted("stop");
    let id = world.ec2_instance_named("i-web-1").unwrap();

    let warning = "EC2 Spot Instance Interruption Warning";
    let event = world.ec2.announced.iter().find(|event| event.detail_type == warning).unwrap();

    let zone = world.ec2.get(&id).unwrap().zone;
    assert_eq!(event.resources, [format!("arn:aws:ec2:{zone}:instance/{id}")]);
    assert_eq!(only_states(&world, "i-web-1")[0], "stopping");
}

// EC2 user guide, spot-instance-termination-notices: "the hibernation process begins immediately".
#[test]
fn hibernation_begins_with_its_notice() {
    let world = interrupted("hibernate");

    assert_eq!(ec2_states(&world, "i-web-1")[0], ("stopping", Duration::from_secs(10)));
}

// AWS Health user guide, aws-health-events-eventbridge-schema.
#[test]
fn a_health_event_holds_bare_ids_numbers_as_strings_and_a_date_in_words() {
    let mut world = playing(json!({
        "group": [{ "name": "web", "instances": 2 }],
        "happens": [{
            "at": "0s", "what": "health-event", "starts_in": "336h",
            "instances": ["i-web-1", "i-web-2"],
        }],
    }));
    world.advance(Duration::from_secs(1));

    let event = world.ec2.announced.iter().find(|event| event.source == "aws.health").unwrap();

    assert!(event.resources.iter().all(|id| id.starts_with("i-") && id.len() == 19));
    assert_eq!(event.detail["affectedEntities"][1]["entityValue"], event.resources[1]);
    assert_eq!(event.detail["startTime"], "Mon, 16 Mar 2026 09:00:00 GMT");
    assert_eq!(event.detail["page"], "1");
    assert_eq!(event.detail["eventTypeCategory"], "scheduledChange");
    assert_eq!(world.ec2.state(&event.resources[0]), Some(InstanceState::Running));
}
