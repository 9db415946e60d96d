//! UpdateService: the desired count, and the services that refuse it.

use super::*;
use crate::scenario::ServiceController;

fn update(world: &mut World, mut change: Value) -> Value {
    (change["cluster"], change["service"]) = (json!("web"), json!("api"));
    ask(world, "UpdateService", change)["service"].clone()
}

/// Returns the message of the refusal.
fn message(world: &mut World, mut change: Value) -> String {
    (change["cluster"], change["service"]) = (json!("web"), json!("api"));
    match crate::ecs::call(world, &operator(), "UpdateService", &change) {
        Err(Refusal::Error(error)) => error.message,
        other => panic!("answered {other:?}"),
    }
}

fn live(world: &World) -> usize {
    world.tasks_of_service("web", "api").len()
}

// API reference, UpdateService: "the service scales down to the specified desiredCount".
#[test]
fn lower_desired_count_stops_the_surplus_and_a_higher_one_starts_tasks() {
    let mut world = web(2);
    world.create_service(&service("api", 4));

    let answer = update(&mut world, json!({ "desiredCount": 1 }));
    pass(&mut world, 10);
    let fewer = live(&world);
    update(&mut world, json!({ "desiredCount": 3 }));
    pass(&mut world, 60);

    assert_eq!(answer["desiredCount"], 1);
    assert_eq!((fewer, live(&world)), (1, 3));
    assert_eq!(answer["deployments"].as_array().unwrap().len(), 1, "no deployment");
}

// ECS developer guide, update-service-parameters: the Availability Zone and the instance with most tasks come first.
#[test]
fn scale_in_takes_a_task_from_the_instance_with_most_tasks() {
    let mut world = web(1);
    world.create_service(&service("api", 3));
    world.agent_starts("i-2", &agent(10));
    update(&mut world, json!({ "desiredCount": 4 }));
    pass(&mut world, 60);

    update(&mut world, json!({ "desiredCount": 2 }));
    pass(&mut world, 60);

    assert_eq!((left_on(&world, "i-1").len(), left_on(&world, "i-2").len()), (1, 1));
}

// ECS developer guide, update-service-parameters: a task is removed "from the load balancer (if used)" before its SIGTERM.
#[test]
fn scale_in_deregisters_and_drains_a_task_before_its_stop() {
    let mut world = web(1);
    let delay = Some(Length::secs(30));
    world.create_service(&ServiceSpec { deregistration_delay: delay, ..service("api", 1) });
    let task = task_of(&world, "api");

    update(&mut world, json!({ "desiredCount": 0 }));
    pass(&mut world, 60);

    assert_eq!(path(&world, &task)[..2], [(5, "DEACTIVATING"), (35, "STOPPING")]);
}

#[test]
fn pace_of_a_scale_in_is_a_switch() {
    let mut world = web_with(Switches { scale_in_batch: Some(1), ..fixed() }, 1);
    world.create_service(&service("api", 3));

    update(&mut world, json!({ "desiredCount": 0 }));
    pass(&mut world, 60);

    assert_eq!(said(&world, "has stopped 1 running tasks"), [5, 10, 15]);
}

// fabfuel/ecs-deploy#59.
#[test]
fn daemon_service_refuses_a_desired_count() {
    let mut world = web(1);
    world.create_service(&daemon("api"));

    let refusal = message(&mut world, json!({ "desiredCount": 1 }));

    assert!(refusal.starts_with("The daemon scheduling strategy does not support"), "{refusal}");
}

#[test]
fn service_that_is_not_there_or_deleted_is_refused_with_its_own_error() {
    let mut world = web(1);
    world.create_service(&service("api", 1));
    let of = |name: &str| json!({ "cluster": "web", "service": name, "desiredCount": 2 });

    let missing = refused(&mut world, "UpdateService", of("nothing"));
    world.delete_service("web", "api");
    let deleted = refused(&mut world, "UpdateService", of("api"));
    pass(&mut world, 60);
    let listed = ask(&mut world, "ListServices", json!({ "cluster": "web" }));
    let described =
        ask(&mut world, "DescribeServices", json!({ "cluster": "web", "services": ["api"] }));

    assert_eq!(missing, "ServiceNotFoundException");
    assert_eq!(deleted, "ServiceNotActiveException");
    assert_eq!(listed["serviceArns"], json!([]));
    assert_eq!(described["services"][0]["status"], "INACTIVE");
}

// API reference, UpdateService, and boto/boto3#1936: CODE_DEPLOY takes the desired count, but no task definition.
#[test]
fn other_controllers_take_the_desired_count_only() {
    for controller in [ServiceController::CodeDeploy, ServiceController::External] {
        let mut world = web(1);
        world.create_service(&ServiceSpec { controller, ..service("api", 1) });

        let definition = message(&mut world, json!({ "taskDefinition": "api:1" }));
        let forced = message(&mut world, json!({ "forceNewDeployment": true }));
        let answer = update(&mut world, json!({ "desiredCount": 2 }));

        let unable = "Unable to update task definition on services with a";
        assert!(definition.starts_with(unable), "{definition}");
        assert!(forced.contains(controller.name()), "{forced}");
        assert_eq!(answer["deployments"], json!([]));
        assert_eq!(answer["taskSets"][0]["computedDesiredCount"], 2);
    }
}

#[test]
fn unknown_change_of_a_service_is_named() {
    let mut world = web(1);
    world.create_service(&service("api", 1));
    let input = json!({ "cluster": "web", "service": "api", "platformVersion": "LATEST" });

    let refusal = crate::ecs::call(&mut world, &operator(), "UpdateService", &input).unwrap_err();

    assert_eq!(refusal, Refusal::Unknown("ECS UpdateService with platformVersion".to_owned()));
}

#[test]
fn deployment_configuration_changes_without_a_deployment() {
    let mut world = web(1);
    world.create_service(&service("api", 1));

    let answer = update(
        &mut world,
        json!({ "deploymentConfiguration": {
            "minimumHealthyPercent": 50,
            "deploymentCircuitBreaker": { "enable": true, "rollback": true },
        } }),
    );

    let shown = &answer["deploymentConfiguration"];
    assert_eq!(
        (&shown["minimumHealthyPercent"], &shown["maximumPercent"]),
        (&json!(50), &json!(200))
    );
    assert_eq!(shown["deploymentCircuitBreaker"]["rollback"], true);
    assert_eq!(answer["deployments"].as_array().unwrap().len(), 1);
}
