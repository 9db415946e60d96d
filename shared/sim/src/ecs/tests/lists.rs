//! ListTasks and ListContainerInstances.

use super::*;

fn count(answer: &Value, of: &str) -> usize {
    answer[of].as_array().unwrap().len()
}

// API reference, ListTasks: `desiredStatus` is RUNNING by default; PENDING "doesn't return any results".
#[test]
fn the_default_list_does_not_show_tasks_that_are_being_stopped() {
    let mut world = web(1);
    world.start_task(&standalone("batch"), "i-1");
    pass(&mut world, 10);
    let task = task_of(&world, "batch");
    stop(&mut world, &task);
    let mut listed = |desired: Value| {
        let input = json!({ "cluster": "web", "containerInstance": on(&world, "i-1"), "desiredStatus": desired });
        count(&ask(&mut world, "ListTasks", input), "taskArns")
    };

    assert_eq!(listed(Value::Null), 0);
    assert_eq!(listed(json!("PENDING")), 0);
    assert_eq!(listed(json!("STOPPED")), 1);
}

// API reference, ListTasks and ListContainerInstances: pages of up to 100.
#[test]
fn a_page_holds_a_hundred() {
    let mut world = World::new(1, fixed());
    for number in 0..150 {
        world.agent_starts(&format!("i-{number}"), &agent(200));
    }
    for _ in 0..150 {
        world.start_task(&standalone("batch"), "i-0");
    }
    let mut pages = |operation: &str, of: &str| {
        let first = ask(&mut world, operation, json!({ "cluster": "web" }));
        let token = first["nextToken"].clone();
        let second = ask(&mut world, operation, json!({ "cluster": "web", "nextToken": token }));
        assert_eq!(second["nextToken"], Value::Null);
        assert!(first[of][99].as_str() < second[of][0].as_str());
        (count(&first, of), count(&second, of))
    };

    assert_eq!(pages("ListContainerInstances", "containerInstanceArns"), (100, 50));
    assert_eq!(pages("ListTasks", "taskArns"), (100, 50));
}

// API reference, ListTasks: startedBy "must be the only filter that you use".
#[test]
fn tasks_are_listed_by_family_service_and_starter() {
    let mut world = web(2);
    world.create_service(&service("api", 2));
    let started_by = Some("ada".to_owned());
    world.start_task(&StandaloneSpec { started_by, ..standalone("batch") }, "i-1");
    let mut listed = |with: Value| count(&ask(&mut world, "ListTasks", with), "taskArns");

    assert_eq!(listed(json!({ "cluster": "web", "family": "batch" })), 1);
    assert_eq!(listed(json!({ "cluster": "web", "serviceName": "api" })), 2);
    assert_eq!(listed(json!({ "cluster": "web", "startedBy": "ada" })), 1);
    assert_eq!(listed(json!({ "cluster": "web", "launchType": "FARGATE" })), 0);
    let both = json!({ "cluster": "web", "startedBy": "ada", "family": "batch" });
    assert_eq!(refused(&mut world, "ListTasks", both), "InvalidParameterException");
    let none = json!({ "cluster": "web", "serviceName": "nope" });
    assert_eq!(refused(&mut world, "ListTasks", none), "ServiceNotFoundException");
}

// API reference, ListContainerInstances: without `status` all "other than INACTIVE".
#[test]
fn instances_are_listed_by_status() {
    let mut world = web(3);
    drain(&mut world, "i-2");
    world.host_goes("i-3", HostLoss::Terminated);
    pass(&mut world, 5);
    let mut listed = |status: Value| {
        let input = json!({ "cluster": "web", "status": status });
        count(&ask(&mut world, "ListContainerInstances", input), "containerInstanceArns")
    };

    assert_eq!(listed(Value::Null), 2);
    assert_eq!(listed(json!("DRAINING")), 1);
    assert_eq!(listed(json!("ACTIVE")), 1);
}
