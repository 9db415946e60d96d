//! Scalable targets of services, each claim with its source.

use std::time::Duration;

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::history::{Caller, Fact};
use crate::scenario::{Lengths, Scenario, Switches};
use crate::world::World;

/// Returns a world with the service `api`, which has a scalable target. The capacity follows a registration after 1 s.
fn world(desired: usize, scaling: Value) -> World {
    let switches = Switches { scalable_target_adjustment: Lengths::secs(1), ..Switches::default() };
    let scenario: Scenario = serde_json::from_value(json!({
        "group": [{ "name": "g", "cluster": "web", "instances": 1 }],
        "service": [{ "name": "api", "cluster": "web", "desired": desired, "scaling": scaling }],
    }))
    .unwrap();
    let mut world = World::new(1, switches);
    world.play(&scenario).unwrap();
    world
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, Refusal> {
    super::call(world, &Caller::Other("operator".to_owned()), operation, &input)
}

/// Returns the input of a call about the target of `api`.
fn target(members: Value) -> Value {
    let mut input = json!({
        "ServiceNamespace": "ecs",
        "ResourceId": "service/web/api",
        "ScalableDimension": "ecs:service:DesiredCount",
    });
    input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    input
}

fn register(world: &mut World, members: Value) {
    ask(world, "RegisterScalableTarget", target(members)).unwrap();
}

fn described(world: &mut World) -> Value {
    let input = json!({ "ServiceNamespace": "ecs", "ResourceIds": ["service/web/api"] });
    ask(world, "DescribeScalableTargets", input).unwrap()["ScalableTargets"][0].clone()
}

fn scale(world: &mut World, desired: usize) {
    let input = json!({ "cluster": "web", "service": "api", "desiredCount": desired });
    let operator = Caller::Other("operator".to_owned());
    crate::ecs::call(world, &operator, "UpdateService", &input).unwrap();
}

fn desired(world: &World) -> Option<usize> {
    world.active_desired_count("arn:aws:ecs:eu-west-1:111122223333:service/web/api")
}

fn pass(world: &mut World, secs: u64) {
    let now = world.elapsed();
    world.advance(now + Duration::from_secs(secs));
}

fn code(refusal: Result<Value, Refusal>) -> String {
    match refusal {
        Err(Refusal::Error(error)) => error.code,
        other => panic!("{other:?}"),
    }
}

const SUSPENDED: [&str; 3] =
    ["DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"];

fn suspension(flag: bool) -> Value {
    json!({ "SuspendedState": SUSPENDED.map(|name| (name, flag)).into_iter().collect::<std::collections::BTreeMap<_, _>>() })
}

// API reference, RegisterScalableTarget: the capacity moves between the bounds "even if you don't include the MinCapacity
// or MaxCapacity request parameters".
#[test]
fn suspension_of_a_target_starts_tasks_below_its_minimum() {
    let mut world = world(2, json!({ "min": 2, "max": 4 }));
    scale(&mut world, 0);

    register(&mut world, suspension(true));
    let at_once = desired(&world);
    pass(&mut world, 1);

    assert_eq!((at_once, desired(&world)), (Some(0), Some(2)));
}

#[test]
fn desired_count_set_after_the_suspension_stays_out_of_bounds() {
    let mut world = world(2, json!({ "min": 2, "max": 4, "demand": 3 }));
    register(&mut world, suspension(true));
    pass(&mut world, 10);

    scale(&mut world, 0);
    pass(&mut world, 3600);

    assert_eq!(desired(&world), Some(0));
}

// API reference, RegisterScalableTarget: only the given parameters change.
#[test]
fn registration_leaves_omitted_members_unchanged() {
    let mut world = world(2, json!({ "min": 1, "max": 4, "scheduled_suspended": true }));

    register(&mut world, json!({ "MaxCapacity": 6 }));

    let target = described(&mut world);
    assert_eq!((&target["MinCapacity"], &target["MaxCapacity"]), (&json!(1), &json!(6)));
    assert_eq!(target["SuspendedState"]["ScheduledScalingSuspended"], true);
    assert_eq!(target["SuspendedState"]["DynamicScalingInSuspended"], false);
}

#[test]
fn suspension_that_a_call_omits_is_a_switch() {
    for resumes in [false, true] {
        let mut world = world(1, json!({ "min": 1, "max": 4, "scale_in_suspended": true }));
        world.switches.omitted_suspension_resumes = resumes;

        let state = json!({ "SuspendedState": { "DynamicScalingOutSuspended": true } });
        register(&mut world, state);

        let shown = described(&mut world)["SuspendedState"]["DynamicScalingInSuspended"].clone();
        assert_eq!(shown, json!(!resumes));
    }
}

// ECS developer guide, service-auto-scaling: above the maximum, a scale-in goes down to it; below the minimum, a scale-out
// goes up.
#[test]
fn count_above_the_maximum_comes_down_at_the_next_scale_in() {
    let mut world = world(4, json!({ "min": 2, "max": 4, "demand": 4 }));

    scale(&mut world, 5);
    pass(&mut world, 600);
    let before = desired(&world);
    pass(&mut world, 600);

    assert_eq!((before, desired(&world)), (Some(5), Some(4)));
    let by = world.history().iter().rev().find_map(|entry| match &entry.fact {
        Fact::DesiredCount { by, .. } => Some(by.to_string()),
        _ => None,
    });
    assert_eq!(by.as_deref(), Some("application-autoscaling"));
}

#[test]
fn policy_follows_the_load_between_the_bounds() {
    let mut world = world(2, json!({ "min": 2, "max": 5, "demand": 2 }));

    world.set_demand("web", "api", 9);
    pass(&mut world, 300);

    assert_eq!(desired(&world), Some(5));
}

// User guide, suspend and resume scaling: on resume, policies with alarms in breach are evaluated.
#[test]
fn resumption_scales_at_once_if_the_load_needs_more_tasks() {
    let mut world =
        world(2, json!({ "min": 2, "max": 5, "demand": 2, "scale_out_suspended": true }));
    world.set_demand("web", "api", 4);
    pass(&mut world, 600);
    let before = desired(&world);

    register(&mut world, suspension(false));

    assert_eq!((before, desired(&world)), (Some(2), Some(4)));
}

// User guide, scheduled scaling: an action sets the bounds, and the capacity follows. Suspended ones are not made up for.
#[test]
fn scheduled_action_sets_the_bounds_unless_suspended() {
    for suspended in [false, true] {
        let action = json!({ "name": "morning", "at": "10m", "min": 3, "max": 6 });
        let scaling = json!({
            "min": 1, "max": 2, "scheduled_suspended": suspended, "scheduled_action": [action],
        });
        let mut world = world(1, scaling);

        pass(&mut world, 1200);
        let input = json!({ "ServiceNamespace": "ecs", "ResourceId": "service/web/api" });
        let actions = ask(&mut world, "DescribeScheduledActions", input).unwrap();

        let expected = if suspended { (json!(1), Some(1)) } else { (json!(3), Some(3)) };
        assert_eq!((described(&mut world)["MinCapacity"].clone(), desired(&world)), expected);
        assert_eq!(actions["ScheduledActions"][0]["Schedule"], "at(2026-03-02T09:10:00)");
    }
}

#[test]
fn new_target_needs_both_bounds_and_an_active_service() {
    let mut world = world(1, json!({ "min": 1, "max": 2 }));
    let input = |resource: &str, max: Option<u64>| {
        let mut input = target(json!({ "MinCapacity": 1 }));
        input["ResourceId"] = json!(resource);
        input["MaxCapacity"] = json!(max);
        input
    };

    for input in [input("service/web/other", None), input("service/web/other", Some(2))] {
        let answer = ask(&mut world, "RegisterScalableTarget", input);
        assert_eq!(code(answer), "ValidationException");
    }
}

#[test]
fn minimum_above_the_maximum_is_refused() {
    let mut world = world(1, json!({ "min": 1, "max": 2 }));

    let answer = ask(&mut world, "RegisterScalableTarget", target(json!({ "MinCapacity": 3 })));

    assert_eq!(code(answer), "ValidationException");
}

// API reference, DescribeScalableTargets: a service without a target is no error.
#[test]
fn service_without_a_target_is_left_out() {
    let mut world = world(1, json!({ "min": 1, "max": 2 }));
    let input = json!({ "ServiceNamespace": "ecs", "ResourceIds": ["service/web/other"] });

    let answer = ask(&mut world, "DescribeScalableTargets", input).unwrap();

    assert_eq!(answer["ScalableTargets"], json!([]));
}

#[test]
fn activities_say_who_changed_the_capacity() {
    let mut world = world(1, json!({ "min": 1, "max": 4 }));
    register(&mut world, json!({ "MinCapacity": 3 }));
    pass(&mut world, 5);

    let input = json!({ "ServiceNamespace": "ecs", "ResourceId": "service/web/api" });
    let answer = ask(&mut world, "DescribeScalingActivities", input).unwrap();

    assert_eq!(answer["ScalingActivities"][0]["Description"], "Setting desired count to 3.");
    assert_eq!(answer["ScalingActivities"].as_array().unwrap().len(), 1);
}

#[test]
fn settings_of_a_service_are_seen_from_outside_the_world() {
    let mut world = world(2, json!({ "min": 1, "max": 4 }));
    register(
        &mut world,
        json!({ "MaxCapacity": 6, "SuspendedState": { "ScheduledScalingSuspended": true } }),
    );
    let tasks = world.tasks_of_service("web", "api");
    let input = json!({ "cluster": "web", "tasks": tasks[..1], "protectionEnabled": true });
    let operator = Caller::Other("operator".to_owned());
    crate::ecs::call(&mut world, &operator, "UpdateTaskProtection", &input).unwrap();

    let settings = &world.service_settings()[0];

    let scaling = settings.scaling.unwrap();
    assert_eq!((settings.desired_count, scaling.min, scaling.max), (2, 1, 6));
    assert_eq!((scaling.scheduled_suspended, scaling.scale_in_suspended), (true, false));
    assert_eq!(settings.protected_tasks, tasks[..1]);
}
