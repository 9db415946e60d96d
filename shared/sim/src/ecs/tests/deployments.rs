//! Deployments of services: rolling ones and blue/green ones.

use super::*;

/// Forces a new deployment, a second later than anything before it.
pub(super) fn force(world: &mut World) -> Value {
    pass(world, 1);
    let input = json!({ "cluster": "web", "service": "api", "forceNewDeployment": true });
    ask(world, "UpdateService", input)["service"].clone()
}

pub(super) fn shown_service(world: &mut World) -> Value {
    let input = json!({ "cluster": "web", "services": ["api"] });
    ask(world, "DescribeServices", input)["services"][0].clone()
}

/// Returns the states of the service's deployments with their seconds.
pub(super) fn states(world: &World) -> Vec<(u64, &'static str)> {
    let states = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Deployment { state, .. } => Some((entry.at.as_secs(), *state)),
        _ => None,
    });
    states.collect()
}

/// Returns the described service deployments, the newest first.
pub(super) fn service_deployments(world: &mut World) -> Vec<Value> {
    let input = json!({ "cluster": "web", "service": "api" });
    let listed = ask(world, "ListServiceDeployments", input);
    let arns = listed["serviceDeployments"].as_array().unwrap().iter();
    let arns: Vec<_> = arns.map(|it| it["serviceDeploymentArn"].clone()).collect();
    let input = json!({ "serviceDeploymentArns": arns });
    let described = ask(world, "DescribeServiceDeployments", input);
    let mut found = described["serviceDeployments"].as_array().unwrap().clone();
    found.sort_by(|one, other| {
        other["createdAt"].as_f64().partial_cmp(&one["createdAt"].as_f64()).unwrap()
    });
    found
}

// API reference, DeploymentConfiguration: at 100 % and 200 % all new tasks start first, and each old one stops when a new
// one is healthy.
#[test]
fn rolling_deployment_starts_new_tasks_before_old_ones_stop() {
    let mut world = web(2);
    world.register_task_definition(&definition("api", vec![container("app", 2, 30)]));
    world.create_service(&service("api", 2));
    let old = tasks_of(&world, "api");

    let answer = force(&mut world);
    pass(&mut world, 40);
    let during = shown_service(&mut world);
    pass(&mut world, 60);
    let after = shown_service(&mut world);

    let status = |service: &Value, nth: usize| service["deployments"][nth]["status"].clone();
    assert_eq!((status(&answer, 0), status(&answer, 1)), (json!("PRIMARY"), json!("ACTIVE")));
    assert_eq!(during["runningCount"], 4);
    assert_eq!(after["deployments"].as_array().unwrap().len(), 1);
    assert_eq!(after["deployments"][0]["rolloutState"], "COMPLETED");
    assert!(world.tasks_of_service("web", "api").iter().all(|task| !old.contains(task)));
    // 5 s scheduler, 5 s start, 40 s healthy, 5 s scheduler, 2 s stop, 1 s deprovisioning, 5 s scheduler.
    assert_eq!(states(&world), [(1, "IN_PROGRESS"), (64, "COMPLETED")]);
}

// API reference, UpdateService, `taskDefinition`.
#[test]
fn another_revision_is_deployed_and_the_present_one_is_not() {
    let mut world = web(1);
    world.register_task_definition(&definition("api", vec![]));
    world.create_service(&service("api", 1));
    world.register_task_definition(&definition("api", vec![]));
    let mut deploy = |revision: &str| {
        let input = json!({ "cluster": "web", "service": "api", "taskDefinition": revision });
        ask(&mut world, "UpdateService", input)["service"]["deployments"].clone()
    };

    let (same, latest) = (deploy("api:1"), deploy("api"));

    assert_eq!(same.as_array().unwrap().len(), 1);
    assert!(latest[0]["taskDefinition"].as_str().unwrap().ends_with("task-definition/api:2"));
    assert_eq!(latest[1]["status"], "ACTIVE");
}

// ECS developer guide, ecs_service_deployment_events: the detail names no cluster.
#[test]
fn deployment_is_published_at_its_beginning_and_at_its_end() {
    let mut world = web(1);
    world.create_service(&service("api", 1));

    force(&mut world);
    pass(&mut world, 100);

    let published = world.history().iter().filter_map(|entry| match &entry.fact {
        Fact::Published { detail_type, about } if detail_type == "ECS Deployment State Change" => {
            Some(about.as_str())
        }
        _ => None,
    });
    let expected = ["IN_PROGRESS", "COMPLETED"];
    let expected = expected.map(|it| format!("service api SERVICE_DEPLOYMENT_{it}"));
    assert_eq!(published.collect::<Vec<_>>(), expected);
}

// ECS developer guide, task-scale-in-protection: protected tasks survive a deployment.
#[test]
fn protected_task_of_an_earlier_deployment_stays() {
    let mut world = web(1);
    world.create_service(&ServiceSpec { protected: 1, ..service("api", 2) });
    let protected = tasks_of(&world, "api");
    let protected = protected.iter().find(|task| world.ecs.tasks[*task].is_protected()).cloned();

    force(&mut world);
    pass(&mut world, 300);

    let left = world.tasks_of_service("web", "api");
    assert!(left.contains(&protected.unwrap()));
    assert_eq!((left.len(), states(&world).len()), (3, 1));
}

// ECS developer guide, blue-green-deployment-how-it-works: both revisions run during the bake time.
#[test]
fn blue_green_deployment_bakes_before_the_old_tasks_stop() {
    let mut world = web(1);
    let bake_time = Some(Length::secs(300));
    let delay = Some(Length::secs(5));
    let spec = ServiceSpec { bake_time, deregistration_delay: delay, ..service("api", 2) };
    world.create_service(&spec);

    force(&mut world);
    pass(&mut world, 20);
    let stage = |world: &mut World| service_deployments(world)[0]["lifecycleStage"].clone();
    let first = stage(&mut world);
    pass(&mut world, 200);
    let (second, during) = (stage(&mut world), shown_service(&mut world));
    pass(&mut world, 300);

    assert_eq!((first, second), (json!("SCALE_UP"), json!("BAKE_TIME")));
    assert_eq!(during["runningCount"], 4);
    assert_eq!(during["deployments"][0].get("rolloutState"), None, "rolling deployments only");
    assert_eq!(shown_service(&mut world)["runningCount"], 2);
    assert_eq!(service_deployments(&mut world)[0]["status"], "SUCCESSFUL");
}

// API reference, ServiceDeployment: a new deployment stops the one that runs.
#[test]
fn second_deployment_stops_the_first() {
    let mut world = web(1);
    world.create_service(&service("api", 1));

    force(&mut world);
    pass(&mut world, 10);
    force(&mut world);
    pass(&mut world, 200);

    let statuses: Vec<_> =
        service_deployments(&mut world).iter().map(|it| it["status"].clone()).collect();
    assert_eq!(statuses, ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]);
    assert_eq!(world.tasks_of_service("web", "api").len(), 1);
}

#[test]
fn daemon_service_rolls_within_its_lower_bound() {
    let mut world = web(2);
    world.create_service(&ServiceSpec { minimum_healthy_percent: Some(50), ..daemon("api") });
    let old = tasks_of(&world, "api");

    force(&mut world);
    pass(&mut world, 6);
    let stopped = world.tasks_of_service("web", "api").len();
    pass(&mut world, 200);

    assert_eq!(stopped, 1);
    assert!(world.tasks_of_service("web", "api").iter().all(|task| !old.contains(task)));
}
