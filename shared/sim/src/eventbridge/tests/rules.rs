//! Rules that start tasks, and their states, each claim with its source.

use serde_json::json;

use super::*;
use crate::api::Refusal;
use crate::history::Caller;
use crate::scenario::Scenario;

const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/shop";

/// Returns a world with the rules `every-5` of tasks, `on-order` of tasks for events, and `managed`.
fn world() -> World {
    let run_task = json!({ "cluster": "shop", "family": "job", "lasts": "30s" });
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [{ "name": "g", "cluster": "shop", "instances": 1 }],
        "queue": [{ "name": "audit" }],
        "rule": [
            { "name": "every-5", "every": "5m", "run_task": run_task },
            { "name": "on-order", "pattern": { "source": ["shop"] }, "run_task": run_task },
            { "name": "managed", "pattern": { "source": ["aws.ecs"] }, "target": "audit", "managed_by": "states.amazonaws.com" },
        ],
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.switches.rule_change = Lengths::secs(10);
    world.play(&scenario).unwrap();
    world
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, Refusal> {
    call(world, &Caller::Other("operator".to_owned()), operation, &input)
}

fn starts(world: &World) -> Vec<u64> {
    let made = world.history().iter().filter(|entry| {
        matches!(&entry.fact, Fact::Call { by: Caller::Aws("events"), operation, outcome, .. }
            if operation == "RunTask" && outcome == "ok")
    });
    made.map(|entry| entry.at.as_secs()).collect()
}

fn order(world: &mut World) {
    let event = json!({ "Source": "shop", "DetailType": "Order", "Detail": "{\"id\":1}" });
    ask(world, "PutEvents", json!({ "Entries": [event] })).unwrap();
}

fn until(world: &mut World, secs: u64) {
    world.advance(Duration::from_secs(secs));
}

#[test]
fn scheduled_rule_runs_its_task_at_its_rate() {
    let mut world = world();

    until(&mut world, 605);

    assert_eq!(starts(&world), [300, 600]);
}

#[test]
fn event_that_matches_a_rule_runs_its_task_and_is_kept() {
    let mut world = world();

    order(&mut world);
    until(&mut world, 5);

    assert_eq!(starts(&world).len(), 1);
    assert_eq!(world.events_put()[0]["detail"], json!({ "id": 1 }));
}

// API reference, DisableRule: "incoming events might continue to match to the disabled rule".
#[test]
fn disabled_rule_reacts_for_a_short_time_and_not_afterwards() {
    let mut world = world();

    ask(&mut world, "DisableRule", json!({ "Name": "on-order" })).unwrap();
    until(&mut world, 9);
    order(&mut world);
    until(&mut world, 20);
    let shortly_after = starts(&world).len();
    order(&mut world);
    until(&mut world, 40);

    assert_eq!((shortly_after, starts(&world).len()), (1, 1));
}

#[test]
fn rule_that_is_enabled_again_reacts_again() {
    let mut world = world();
    ask(&mut world, "DisableRule", json!({ "Name": "every-5" })).unwrap();
    until(&mut world, 301);
    let meanwhile = starts(&world).len();

    ask(&mut world, "EnableRule", json!({ "Name": "every-5" })).unwrap();
    until(&mut world, 601);

    assert_eq!((meanwhile, starts(&world)), (0, vec![600]));
}

// API reference, ManagedRuleException.
#[test]
fn managed_rule_and_an_unknown_rule_are_refused() {
    let mut world = world();
    let mut code = |name: &str| {
        ask(&mut world, "DisableRule", json!({ "Name": name })).unwrap_err().to_string()
    };

    assert!(code("managed").starts_with("ManagedRuleException"));
    assert!(code("none").starts_with("ResourceNotFoundException"));
}

// API reference, Target: the ARN of an ECS target is that of the cluster.
#[test]
fn rules_of_a_cluster_are_found_by_its_arn_with_their_task_definitions() {
    let mut world = world();

    let names = ask(&mut world, "ListRuleNamesByTarget", json!({ "TargetArn": CLUSTER })).unwrap();
    let targets = ask(&mut world, "ListTargetsByRule", json!({ "Rule": "every-5" })).unwrap();

    assert_eq!(names["RuleNames"], json!(["every-5", "on-order"]));
    let definition = &targets["Targets"][0]["EcsParameters"]["TaskDefinitionArn"];
    assert_eq!(*definition, "arn:aws:ecs:eu-west-1:111122223333:task-definition/job");
}

#[test]
fn rules_are_listed_by_prefix_and_in_pages() {
    let mut world = world();
    let mut names = |input| {
        let answer = ask(&mut world, "ListRules", input).unwrap();
        let rules = answer["Rules"].as_array().unwrap().iter();
        let names: Vec<_> = rules.map(|it| it["Name"].as_str().unwrap().to_owned()).collect();
        (names, answer["NextToken"].clone())
    };

    let (first, token) = names(json!({ "Limit": 2 }));
    let (rest, end) = names(json!({ "Limit": 2, "NextToken": token }));
    let (of_prefix, _) = names(json!({ "NamePrefix": "on-" }));

    assert_eq!(
        (first, rest),
        (vec!["every-5".to_owned(), "managed".to_owned()], vec!["on-order".to_owned()])
    );
    assert_eq!((end, of_prefix), (Value::Null, vec!["on-order".to_owned()]));
}
