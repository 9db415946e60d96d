//! Requests to a service during its deployments and its scale-in.

use super::*;
use crate::account::Summary;
use crate::scenario::Scenario;

/// Returns the requests that were served and those that failed while a step happened to a service with traffic.
fn requests(service: Value, step: Value, switches: Value) -> (u64, u64) {
    let mut api = json!({
        "name": "api", "cluster": "web", "desired": 3, "deregistration_delay": "20s",
        "traffic": { "requests_per_second": 20, "target_response_time": "1s..5s" },
    });
    api.as_object_mut().unwrap().extend(service.as_object().unwrap().clone());
    let mut step = step;
    step["at"] = json!("1m");
    let scenario: Scenario = serde_json::from_value(json!({
        "switches": switches,
        "group": [{ "name": "g", "cluster": "web", "instances": 2 }],
        "service": [api],
        "happens": [step],
    }))
    .unwrap();
    let mut world = World::new(1, scenario.switches.clone());
    world.play(&scenario).unwrap();
    pass(&mut world, 1200);
    world.note(Fact::Scripted { what: "the end".to_owned() });
    let summary = Summary::from_history(world.history(), Duration::ZERO, "sweep");
    (summary.requests_served.unwrap(), summary.requests_failed.unwrap())
}

fn update(change: Value) -> Value {
    let mut step = json!({ "what": "update-service", "cluster": "web", "service": "api" });
    step.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    step
}

// ECS developer guide, update-service-parameters: the scheduler drains a task at its load balancer first.
#[test]
fn deployments_and_scale_in_fail_no_request() {
    let forced = || update(json!({ "force_new_deployment": true }));
    let rolling = requests(json!({}), forced(), json!({}));
    let blue_green = requests(json!({ "bake_time": "2m" }), forced(), json!({}));
    let scale_in = requests(json!({}), update(json!({ "desired": 1 })), json!({}));

    for (served, failed) in [rolling, blue_green, scale_in] {
        assert!(served > 20_000, "{served}");
        assert_eq!(failed, 0);
    }
}

#[test]
fn deregistration_delay_shorter_than_the_requests_fails_some() {
    let short = json!({ "deregistration_delay": "1s" });

    let (_, failed) = requests(short, update(json!({ "force_new_deployment": true })), json!({}));

    assert!(failed > 0);
}

#[test]
fn service_without_tasks_fails_every_request() {
    let (served, failed) = requests(json!({}), update(json!({ "desired": 0 })), json!({}));

    assert!(failed > served, "{failed} of {served}");
}
