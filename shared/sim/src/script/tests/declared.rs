//! Queues and event rules of a scenario.

use super::*;
use crate::sqs;

const TERMINATE: &str = "EC2 Instance-terminate Lifecycle Action";

/// Returns a scenario with a hook `drain`. A rule delivers the events of the hook to the queue `drainer`.
fn scenario() -> Value {
    json!({
        "queue": [{ "name": "drainer", "visibility_timeout": "2m" }],
        "rule": [{
            "name": "drainer",
            "pattern": {
                "source": ["aws.autoscaling"], "detail-type": [TERMINATE],
                "detail": { "LifecycleHookName": ["drain"] },
            },
            "target": "drainer",
        }],
        "group": [{
            "name": "web", "instances": 2, "hook": [{ "name": "drain" }, { "name": "other" }],
        }],
        "happens": [
            { "at": "1s", "what": "terminate-in-group", "instance": "i-web-1" },
            { "at": "2s", "what": "message", "queue": "drainer", "body": "{}" },
        ],
    })
}

fn play(world: &mut World, scenario: Value) -> Result<(), ScriptError> {
    world.play(&serde_json::from_value(scenario).expect("a scenario"))
}

fn mistake_with(changes: &[(&str, Value)]) -> String {
    let mut scenario = scenario();
    for (pointer, value) in changes {
        *scenario.pointer_mut(pointer).expect("a place") = value.clone();
    }
    play(&mut World::new(1, Switches::default()), scenario).expect_err("a mistake").to_string()
}

/// Returns the bodies of all messages in a queue.
fn bodies(world: &mut World, queue: &str) -> Vec<Value> {
    let received = sqs::receive(world, queue, 10, None);
    received.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

#[test]
fn rule_of_a_scenario_carries_the_events_of_its_hook_and_no_other() {
    let mut world = World::new(1, Switches::default());
    play(&mut world, scenario()).unwrap();

    world.advance(Duration::from_secs(60));

    let bodies = bodies(&mut world, "drainer");
    let hooks: Vec<_> = bodies.iter().map(|body| &body["detail"]["LifecycleHookName"]).collect();
    assert_eq!(hooks.len(), 2);
    assert!(hooks.contains(&&json!("drain")) && hooks.contains(&&Value::Null), "{hooks:?}");
}

#[test]
fn scenario_declares_queues_beside_those_that_are_deployed() {
    let mut world = World::new(1, Switches::default());
    let deployed = json!({ "queue": [{ "name": "asg-lifecycle" }] });
    world.deploy(serde_json::from_value(deployed).unwrap()).unwrap();

    play(&mut world, scenario()).unwrap();

    assert_eq!(world.sqs.queues().collect::<Vec<_>>(), ["asg-lifecycle", "drainer"]);
}

#[test]
fn queue_that_is_deployed_cannot_be_declared() {
    let mut world = World::new(1, Switches::default());
    let deployed = json!({ "queue": [{ "name": "drainer" }] });
    world.deploy(serde_json::from_value(deployed).unwrap()).unwrap();

    let mistake = play(&mut world, scenario()).expect_err("a mistake").to_string();

    assert_eq!(mistake, "queue[0].name: there is another queue `drainer`");
}

#[test]
fn declared_names_and_values_that_aws_refuses_are_mistakes() {
    let name = mistake_with(&[("/queue/0/name", json!("drainer.fifo"))]);
    let timeout = mistake_with(&[("/queue/0/visibility_timeout", json!("13h"))]);
    let pattern = mistake_with(&[("/rule/0/pattern", json!({ "detail": {} }))]);

    assert!(name.starts_with("queue[0].name: `drainer.fifo` is not 1 to 80"), "{name}");
    assert!(timeout.starts_with("queue[0].visibility_timeout: "), "{timeout}");
    assert!(pattern.starts_with("rule[0].pattern: the pattern at detail is empty"), "{pattern}");
}

#[test]
fn rule_that_leads_nowhere_is_a_mistake_beside_a_deployment() {
    let mut world = World::new(1, Switches::default());
    let deployed = json!({ "queue": [{ "name": "asg-lifecycle" }] });
    world.deploy(serde_json::from_value(deployed).unwrap()).unwrap();
    let mut wrong = scenario();
    wrong["rule"][0]["target"] = json!("drains");

    let mistake = play(&mut world, wrong).expect_err("a mistake").to_string();

    assert!(
        mistake.starts_with("rule[0].target: there is no queue `drains`; there are"),
        "{mistake}"
    );
}
