mod rules;

use serde_json::json;

use super::*;
use crate::history::{Caller, Fact};
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{Lengths, PlannedFault, Switches};
use crate::world::World;

/// Returns a world in which a rule takes the events of `source` to the queue `q`.
fn world(source: &str) -> World {
    let mut world = World::new(1, Switches::default());
    let deployment = json!({
        "queue": [{"name": "q"}],
        "rule": [{"name": "r", "pattern": {"source": [source]}, "target": "q"}],
        "schedule": [{"name": "s", "every": "1m", "target": "q"}],
    });
    world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    world
}

fn interrupted() -> BusEvent {
    BusEvent {
        source: "aws.ec2",
        detail_type: "EC2 Spot Instance Interruption Warning",
        resources: vec!["arn:aws:ec2:eu-west-1a:instance/i-1".to_owned()],
        detail: json!({"instance-id": "i-1", "instance-action": "terminate"}),
        about: "i-1".to_owned(),
    }
}

fn bodies(world: &mut World) -> Vec<Value> {
    let received = crate::sqs::receive(world, "q", 10, None);
    received.iter().map(|message| serde_json::from_str(&message.body).unwrap()).collect()
}

// EventBridge user guide, eb-events-structure.
#[test]
fn a_target_gets_the_event_in_its_envelope() {
    let mut world = world("aws.ec2");

    world.publish(interrupted());
    world.advance(Duration::from_secs(2));

    let bodies = bodies(&mut world);
    assert_eq!(bodies.len(), 1);
    assert_eq!(bodies[0]["version"], "0");
    assert_eq!(bodies[0]["account"], ACCOUNT);
    assert_eq!(bodies[0]["time"], "2026-03-02T09:00:00Z");
    assert_eq!(bodies[0]["detail"]["instance-id"], "i-1");
}

#[test]
fn a_run_may_end_while_events_that_ecs_repeats_are_delivered() {
    let is_eventful = |detail_type| {
        let mut world = world("aws.ec2");
        world.publish(BusEvent { detail_type, ..interrupted() });
        world.is_eventful()
    };

    assert!(is_eventful("EC2 Spot Instance Interruption Warning"));
    assert!(!is_eventful("ECS Service Action"));
}

#[test]
fn a_delivery_takes_as_long_as_the_switch_says() {
    let mut world = world("aws.ec2");
    world.switches.event_delivery = Lengths::millis(300, 1500);

    world.publish(interrupted());
    world.advance(Duration::from_millis(299));
    let early = bodies(&mut world);
    world.advance(Duration::from_millis(1500));

    assert_eq!(early.len(), 0);
    assert_eq!(bodies(&mut world).len(), 1);
}

#[test]
fn an_event_that_no_rule_matches_goes_nowhere() {
    let mut world = world("aws.ecs");

    world.publish(interrupted());
    world.advance(Duration::from_secs(5));

    assert_eq!(bodies(&mut world).len(), 0);
}

// EventBridge user guide, eb-service-event: a best-effort event might not be delivered; eb-troubleshooting: a rule
// can run more than once for an event.
#[test]
fn interference_loses_or_doubles_events_of_one_detail_type_until_its_end() {
    let mut world = world("aws.ec2");
    let spot = || Some(interrupted().detail_type.to_owned());

    world.interfere(spot(), None, Delivery::Lost, Some(Duration::from_secs(10)));
    world.publish(interrupted());
    world.advance(Duration::from_secs(10));
    let lost = bodies(&mut world);
    world.interfere(spot(), None, Delivery::Twice, None);
    world.publish(interrupted());
    world.advance(Duration::from_secs(50));

    assert_eq!(lost.len(), 0);
    assert_eq!(bodies(&mut world).len(), 2);
}

// The documentation gives no time for best-effort delivery.
#[test]
fn a_late_event_comes_after_minutes() {
    let mut world = world("aws.ec2");

    world.interfere(None, None, Delivery::Late, None);
    world.publish(interrupted());
    world.advance(Duration::from_secs(359));
    let spot = |world: &mut World| {
        let all = (0..3).flat_map(|_| bodies(world)).collect::<Vec<_>>();
        all.iter().filter(|body| body["source"] == "aws.ec2").count()
    };
    let early = spot(&mut world);
    world.advance(Duration::from_secs(722));

    assert_eq!((early, spot(&mut world)), (0, 1));
}

// EventBridge user guide, eb-run-lambda-schedule.
#[test]
fn a_schedule_fires_at_every_full_interval() {
    let mut world = world("aws.ec2");

    world.advance(Duration::from_secs(179));

    let bodies = bodies(&mut world);
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[1]["detail-type"], "Scheduled Event");
    assert_eq!(bodies[1]["time"], "2026-03-02T09:02:00Z");
    assert_eq!(
        bodies[1]["resources"][0],
        format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/s").as_str()
    );
}

// EventBridge user guide, eb-putevents.
#[test]
fn put_events_refuses_sources_of_aws_entry_by_entry() {
    let mut world = world("my.app");
    let entry = |source: &str| json!({"Source": source, "DetailType": "d", "Detail": "{}"});

    let answer = call(
        &mut world,
        &Caller::outside(),
        "PutEvents",
        &json!({"Entries": [entry("aws.ecs"), entry("my.app")]}),
    );
    world.advance(Duration::from_secs(2));

    let answer = answer.unwrap();
    assert_eq!(answer["FailedEntryCount"], 1);
    assert_eq!(answer["Entries"][0]["ErrorCode"], "NotAuthorizedForSourceException");
    assert_eq!(bodies(&mut world).len(), 1);
}

fn fault(rule: &str, nth: u32, become_: Delivery) -> PlannedFault {
    PlannedFault::Delivery { rule: rule.to_owned(), nth, become_ }
}

/// Returns the number of messages in a queue after the last delivery.
fn delivered(world: &mut World, queue: &str) -> usize {
    world.advance(world.elapsed() + Duration::from_secs(59));
    crate::sqs::receive(world, queue, 10, None).len()
}

// EventBridge user guide, eb-service-event and eb-troubleshooting, as above.
#[test]
fn a_fault_strikes_the_delivery_by_its_rule_and_number_and_no_other() {
    let mut world = world("aws.ec2");
    let other = json!({
        "queue": [{"name": "other"}],
        "rule": [{"name": "o", "pattern": {"source": ["aws.ec2"]}, "target": "other"}],
    });
    world.deploy(serde_json::from_value(other).unwrap()).unwrap();
    world.plan_faults(&[fault("r", 2, Delivery::Lost)]);

    (0..3).for_each(|_| world.publish(interrupted()));

    assert_eq!((delivered(&mut world, "q"), delivered(&mut world, "other")), (2, 3));
}

#[test]
fn a_delivery_that_is_planned_to_come_twice_does_while_all_else_is_lost() {
    let mut world = world("aws.ec2");
    world.plan_faults(&[fault("r", 1, Delivery::Twice)]);
    world.interfere(None, None, Delivery::Lost, None);

    (0..2).for_each(|_| world.publish(interrupted()));

    assert_eq!(delivered(&mut world, "q"), 2);
}

#[test]
fn a_fault_of_a_delivery_tells_whom_its_event_is_about() {
    let mut world = world("aws.ec2");
    world.plan_faults(&[fault("r", 2, Delivery::Lost)]);

    for id in ["i-1", "i-2", "i-3"] {
        world.publish(BusEvent { about: id.to_owned(), ..interrupted() });
    }

    let struck = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Fault { kind, about, .. } => Some((*kind, about.as_deref())),
        _ => None,
    });
    assert_eq!(struck.collect::<Vec<_>>(), [("lost", Some("i-2"))]);
}
