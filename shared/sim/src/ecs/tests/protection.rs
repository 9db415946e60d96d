//! Task scale-in protection.

use super::*;

fn protect(world: &mut World, tasks: &[String], minutes: Option<u64>) -> Value {
    let mut input = json!({ "cluster": "web", "tasks": tasks });
    input["protectionEnabled"] = json!(minutes.is_some());
    if let Some(minutes) = minutes {
        input["expiresInMinutes"] = json!(minutes);
    }
    ask(world, "UpdateTaskProtection", input)
}

fn scale(world: &mut World, desired: usize) {
    let input = json!({ "cluster": "web", "service": "api", "desiredCount": desired });
    ask(world, "UpdateService", input);
}

// ECS developer guide, task-scale-in-protection: "protect your tasks from being terminated by scale-in events".
#[test]
fn scale_in_stops_the_only_task_without_protection() {
    let mut world = web(1);
    world.create_service(&service("api", 3));
    let tasks = tasks_of(&world, "api");
    protect(&mut world, &tasks[..2], Some(60));

    scale(&mut world, 2);
    pass(&mut world, 60);

    assert_eq!(world.tasks_of_service("web", "api"), tasks[..2]);
}

// ECS developer guide, service-event-messages-list.
#[test]
fn service_with_too_many_protected_tasks_says_so_until_the_protection_expires() {
    let mut world = web(1);
    world.create_service(&service("api", 2));
    let tasks = tasks_of(&world, "api");
    protect(&mut world, &tasks, Some(10));

    scale(&mut world, 0);
    pass(&mut world, 300);
    let during = world.tasks_of_service("web", "api").len();
    pass(&mut world, 400);

    assert_eq!(said(&world, "The number of protected tasks are more than the desired count")[0], 5);
    assert_eq!((during, world.tasks_of_service("web", "api").len()), (2, 0));
}

// ECS developer guide, api_failures_messages.
#[test]
fn protection_that_would_block_a_service_fails_for_each_task() {
    let mut world = web(1);
    world.create_service(&service("api", 2));
    let tasks = tasks_of(&world, "api");
    scale(&mut world, 1);

    let answer = protect(&mut world, &tasks, None);
    let blocked = protect(&mut world, &tasks, Some(5));

    assert_eq!(answer["protectedTasks"].as_array().unwrap().len(), 2);
    let reasons: Vec<_> =
        blocked["failures"].as_array().unwrap().iter().map(|it| &it["reason"]).collect();
    assert_eq!(reasons, ["DEPLOYMENT_BLOCKED", "DEPLOYMENT_BLOCKED"]);
}

// API reference, UpdateTaskProtection: 10 tasks, 1 to 2880 minutes.
#[test]
fn protection_outside_its_limits_is_refused() {
    let mut world = web(2);
    world.create_service(&service("api", 11));
    let tasks = tasks_of(&world, "api");
    let input = |tasks: &[String], minutes: u64| json!({ "cluster": "web", "tasks": tasks, "protectionEnabled": true, "expiresInMinutes": minutes });

    for input in [input(&tasks, 1), input(&tasks[..1], 0), input(&tasks[..1], 2881)] {
        let code = refused(&mut world, "UpdateTaskProtection", input);
        assert_eq!(code, "InvalidParameterException");
    }
}

#[test]
fn expiry_is_shown_and_a_second_call_resets_the_time() {
    let mut world = web(1);
    world.create_service(&service("api", 1));
    let tasks = tasks_of(&world, "api");
    let expiry = |answer: Value| answer["protectedTasks"][0]["expirationDate"].as_f64().unwrap();
    let first = expiry(protect(&mut world, &tasks, Some(10)));

    pass(&mut world, 300);
    let second = expiry(protect(&mut world, &tasks, Some(10)));
    pass(&mut world, 301);
    let shown = ask(&mut world, "GetTaskProtection", json!({ "cluster": "web", "tasks": tasks }));

    assert_eq!(second - first, 300.0);
    assert_eq!(
        shown["protectedTasks"][0]["protectionEnabled"], true,
        "the first time has no effect"
    );
}

#[test]
fn stop_of_a_protected_task_is_a_switch() {
    for honours in [false, true] {
        let switches = Switches { stop_task_honours_protection: honours, ..fixed() };
        let mut world = web_with(switches, 1);
        world.create_service(&service("api", 1));
        let tasks = tasks_of(&world, "api");
        protect(&mut world, &tasks, Some(10));

        let input = json!({ "cluster": "web", "task": tasks[0] });
        let answer = crate::ecs::call(&mut world, &operator(), "StopTask", &input);

        assert_eq!(answer.is_err(), honours);
    }
}
