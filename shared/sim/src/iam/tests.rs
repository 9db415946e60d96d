use serde_json::{Value, json};

use super::Role;
use super::request_context::{KnownResources, RequestContext};
use crate::aws::{Aws, block_on};
use crate::scenario::{ClusterSpec, Length, Switches};
use crate::wire::raw;
use crate::world::World;

fn role(statement: &Value) -> Role {
    Role::new(&[json!({ "Statement": [statement] })]).unwrap()
}

fn request(action: &str, cluster: Option<&str>) -> RequestContext {
    let cluster = cluster.map(|name| format!("arn:aws:ecs:eu-west-1:111122223333:cluster/{name}"));
    RequestContext { action: action.to_owned(), resources: Vec::new(), cluster }
}

const TASK: &str = "arn:aws:ecs:eu-west-1:111122223333:task/shop/1f";

#[test]
fn a_statement_allows_its_actions_on_its_resources_and_nothing_else() {
    let role = role(&json!({
        "Effect": "Allow", "Action": ["ecs:stoptask", "ecs:Describe*"],
        "Resource": "arn:aws:ecs:*:111122223333:task/shop/*",
    }));

    assert!(role.allows(&request("ecs:StopTask", None), TASK));
    assert!(role.allows(&request("ecs:DescribeTasks", None), TASK));
    assert!(!role.allows(&request("ecs:RunTask", None), TASK));
    assert!(!role.allows(&request("ecs:StopTask", None), &TASK.replace("shop", "web")));
    assert!(!role.allows(&request("ecs:StopTask", None), "*"));
}

// IAM user guide, policy evaluation logic: a condition on a key that the request does not carry is not met.
#[test]
fn condition_holds_only_for_calls_that_name_a_matching_cluster() {
    let role = role(&json!({
        "Effect": "Allow", "Action": "ecs:StopTask", "Resource": "*",
        "Condition": { "ArnLike": { "ecs:cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/shop*" } },
    }));

    assert!(role.allows(&request("ecs:StopTask", Some("shop")), TASK));
    assert!(role.allows(&request("ecs:StopTask", Some("shop-2")), TASK));
    assert!(!role.allows(&request("ecs:StopTask", Some("web")), TASK));
    assert!(!role.allows(&request("ecs:StopTask", None), TASK));
}

#[test]
fn a_deny_counts_for_more_than_an_allow() {
    let statements = json!({ "Statement": [
        { "Effect": "Allow", "Action": "ecs:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "ecs:StopTask", "Resource": "*" },
    ] });
    let role = Role::new(&[statements]).unwrap();

    assert!(role.allows(&request("ecs:DescribeTasks", None), TASK));
    assert!(!role.allows(&request("ecs:StopTask", None), TASK));
}

#[test]
fn an_element_that_is_not_known_is_refused() {
    let unknown = |statement: Value| Role::new(&[json!({ "Statement": [statement] })]).unwrap_err();

    assert!(unknown(json!({ "Effect": "Allow", "NotAction": "ecs:*" })).contains("NotAction"));
    assert!(unknown(json!({ "Condition": { "IpAddress": {} } })).contains("IpAddress"));
    assert!(unknown(json!({ "Condition": { "ArnLike": { "aws:x": "*" } } })).contains("aws:x"));
}

// Service Authorization Reference, Amazon SQS: GetQueueUrl needs the action on the queue that it names.
#[test]
fn outside_caller_with_an_assumed_role_has_only_its_permissions() {
    let its_own = "arn:aws:sqs:eu-west-1:111122223333:its-own";
    let statement = json!({ "Effect": "Allow", "Action": "sqs:GetQueueUrl", "Resource": its_own });
    let answers = block_on(1, async {
        let aws = Aws::new(World::new(1, Switches::default()));
        let queues = json!({ "queue": [{ "name": "its-own" }, { "name": "another" }] });
        aws.deploy(serde_json::from_value(queues).unwrap()).unwrap();
        aws.world(|world| world.assume_role("worker", role(&statement)));
        let mut answers = Vec::new();
        for (who, queue) in [("worker", "its-own"), ("worker", "another"), ("operator", "another")]
        {
            let input = json!({ "QueueName": queue });
            answers.push(raw(&aws.http_client(who), "AmazonSQS.GetQueueUrl", input).await.0);
        }
        answers
    });

    assert_eq!(answers.unwrap(), [200, 400, 200]);
}

/// Returns the resources of a call of ECS.
fn resources(operation: &str, input: Value) -> Vec<String> {
    resources_of("ecs", operation, input)
}

/// Returns the resources of a call of a service that speaks JSON.
fn resources_of(service: &'static str, operation: &str, input: Value) -> Vec<String> {
    let call = crate::wire::request::Call {
        service,
        operation: operation.to_owned(),
        input: crate::wire::request::CallInput::Json(input),
        protocol: crate::wire::request::Protocol::Json11,
        host: None,
    };
    let world = World::new(1, Switches::default());
    let known = KnownResources {
        autoscaling: &world.autoscaling,
        application_autoscaling: &world.application_autoscaling,
        secrets: &world.secrets,
    };
    RequestContext::new(&known, &call).resources
}

// Service Authorization Reference, Amazon ECS: DescribeClusters has the resource type cluster*, GetTaskProtection task*.
#[test]
fn reads_of_clusters_and_protection_are_checked_for_what_they_name() {
    let clusters = resources("DescribeClusters", json!({ "clusters": ["shop", "web"] }));
    let tasks = resources("GetTaskProtection", json!({ "cluster": "shop", "tasks": [TASK, "2f"] }));

    let cluster = |name: &str| format!("arn:aws:ecs:eu-west-1:111122223333:cluster/{name}");
    assert_eq!(clusters, [cluster("shop"), cluster("web")]);
    assert_eq!(tasks, [TASK.to_owned(), TASK.replace("1f", "2f")]);
}

// "ListTasks ... Resource: *" with the condition ecs:cluster (ECS developer guide, security_iam_id-based-policy-examples).
#[test]
fn list_of_a_whole_cluster_needs_every_resource() {
    let by_cluster = resources("ListTasks", json!({ "cluster": "shop" }));
    let by_instance =
        resources("ListTasks", json!({ "cluster": "shop", "containerInstance": "1f" }));

    assert_eq!(by_cluster, ["*"]);
    assert!(by_instance[0].ends_with(":container-instance/shop/1f"), "{by_instance:?}");
}

/// Returns the HTTP status and the message that each call gets, 20 s after the world began. The caller's role allows
/// everything. `deny` changes the world before the calls.
fn answers(deny: impl FnOnce(&mut World), calls: &[(&str, Value)]) -> Vec<(u16, String)> {
    let all = role(&json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
    let answers = block_on(1, async {
        let aws = Aws::new(World::new(1, Switches::default()));
        aws.touch(|world| {
            for name in ["legacy", "shop"] {
                world.create_cluster(&ClusterSpec::named(name));
            }
            world.assume_role("ebb", all);
            deny(world);
        });
        tokio::time::sleep(std::time::Duration::from_secs(20)).await;
        let mut answers = Vec::new();
        for (operation, input) in calls {
            let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
            let (status, answer) = raw(&aws.http_client("ebb"), &target, input.clone()).await;
            answers.push((status, answer["message"].as_str().unwrap_or_default().to_owned()));
        }
        answers
    });
    answers.unwrap()
}

fn statuses(answers: &[(u16, String)]) -> Vec<u16> {
    answers.iter().map(|(status, _)| *status).collect()
}

#[test]
fn denied_cluster_refuses_every_action_on_the_cluster_and_on_no_other() {
    let of = |cluster: &str| json!({ "cluster": cluster });
    let calls = [
        ("ListContainerInstances", of("legacy")),
        ("ListTasks", of("legacy")),
        ("DescribeClusters", json!({ "clusters": ["shop", "legacy"] })),
        ("ListContainerInstances", of("shop")),
        ("ListTasks", of("shop")),
        ("ListClusters", json!({})),
    ];

    let answers = answers(|world| world.deny_cluster("legacy", None), &calls);

    assert_eq!(statuses(&answers), [400, 400, 400, 200, 200, 200]);
    let first = "User: arn:aws:sts::111122223333:assumed-role/ebb/ebb is not authorized to perform: \
                 ecs:ListContainerInstances on resource: arn:aws:ecs:eu-west-1:111122223333:cluster/legacy with an \
                 explicit deny in a service control policy";
    assert_eq!(answers[0].1, first);
}

#[test]
fn cluster_that_was_denied_for_a_while_answers_afterwards() {
    let calls = [("ListContainerInstances", json!({ "cluster": "legacy" }))];
    let until = |seconds| {
        move |world: &mut World| world.deny_cluster("legacy", Some(Length::secs(seconds)))
    };

    assert_eq!(statuses(&answers(until(60), &calls)), [400]);
    assert_eq!(statuses(&answers(until(10), &calls)), [200]);
}

// Service Authorization Reference: UpdateService has the resource type service*, UpdateTaskProtection task*.
#[test]
fn changes_of_services_are_checked_for_what_they_name() {
    let service = resources("UpdateService", json!({ "cluster": "shop", "service": "api" }));
    let tasks = resources("UpdateTaskProtection", json!({ "cluster": "shop", "tasks": [TASK] }));

    assert_eq!(service, ["arn:aws:ecs:eu-west-1:111122223333:service/shop/api"]);
    assert_eq!(tasks, [TASK]);
}

// Service Authorization Reference, AWS Systems Manager: parameter*. GetParametersByPath is authorized on its path.
#[test]
fn calls_about_parameters_are_checked_for_their_names_or_their_path() {
    let one = resources_of("ssm", "PutParameter", json!({ "Name": "/ops/shop/api" }));
    let several = resources_of("ssm", "GetParameters", json!({ "Names": ["/a", "b"] }));
    let below = resources_of("ssm", "GetParametersByPath", json!({ "Path": "/ops/" }));

    let arn = |name: &str| format!("arn:aws:ssm:eu-west-1:111122223333:parameter/{name}");
    assert_eq!(one, [arn("ops/shop/api")]);
    assert_eq!(several, [arn("a"), arn("b")]);
    assert_eq!(below, [arn("ops/")]);
}

// Service Authorization Reference, Application Auto Scaling: RegisterScalableTarget ScalableTarget*, reads "*".
#[test]
fn registration_of_a_target_is_checked_for_the_target_and_a_read_for_everything() {
    let resource = json!({ "ResourceId": "service/shop/api" });
    let of = |operation| resources_of("application-autoscaling", operation, resource.clone());

    assert!(of("RegisterScalableTarget")[0].contains(":scalable-target/"));
    assert_eq!(of("DescribeScheduledActions"), ["*"]);
}

/// Returns the ARNs or `*` that calls of a service are checked for.
fn checked(service: &'static str, calls: &[(&str, Value)]) -> Vec<String> {
    let one = |(operation, input): &(&str, Value)| resources_of(service, operation, input.clone());
    calls.iter().flat_map(one).collect()
}

// Service Authorization Reference, AWS Lambda: eventSourceMapping* and function*; the list has no resource type.
#[test]
fn calls_of_lambda_are_checked_for_the_mapping_or_the_function() {
    let checked = checked(
        "lambda",
        &[
            ("ListEventSourceMappings", json!({ "FunctionName": "f" })),
            ("UpdateEventSourceMapping", json!({ "UUID": "u", "FunctionName": "f" })),
            ("PutFunctionConcurrency", json!({ "FunctionName": "f" })),
        ],
    );

    let arn = |rest: &str| format!("arn:aws:lambda:eu-west-1:111122223333:{rest}");
    assert_eq!(checked, ["*".to_owned(), arn("event-source-mapping:u"), arn("function:f")]);
}

// Service Authorization Reference, Amazon EventBridge and EventBridge Scheduler: rule*, event-bus*, schedule*.
#[test]
fn calls_about_rules_and_schedules_are_checked_for_what_they_name() {
    let rules = checked(
        "events",
        &[
            ("ListRules", json!({})),
            ("DisableRule", json!({ "Name": "r" })),
            ("ListTargetsByRule", json!({ "Rule": "r" })),
            ("PutEvents", json!({ "Entries": [] })),
        ],
    );
    let schedules = checked(
        "scheduler",
        &[
            ("ListSchedules", json!({})),
            ("GetSchedule", json!({ "Name": "s", "groupName": "g" })),
            ("UpdateSchedule", json!({ "Name": "s" })),
        ],
    );

    let arn = |rest: &str| format!("arn:aws:{rest}");
    let rule = || arn("events:eu-west-1:111122223333:rule/r");
    let bus = arn("events:eu-west-1:111122223333:event-bus/default");
    assert_eq!(rules, ["*".to_owned(), rule(), rule(), bus]);
    let schedule = |id: &str| arn("scheduler:eu-west-1:111122223333:schedule/") + id;
    assert_eq!(schedules, ["*".to_owned(), schedule("g/s"), schedule("default/s")]);
}
