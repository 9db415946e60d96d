//! A request of any bytes is classified, and nothing panics.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "claims/wire.rs"]
mod claims;

use claims::{any_requests_are_classified, world};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use sim::{Classified, classify};

const ECS: &str = "AmazonEC2ContainerServiceV20141113.";

/// Known operations, and one that no service has.
const TARGETS: [&str; 27] = [
    "ListContainerInstances",
    "DescribeTasks",
    "ListTasks",
    "RunTask",
    "StartTask",
    "PutAttributes",
    "ListAttributes",
    "UpdateContainerInstancesState",
    "UpdateService",
    "UpdateTaskProtection",
    "ListServiceDeployments",
    "DescribeServiceDeployments",
    "AnyScaleFrontendService.RegisterScalableTarget",
    "AnyScaleFrontendService.DescribeScalableTargets",
    "AmazonSSM.PutParameter",
    "AmazonSSM.GetParametersByPath",
    "AmazonSSM.DeleteParameters",
    "AmazonSQS.SendMessageBatch",
    "AmazonSQS.ReceiveMessage",
    "AWSEvents.PutEvents",
    "AWSEvents.ListRules",
    "AWSEvents.ListTargetsByRule",
    "AWSEvents.ListRuleNamesByTarget",
    "AWSEvents.DisableRule",
    "AWSEvents.DescribeRule",
    "secretsmanager.GetSecretValue",
    "Unknown.Service",
];

const ACTIONS: [&str; 7] = [
    "DescribeAutoScalingGroups",
    "DescribeAutoScalingInstances",
    "DescribeTags",
    "DescribeWarmPool",
    "TerminateInstanceInAutoScalingGroup",
    "SetDesiredCapacity",
    "CompleteLifecycleAction",
];

/// Values that parameters may have, right and wrong.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        select(vec!["shop", "web", "api", "DRAINING", "container-instance", "All", "arn:", ""])
            .prop_map(Value::from),
        select(vec!["ecs", "service/shop/api", "ecs:service:DesiredCount", "/ops"])
            .prop_map(Value::from),
        Just(Value::from(sim::queue_url("q"))),
        "(not |\\(|!|ec2InstanceId|in|\\[|'a'|,| |==|exists|and){0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let names = select(NAMES.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

const NAMES: [&str; 47] = [
    "cluster",
    "containerInstances",
    "status",
    "filter",
    "maxResults",
    "nextToken",
    "tasks",
    "taskDefinition",
    "count",
    "attributes",
    "name",
    "value",
    "targetId",
    "targetType",
    "service",
    "desiredCount",
    "deploymentConfiguration",
    "maximumPercent",
    "forceNewDeployment",
    "protectionEnabled",
    "expiresInMinutes",
    "createdAt",
    "serviceDeploymentArns",
    "ServiceNamespace",
    "ResourceId",
    "ScalableDimension",
    "MinCapacity",
    "MaxCapacity",
    "SuspendedState",
    "Name",
    "Names",
    "Path",
    "Value",
    "QueueUrl",
    "Entries",
    "Id",
    "MessageBody",
    "DelaySeconds",
    "MaxNumberOfMessages",
    "MessageAttributeNames",
    "Detail",
    "DetailType",
    "Source",
    "Rule",
    "TargetArn",
    "Limit",
    "SecretId",
];

fn fields() -> impl Strategy<Value = Value> {
    let names = select(NAMES.to_vec()).prop_map(str::to_owned);
    let fields = prop::collection::btree_map(names, value(), 0..5);
    fields.prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

fn form() -> impl Strategy<Value = String> {
    let names = select(vec![
        "AutoScalingGroupName",
        "AutoScalingGroupNames.member.1",
        "InstanceIds.member.1",
        "InstanceId",
        "MaxRecords",
        "NextToken",
        "DesiredCapacity",
        "Filters.member.1.Name",
        "Filters.member.1.Values.member.1",
        "LifecycleActionResult",
        "LifecycleHookName",
        "ShouldDecrementDesiredCapacity",
    ]);
    let values =
        prop_oneof!["[a-z%+0-9-]{0,12}", Just(format!("from-{}", usize::MAX)), Just("web".into())];
    let pairs = prop::collection::vec((names, values), 0..5);
    (select(ACTIONS.to_vec()), pairs).prop_map(|(action, pairs)| {
        let pairs = pairs.into_iter().map(|(name, value)| format!("&{name}={value}"));
        format!("Action={action}&Version=2011-01-01{}", pairs.collect::<String>())
    })
}

/// Returns a form of Elastic Load Balancing.
fn target_form() -> impl Strategy<Value = String> {
    let actions = ["DescribeTargetHealth", "DescribeTargetGroupAttributes", "DeregisterTargets"];
    let group =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef";
    let names =
        select(vec!["TargetGroupArn", "Targets.member.1.Id", "Targets.member.1.Port", "PageSize"]);
    let values = prop_oneof!["[a-z0-9-]{0,12}", Just(group.to_owned()), Just("65536".to_owned())];
    let pairs = prop::collection::vec((names, values), 0..5);
    (select(actions.to_vec()), pairs).prop_map(|(action, pairs)| {
        let pairs = pairs.into_iter().map(|(name, value)| format!("&{name}={value}"));
        format!("Action={action}&Version=2015-12-01{}", pairs.collect::<String>())
    })
}

fn target(name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("{ECS}{name}") }
}

proptest! {
    #[test]
    fn any_bytes_are_classified(
        target in prop::option::of(".{0,40}"),
        uri in ".{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let classified = classify(&mut world(), target.as_deref(), &uri, &body);

        prop_assert_ne!(classified, Classified::Answered);
    }

    #[test]
    fn requests_one_after_another_are_classified(
        requests in prop::collection::vec((select(TARGETS.to_vec()), fields()), 1..8),
    ) {
        let text = |(name, input): (&str, Value)| format!("{}\n/\n{input}", target(name));
        let texts: Vec<_> = requests.into_iter().map(text).collect();

        any_requests_are_classified(texts.join("\0").as_bytes());
    }

    #[test]
    fn any_input_of_a_json_operation_is_classified(
        name in select(TARGETS.to_vec()),
        input in fields(),
    ) {
        let mut world = world();
        classify(&mut world, Some(&target(name)), "/", input.to_string().as_bytes());

        let after = classify(&mut world, Some(&target("ListClusters")), "/", b"{}");
        prop_assert_eq!(after, Classified::Answered);
    }

    #[test]
    fn any_form_is_classified(form in prop_oneof![form(), target_form()]) {
        let mut world = world();

        let classified = classify(&mut world, None, "/", form.as_bytes());

        let unread = matches!(classified, Classified::Malformed(_));
        prop_assert!(!unread, "{:?}", classified);
    }
}

#[test]
fn each_class_is_met() {
    let mut world = world();
    let mut ask =
        |target: &str, body: &str| classify(&mut world, Some(target), "/", body.as_bytes());

    assert_eq!(ask(&target("ListClusters"), ""), Classified::Answered);
    assert!(matches!(ask(&target("ListTasks"), "{}"), Classified::Refused(_)));
    assert!(matches!(ask(&target("CreateCluster"), "{}"), Classified::Unknown(_)));
    assert!(matches!(ask(&target("ListTasks"), "{"), Classified::Malformed(_)));
    assert!(matches!(ask(&target("ListTasks"), "[]"), Classified::Malformed(_)));
}

#[test]
fn a_filter_of_nothing_but_parentheses_is_refused() {
    let mut world = world();
    let input = json!({"cluster": "shop", "filter": "(".repeat(500_000)}).to_string();

    let target = target("ListContainerInstances");
    let classified = classify(&mut world, Some(&target), "/", input.as_bytes());

    assert!(matches!(classified, Classified::Refused(_)));
}
