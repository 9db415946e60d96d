use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::scenario::{Scenario, Switches};
use crate::world::World;

mod declared;
mod instance_selector;

/// Plays a scenario of one group and one step. Returns the mistake, if the play fails.
fn mistake(group: Value, step: Value) -> Option<String> {
    let scenario = json!({ "group": [group], "happens": [step] });
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(1, Switches::default());
    world.play(&scenario).err().map(|mistake| mistake.to_string())
}

fn web() -> Value {
    json!({ "name": "web", "instances": 2, "cluster": "web" })
}

fn of_step(mut step: Value) -> String {
    step["at"] = json!("1m");
    mistake(web(), step).expect("a mistake")
}

#[test]
fn a_step_that_names_nothing_is_a_mistake_with_its_place() {
    let instance = of_step(json!({ "what": "unhealthy", "instance": "i-web-3" }));
    let group = of_step(json!({ "what": "instance-refresh", "group": "wbe" }));

    assert!(instance.starts_with("happens[0].instance: no instance `i-web-3`"), "{instance}");
    assert_eq!(group, "happens[0].group: no group `wbe`");
}

#[test]
fn values_that_aws_would_refuse_are_mistakes() {
    let status =
        of_step(json!({ "what": "set-state", "instance": "i-web-1", "status": "INACTIVE" }));
    let size = of_step(json!({ "what": "desired-capacity", "group": "web", "to": 5 }));
    let percentage = of_step(json!({
        "what": "instance-refresh", "group": "web", "min_healthy_percentage": 101,
    }));
    let bucket = of_step(json!({
        "what": "throttling", "bucket": "ecs", "for": "1m", "others_per_second": 3.0,
    }));

    assert!(status.starts_with("happens[0].status"));
    assert!(size.starts_with("happens[0].to"));
    assert!(percentage.starts_with("happens[0].min_healthy_percentage"));
    assert!(bucket.starts_with("happens[0].bucket"));
}

#[test]
fn a_task_on_an_instance_of_another_cluster_is_a_mistake() {
    let found = of_step(json!({
        "what": "run-task", "family": "report", "cluster": "other", "on": "i-web-1",
    }));

    assert_eq!(found, "happens[0].on: i-web-1 is not in the cluster `other`");
}

// API reference, PutLifecycleHook: 30 to 7200 seconds.
#[test]
fn a_heartbeat_timeout_outside_its_range_is_a_mistake() {
    let group = json!({
        "name": "web", "instances": 1, "hook": [{ "name": "drain", "heartbeat_timeout": "20s" }],
    });
    let step = json!({ "at": "0s", "what": "message", "queue": "q", "body": "x" });

    let found = mistake(group, step).expect("a mistake");

    assert!(found.starts_with("group[0].hook.heartbeat_timeout"), "{found}");
}

#[test]
fn every_kind_of_step_is_understood() {
    let steps = json!([
        { "at": "1s", "what": "agent-disconnects", "instance": "i-web-1", "for": "20m" },
        { "at": "2s", "what": "set-state", "instance": "i-web-1", "status": "DRAINING" },
        { "at": "3s", "what": "run-task", "family": "report", "cluster": "web", "on": "i-web-2" },
        { "at": "500ms", "what": "run-task", "family": "report", "cluster": "web", "on": "each:web" },
        { "at": "5s", "what": "message", "queue": "q", "body": "{" },
        { "at": "6s", "what": "event", "event": { "detail-type": "x" } },
        { "at": "7s", "what": "events", "become": "lost", "for": "5m" },
        { "at": "8s", "what": "throttling", "bucket": "autoscaling", "for": "1m",
          "others_per_second": 9.5 },
        { "at": "8s", "what": "no-capacity", "group": "web", "for": "1m" },
        { "at": "8s", "what": "delete-hook", "group": "web", "hook": "drain" },
        { "at": "8s", "what": "broken-deployment", "for": "1m" },
        { "at": "8s", "what": "expired-credentials", "for": "1m" },
        { "at": "8s", "what": "deny-cluster", "cluster": "web", "for": "1m" },
        { "at": "8s", "what": "stale-reads", "for": "9s", "operation": "ListTasks" },
        { "at": "9s", "what": "stale-reads", "for": "9s" },
    ]);
    let mut group = web();
    group["hook"] = json!([{ "name": "drain" }]);
    let scenario = json!({ "group": [group], "happens": steps });
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");
    world.advance(Duration::from_secs(9));

    let scripted = |entry: &&crate::history::Entry| {
        matches!(entry.fact, crate::history::Fact::Scripted { .. })
    };
    assert_eq!(world.history().iter().filter(scripted).count(), 15);
}

#[test]
fn a_task_can_be_on_several_instances_that_are_named() {
    let task = json!({ "family": "report", "cluster": "web", "on": "i-web-1, i-web-2" });
    let scenario = json!({ "group": [{ "name": "web", "instances": 3, "cluster": "web" }], "standalone": [task] });
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");

    let tasks = |world: &World, name: &str| {
        world.tasks_left_on(&world.ec2_instance_named(name).expect("an instance")).len()
    };
    let on_each = ["i-web-1", "i-web-2", "i-web-3"].map(|name| tasks(&world, name));
    assert_eq!(on_each, [1, 1, 0]);
}

#[test]
fn an_instance_that_never_joined_has_no_container_instance_from_the_start() {
    let group = json!({ "name": "web", "instances": 2, "cluster": "web", "never_joined": 1 });
    let scenario: Scenario =
        serde_json::from_value(json!({ "group": [group] })).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");

    let status = |world: &World, name: &str| {
        world.container_instance_status(&world.ec2_instance_named(name).expect("an instance"))
    };
    assert_eq!((status(&world, "i-web-1"), status(&world, "i-web-2")), (Some("ACTIVE"), None));
}

#[test]
fn a_message_to_a_queue_that_nobody_deployed_is_no_mistake() {
    let step = json!({ "at": "1s", "what": "message", "queue": "q", "body": "x" });
    let scenario: Scenario =
        serde_json::from_value(json!({ "happens": [step] })).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");
    world.advance(Duration::from_secs(2));

    assert_eq!(world.fatality(), None);
}

#[test]
fn a_field_that_a_step_does_not_have_is_no_scenario() {
    let step = json!({ "at": "1s", "what": "unhealthy", "instance": "i-web-1", "why": "so" });
    let scenario = json!({ "group": [web()], "happens": [step] });

    let read: Result<Scenario, _> = serde_json::from_value(scenario);

    assert!(read.is_err_and(|mistake| mistake.to_string().contains("unknown field `why`")));
}

/// Returns the mistake of a fault. With `deployed`, the world has one queue, one rule and one function; else none.
fn of_fault(fault: Value, deployed: bool) -> Option<String> {
    of_scenario(json!({ "fault": [fault] }), deployed)
}

fn of_scenario(scenario: Value, deployed: bool) -> Option<String> {
    let deployment = json!({
        "queue": [{ "name": "q" }],
        "rule": [{ "name": "r", "pattern": { "source": ["s"] }, "target": "q" }],
        "function": [{ "name": "f" }],
    });
    let mut world = World::new(1, Switches::default());
    if deployed {
        world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    }
    let scenario: Scenario = serde_json::from_value(scenario).unwrap();
    world.play(&scenario).err().map(|mistake| mistake.to_string())
}

#[test]
fn a_fault_of_something_that_is_not_deployed_is_a_mistake_with_its_place() {
    let faults = [
        json!({ "of": "call", "function": "x", "operation": "ListTasks", "nth": 1, "become": "slow" }),
        json!({ "of": "invocation", "function": "x", "nth": 1, "become": "killed", "after": "1s" }),
        json!({ "of": "delivery", "rule": "x", "nth": 1, "become": "lost" }),
        json!({ "of": "message", "queue": "x", "nth": 1, "again_after": "0s" }),
    ];
    let expected = [
        "fault[0].function: no function `x` is deployed; there are f",
        "fault[0].function: no function `x` is deployed; there are f",
        "fault[0].rule: no rule `x` is deployed; there are r",
        "fault[0].queue: no queue `x` is deployed; there are q",
    ];

    for (fault, problem) in faults.into_iter().zip(expected) {
        assert_eq!(of_fault(fault.clone(), false), None, "where nothing is deployed");
        assert_eq!(of_fault(fault, true).as_deref(), Some(problem));
    }
}

#[test]
fn a_fault_of_an_operation_that_is_not_known_is_a_mistake_whoever_responds() {
    let fault = json!({
        "of": "call", "function": "f", "operation": "ListTask", "nth": 1, "become": "slow",
    });
    let problem = "fault[0].operation: no operation `ListTask` is known; \
                there are ChangeMessageVisibility, ChangeMessageVisibilityBatch, CompleteLifecycleAction";

    for deployed in [false, true] {
        let found = of_fault(fault.clone(), deployed).expect("a mistake");
        assert!(found.starts_with(problem), "{found}");
    }
}

#[test]
fn a_message_to_a_queue_that_is_not_among_those_deployed_is_a_mistake() {
    let message =
        |queue: &str| json!({ "at": "1s", "what": "message", "queue": queue, "body": "x" });
    let found = |queue: &str| of_scenario(json!({ "happens": [message(queue)] }), true);

    let problem = "happens[0].queue: no queue `x` is deployed; there are q";
    assert_eq!(found("x").as_deref(), Some(problem));
    assert_eq!(found("q"), None);
}

#[test]
fn a_fault_that_could_never_strike_is_a_mistake() {
    let fault = json!({ "of": "delivery", "rule": "r", "nth": 0, "become": "lost" });
    let stale = |operation: &str| {
        of_step(json!({ "what": "stale-reads", "for": "9s", "operation": operation }))
    };

    assert_eq!(of_fault(fault, true).as_deref(), Some("fault[0].nth: numbers begin at 1"));
    for operation in ["StopTask", "ListTask", "GetQueueUrl"] {
        let problem = format!("happens[0].operation: `{operation}` is no read that can lag");
        assert_eq!(stale(operation), problem);
    }
}

// If two steps of a kind overlap, the shorter one does not end the longer one.
#[test]
fn a_shorter_broken_deployment_does_not_end_a_longer_one() {
    let broken =
        |at: &str, for_: &str| json!({ "at": at, "what": "broken-deployment", "for": for_ });
    let scenario = json!({ "happens": [broken("1s", "9m"), broken("2s", "1s")] });
    let scenario: Scenario = serde_json::from_value(scenario).expect("a scenario");
    let mut world = World::new(1, Switches::default());

    world.play(&scenario).expect("no mistake");
    world.advance(Duration::from_secs(3));

    assert_eq!(world.lambda.broken_until, Some(Duration::from_secs(541)));
}
