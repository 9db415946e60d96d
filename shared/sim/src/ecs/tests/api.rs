//! The rest of the API: limits, errors, failures in an answer with HTTP 200.

use super::*;

#[test]
fn an_unknown_operation_or_parameter_stops_the_run() {
    let mut world = web(1);

    for (operation, input) in [
        ("DeleteCluster", json!({})),
        ("ListTasks", json!({ "cluster": "web", "daemonName": "x" })),
    ] {
        let answer = crate::ecs::call(&mut world, &operator(), operation, &input);
        assert!(matches!(answer, Err(Refusal::Unknown(what)) if what.contains(operation)));
    }
}

#[test]
fn a_cluster_is_named_or_given_by_its_arn() {
    let mut world = web(1);
    let arn = json!({ "cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/web" });

    assert_eq!(
        ask(&mut world, "ListContainerInstances", arn)["containerInstanceArns"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let other = json!({ "cluster": "other" });
    assert_eq!(refused(&mut world, "ListTasks", other), "ClusterNotFoundException");
    assert_eq!(refused(&mut world, "ListTasks", json!({})), "ClusterNotFoundException");
}

#[test]
fn clusters_are_listed_and_described() {
    let mut world = web(2);
    world.create_cluster(&crate::scenario::ClusterSpec::named("idle"));
    world.create_service(&service("api", 3));

    let listed = ask(&mut world, "ListClusters", json!({}));
    let input = json!({ "clusters": ["web", "gone"] });
    let answer = ask(&mut world, "DescribeClusters", input);

    assert_eq!(listed["clusterArns"].as_array().unwrap().len(), 2);
    assert_eq!(answer["clusters"][0]["registeredContainerInstancesCount"], 2);
    assert_eq!(answer["clusters"][0]["runningTasksCount"], 3);
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
}

// API reference, UpdateContainerInstancesState: "up to 10", and `failures` beside `containerInstances`.
#[test]
fn a_state_update_takes_ten_and_fails_one_by_one() {
    let mut world = web(11);
    let arns: Vec<_> = (1..=11).map(|n| on(&world, &format!("i-{n}"))).collect();
    let eleven = json!({ "cluster": "web", "containerInstances": arns, "status": "DRAINING" });
    let some = json!({ "cluster": "web", "containerInstances": [arns[0], "0".repeat(32)], "status": "DRAINING" });
    let wrong = json!({ "cluster": "web", "containerInstances": [arns[0]], "status": "INACTIVE" });

    let answer = ask(&mut world, "UpdateContainerInstancesState", some);

    assert_eq!(answer["containerInstances"][0]["status"], "DRAINING");
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
    for input in [eleven, wrong] {
        let code = refused(&mut world, "UpdateContainerInstancesState", input);
        assert_eq!(code, "InvalidParameterException");
    }
}

// AWS does not document the answer, so a switch decides.
#[test]
fn draining_twice_fails_only_where_the_switch_says_so() {
    for fails in [false, true] {
        let mut world = web_with(Switches { draining_twice_fails: fails, ..fixed() }, 1);
        let input = json!({ "cluster": "web", "containerInstances": [on(&world, "i-1")], "status": "DRAINING" });
        ask(&mut world, "UpdateContainerInstancesState", input.clone());

        let again = ask(&mut world, "UpdateContainerInstancesState", input);

        assert_eq!(again["failures"].as_array().unwrap().len(), usize::from(fails));
    }
}

// convox/rack#1908: "InvalidParameterException: Tasks cannot be empty."
#[test]
fn an_empty_list_is_an_error() {
    let mut world = web(1);
    let input = json!({ "cluster": "web", "tasks": [] });

    let answer = crate::ecs::call(&mut world, &operator(), "DescribeTasks", &input);

    let Err(Refusal::Error(error)) = answer else { panic!("no error") };
    assert_eq!(error.to_string(), "InvalidParameterException: Tasks cannot be empty.");
}

// getmoto/moto#2473 and minamijoyo/myaws#25 quote the messages of AWS.
#[test]
fn container_instances_are_called_otherwise_in_messages() {
    let mut world = web(1);
    let mut said =
        |operation: &str, input| match crate::ecs::call(&mut world, &operator(), operation, &input)
        {
            Err(Refusal::Error(error)) => error.message,
            other => panic!("no error: {other:?}"),
        };
    let no_instance = json!({ "cluster": "web", "containerInstances": [] });
    let eleven =
        json!({ "cluster": "web", "containerInstances": vec!["a"; 11], "status": "ACTIVE" });

    let none = said("DescribeContainerInstances", no_instance);
    let many = said("UpdateContainerInstancesState", eleven);

    assert_eq!(none, "Container instance cannot be empty.");
    assert_eq!(many, "instanceIds can have at most 10 items.");
}

// API reference, DescribeContainerInstances, example; ECS developer guide, ecs_container_instance_events.
#[test]
fn a_resource_has_a_value_of_each_number_type_in_answers() {
    let mut world = web(1);
    let input = json!({ "cluster": "web", "containerInstances": [on(&world, "i-1")] });

    let answer = ask(&mut world, "DescribeContainerInstances", input);

    let resources = answer["containerInstances"][0]["registeredResources"].as_array().unwrap();
    assert!(resources.iter().all(|it| it["doubleValue"].is_f64() && it["longValue"] == 0));
}

// API reference: DescribeTasks, DescribeContainerInstances and GetTaskProtection take 100, DescribeServices 10.
#[test]
fn a_describe_has_a_limit() {
    let mut world = web(1);
    let names: Vec<_> = (0..101).map(|n| format!("{n:032}")).collect();
    let cases = [
        ("DescribeTasks", "tasks", 100),
        ("DescribeContainerInstances", "containerInstances", 100),
        ("GetTaskProtection", "tasks", 100),
        ("DescribeServices", "services", 10),
    ];

    for (operation, of, limit) in cases {
        let fits = ask(&mut world, operation, json!({ "cluster": "web", of: names[..limit] }));
        assert_eq!(fits["failures"].as_array().unwrap().len(), limit);
        let more = json!({ "cluster": "web", of: names[..=limit] });
        assert_eq!(refused(&mut world, operation, more), "InvalidParameterException");
    }
}

#[test]
fn a_task_that_is_not_there_cannot_be_stopped() {
    let mut world = web(1);

    let code = refused(&mut world, "StopTask", json!({ "cluster": "web", "task": "0123" }));

    assert_eq!(code, "InvalidParameterException");
}

// ECS developer guide, api_failures_messages: TASK_NOT_VALID for a task that "isn't part of an Amazon ECS service".
#[test]
fn protection_is_shown_for_tasks_of_services_only() {
    let mut world = web(1);
    world.create_service(&ServiceSpec { protected: 1, ..service("api", 2) });
    world.start_task(&standalone("batch"), "i-1");
    let tasks = [tasks_of(&world, "api"), tasks_of(&world, "batch")].concat();

    let answer = ask(&mut world, "GetTaskProtection", json!({ "cluster": "web", "tasks": tasks }));

    let protected = answer["protectedTasks"].as_array().unwrap();
    assert_eq!(protected.iter().filter(|task| task["protectionEnabled"] == true).count(), 1);
    assert_eq!(answer["failures"][0]["reason"], "TASK_NOT_VALID");
}

// ECS developer guide, task-groups; API reference, Task: the group that separates a service's task from a standalone
// one.
#[test]
fn group_and_started_by_tell_whose_a_task_is() {
    let mut world = web(1);
    world.create_service(&service("api", 1));
    world.start_task(&standalone("batch"), "i-1");
    let (api, batch) = (task_of(&world, "api"), task_of(&world, "batch"));

    let (api, batch) = (shown(&mut world, &api), shown(&mut world, &batch));

    assert_eq!(api["group"], "service:api");
    assert!(api["startedBy"].as_str().unwrap().starts_with("ecs-svc/"));
    assert_eq!(batch["group"], "family:batch");
    assert_eq!(batch.get("startedBy"), None);
    assert!(batch["startedAt"].is_f64());
}

#[test]
fn health_check_of_a_task_definition_is_shown_at_the_first_container() {
    let mut world = web(1);
    let containers = vec![container("app", 1, 30), container("proxy", 1, 30)];
    let checked = TaskDefinitionSpec { health_check: true, ..definition("batch", containers) };
    world.register_task_definition(&checked);

    let answer = ask(&mut world, "DescribeTaskDefinition", json!({ "taskDefinition": "batch" }));

    let containers = &answer["taskDefinition"]["containerDefinitions"];
    assert_eq!(containers[0]["healthCheck"]["retries"], 3);
    assert_eq!(containers[1].get("healthCheck"), None);
}

#[test]
fn a_task_definition_shows_stop_timeouts_and_dependencies() {
    let mut world = web(1);
    let app = ContainerSpec { depends_on: vec!["proxy".into()], ..container("app", 1, 90) };
    let proxy = ContainerSpec { stop_timeout: None, ..container("proxy", 1, 1) };
    world.register_task_definition(&definition("batch", vec![app, proxy]));

    let input =
        json!({ "taskDefinition": "arn:aws:ecs:eu-west-1:111122223333:task-definition/batch:1" });
    let answer = ask(&mut world, "DescribeTaskDefinition", input);

    let containers = &answer["taskDefinition"]["containerDefinitions"];
    assert_eq!(containers[0]["stopTimeout"], 90);
    assert_eq!(
        containers[0]["dependsOn"],
        json!([{ "containerName": "proxy", "condition": "START" }])
    );
    assert_eq!(containers[1].get("stopTimeout"), None);
    assert_eq!(
        refused(&mut world, "DescribeTaskDefinition", json!({ "taskDefinition": "no" })),
        "ClientException"
    );
}

#[test]
fn services_are_listed_by_their_strategy() {
    let mut world = web(2);
    world.create_service(&service("api", 1));
    world.create_service(&daemon("logs"));

    let input = json!({ "cluster": "web", "schedulingStrategy": "DAEMON" });
    let listed = ask(&mut world, "ListServices", input);
    let input = json!({ "cluster": "web", "services": ["logs", "api", "no"] });
    let answer = ask(&mut world, "DescribeServices", input);

    assert_eq!(listed["serviceArns"].as_array().unwrap().len(), 1);
    assert_eq!(answer["services"][0]["schedulingStrategy"], "DAEMON");
    assert_eq!(answer["services"][0]["desiredCount"], 2);
    assert_eq!(answer["services"][1]["runningCount"], 1);
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
}

// ECS developer guide, api_failures_messages: StartTask fails with MISSING, INACTIVE, AGENT.
#[test]
fn tasks_are_started_where_they_can_be() {
    let mut world = web(3);
    world.register_task_definition(&definition("batch", vec![]));
    drain(&mut world, "i-2");
    world.agent_connection("i-3", false);
    pass(&mut world, 1);

    let run =
        json!({ "cluster": "web", "taskDefinition": "batch", "count": 2, "startedBy": "ada" });
    let run = ask(&mut world, "RunTask", run);
    let on = [on(&world, "i-1"), on(&world, "i-2"), on(&world, "i-3"), "0".repeat(32)];
    let start = json!({ "cluster": "web", "taskDefinition": "batch:1", "containerInstances": on });
    let start = ask(&mut world, "StartTask", start);

    assert_eq!(run["tasks"][1]["lastStatus"], "PROVISIONING");
    assert_eq!(left_on(&world, "i-1").len(), 3);
    let reasons: Vec<_> =
        start["failures"].as_array().unwrap().iter().map(|f| &f["reason"]).collect();
    assert_eq!(reasons, ["INACTIVE", "AGENT", "MISSING"]);
}
