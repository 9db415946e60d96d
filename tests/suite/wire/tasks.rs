//! ListTasks, DescribeTasks, StopTask, DescribeServices, DescribeTaskDefinition.

use std::time::Duration;

use aws_sdk_ecs::types::{DesiredStatus, SchedulingStrategy, TaskField};

use super::{Account, asking, modelled, refusal};

/// One container instance with a hundred standalone tasks, and a service.
const CROWDED: &str = r#"
    [[group]]
    name = "web"
    cluster = "shop"
    instances = 1
    task_slots = 200

    [[task_definition]]
    family = "import"

    [[task_definition.container]]
    name = "proxy"
    stop_timeout = "20s"

    [[task_definition.container]]
    name = "app"
    depends_on = ["proxy"]

    [[service]]
    name = "api"
    cluster = "shop"
    desired = 1
    maximum_percent = 150

    [[standalone]]
    family = "import"
    cluster = "shop"
    on = "i-web-1"
    count = 100
    tags = { "ebb:standalone" = "stop" }
"#;

/// Returns the tasks with this desired status on the only container instance.
async fn listed(account: &Account, desired: DesiredStatus) -> Vec<String> {
    let place = account.container_instances("shop").await.remove(0);
    let call = account.clients.ecs.list_tasks().cluster("shop").container_instance(place);
    let items = call.desired_status(desired).into_paginator().items().send();
    items.collect::<Result<Vec<_>, _>>().await.unwrap()
}

// API reference, ListTasks: maxResults is 1 to 100, 100 by default.
#[test]
fn tasks_are_listed_a_hundred_to_a_page() {
    asking(CROWDED, async |account| {
        let place = &account.container_instances("shop").await[0];
        let list = || account.clients.ecs.list_tasks().cluster("shop").container_instance(place);

        let first = list().send().await.unwrap();
        let next = first.next_token().expect("there is a second page");
        let second = list().next_token(next).send().await.unwrap();

        assert_eq!((first.task_arns().len(), second.task_arns().len()), (100, 1));
        assert_eq!(second.next_token(), None);
    });
}

#[test]
fn tasks_on_a_container_instance_that_is_not_there_are_an_error() {
    asking(CROWDED, async |account| {
        let list =
            account.clients.ecs.list_tasks().cluster("shop").container_instance("0".repeat(32));

        let (code, message) = refusal(list.send().await);

        assert_eq!(code, "InvalidParameterException");
        assert!(message.contains("not found"), "{message}");
    });
}

#[test]
fn a_task_is_described_with_its_tags_and_one_that_is_missing_stands_in_the_failures() {
    asking(CROWDED, async |account| {
        let arns = listed(&account, DesiredStatus::Running).await;
        let describe = account.clients.ecs.describe_tasks().cluster("shop");

        let describe = describe.include(TaskField::Tags).set_tasks(Some(arns[..99].to_vec()));
        let answer = describe.tasks("0".repeat(32)).send().await.unwrap();

        assert_eq!(answer.tasks().len(), 99);
        let mut tasks = answer.tasks().iter();
        let it = tasks.find(|task| task.group() == Some("family:import")).unwrap();
        assert_eq!((it.last_status(), it.desired_status()), (Some("RUNNING"), Some("RUNNING")));
        assert!(it.task_definition_arn().unwrap().ends_with(":task-definition/import:1"));
        let tag = &it.tags()[0];
        assert_eq!((tag.key(), tag.value()), (Some("ebb:standalone"), Some("stop")));
        assert_eq!(it.stopped_at(), None);
        assert_eq!(answer.failures()[0].reason(), Some("MISSING"));
    });
}

// API reference, DescribeTasks: up to 100.
#[test]
fn more_than_a_hundred_tasks_are_not_described_at_once() {
    asking(CROWDED, async |account| {
        let arns = listed(&account, DesiredStatus::Running).await;
        let describe = account.clients.ecs.describe_tasks().cluster("shop");

        let refused = modelled(describe.set_tasks(Some(arns)).send().await);

        assert!(refused.is_invalid_parameter_exception());
    });
}

#[test]
fn task_after_stop_task_is_listed_as_stopped_long_before_its_end() {
    asking(CROWDED, async |account| {
        let ecs = &account.clients.ecs;
        let task = &listed(&account, DesiredStatus::Running).await[0];

        let stop = ecs.stop_task().cluster("shop").task(task).reason("ebb: near").send().await;
        let now = ecs.describe_tasks().cluster("shop").tasks(task).send().await.unwrap();
        let stopping = listed(&account, DesiredStatus::Stopped).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let then = ecs.describe_tasks().cluster("shop").tasks(task).send().await.unwrap();

        let stopped = stop.unwrap();
        let answered = stopped.task().unwrap();
        assert_eq!(answered.desired_status(), Some("STOPPED"));
        assert_eq!(answered.stopped_reason(), Some("ebb: near"));
        assert_ne!(now.tasks()[0].last_status(), Some("STOPPED"));
        assert_eq!(stopping, std::slice::from_ref(task));
        assert_eq!(then.tasks()[0].last_status(), Some("STOPPED"));
        assert!(then.tasks()[0].stopped_at().is_some());
    });
}

#[test]
fn a_task_that_is_not_there_cannot_be_stopped() {
    asking(CROWDED, async |account| {
        let stop = account.clients.ecs.stop_task().cluster("shop").task("0".repeat(32));

        let (code, message) = refusal(stop.send().await);

        assert_eq!(code, "InvalidParameterException");
        assert_eq!(message, "The referenced task was not found.");
    });
}

// API reference, GetTaskProtection; ECS developer guide, api_failures_messages: TASK_NOT_VALID.
#[test]
fn protection_is_answered_for_a_task_of_a_service_alone() {
    asking(CROWDED, async |account| {
        let arns = listed(&account, DesiredStatus::Running).await;
        let ask = account.clients.ecs.get_task_protection().cluster("shop");

        let answer = ask.set_tasks(Some(arns[..100].to_vec())).send().await.unwrap();

        let (protected, failures) = (answer.protected_tasks(), answer.failures());
        assert_eq!(protected.len() + failures.len(), 100);
        assert!(protected.iter().all(|task| !task.protection_enabled()));
        assert!(failures.iter().all(|failure| failure.reason() == Some("TASK_NOT_VALID")));
    });
}

#[test]
fn a_service_is_described_and_one_that_is_missing_stands_in_the_failures() {
    asking(CROWDED, async |account| {
        let describe = account.clients.ecs.describe_services().cluster("shop");

        let answer = describe.services("api").services("gone").send().await.unwrap();

        let [it] = answer.services() else { panic!("{answer:?}") };
        assert_eq!((it.service_name(), it.desired_count()), (Some("api"), 1));
        assert_eq!(it.scheduling_strategy(), Some(&SchedulingStrategy::Replica));
        let bounds = it.deployment_configuration().unwrap();
        assert_eq!(bounds.minimum_healthy_percent(), Some(100));
        assert_eq!(bounds.maximum_percent(), Some(150));
        assert_eq!(answer.failures()[0].reason(), Some("MISSING"));
    });
}

// API reference, DescribeServices: up to 10.
#[test]
fn more_than_ten_services_are_not_described_at_once() {
    asking(CROWDED, async |account| {
        let eleven = (0..11).map(|n| format!("api-{n}")).collect();
        let describe = account.clients.ecs.describe_services().cluster("shop");

        let refused = modelled(describe.set_services(Some(eleven)).send().await);

        assert!(refused.is_invalid_parameter_exception());
    });
}

#[test]
fn a_task_definition_tells_stop_timeouts_only_where_they_are_set() {
    asking(CROWDED, async |account| {
        let describe = |name| account.clients.ecs.describe_task_definition().task_definition(name);

        let answer = describe("import:1").send().await.unwrap();
        let missing = describe("export:1").send().await;

        let [proxy, app] = answer.task_definition().unwrap().container_definitions() else {
            panic!("{answer:?}")
        };
        assert_eq!((proxy.name(), proxy.stop_timeout()), (Some("proxy"), Some(20)));
        assert_eq!((app.name(), app.stop_timeout()), (Some("app"), None));
        assert_eq!(app.depends_on()[0].container_name(), "proxy");
        assert!(modelled(missing).is_client_exception());
    });
}
