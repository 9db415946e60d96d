use std::time::Duration;

use serde_json::json;

use super::*;
use crate::autoscaling::tests::{in_state, minutes, playing, states};

fn ask(world: &mut World, operation: &str, input: &[(&str, &str)]) -> Result<String, Refusal> {
    let input = input.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    call(world, &Caller::Other("test".to_owned()), operation, &input)
}

fn answer(world: &mut World, operation: &str, input: &[(&str, &str)]) -> String {
    ask(world, operation, input).expect("an answer")
}

fn message(refused: Result<String, Refusal>) -> String {
    match refused {
        Err(Refusal::Error(error)) => format!("{} {}: {}", error.status, error.code, error.message),
        other => panic!("no error answer: {other:?}"),
    }
}

fn count(answer: &str, element: &str) -> usize {
    answer.matches(&format!("<{element}>")).count()
}

fn world_of(instances: usize) -> World {
    playing(json!({
        "group": [{
            "name": "web", "instances": instances, "hook": [{ "name": "drain" }],
            "tags": { "team": "a&b" }, "warm_pool": { "instances": 2 },
        }],
    }))
}

/// Returns a group whose first instance waits on the hook, and that instance's id.
fn waiting() -> (World, String) {
    let mut world = world_of(2);
    world.set_desired_capacity("web", 1);
    world.advance(Duration::from_secs(10));
    let id = world.ec2_instance_named("i-web-1").unwrap();
    (world, id)
}

// API reference, DescribeAutoScalingGroups: instances of the warm pool are not listed.
#[test]
fn a_group_lists_its_instances_without_those_of_its_warm_pool() {
    let mut world = world_of(3);

    let groups = answer(&mut world, "DescribeAutoScalingGroups", &[]);

    assert_eq!(count(&groups, "InstanceId"), 3);
    assert!(groups.contains("<LifecycleState>InService</LifecycleState>"));
    assert!(groups.contains("<Key>team</Key><Value>a&amp;b</Value>"));
    assert!(groups.contains("<WarmPoolSize>2</WarmPoolSize>"));
}

#[test]
fn a_group_that_is_not_there_is_left_out_of_the_answer() {
    let mut world = world_of(1);

    let asked = [("AutoScalingGroupNames.member.1", "other")];
    let groups = answer(&mut world, "DescribeAutoScalingGroups", &asked);

    assert_eq!(groups, "<AutoScalingGroups></AutoScalingGroups>");
}

// API reference, DescribeAutoScalingInstances: 50 on a page, 50 ids in a call.
#[test]
fn instances_come_in_pages_of_fifty() {
    let mut world = world_of(60);

    let first = answer(&mut world, "DescribeAutoScalingInstances", &[]);
    let next = [("NextToken", "from-50")];
    let second = answer(&mut world, "DescribeAutoScalingInstances", &next);

    assert_eq!((count(&first, "InstanceId"), count(&second, "InstanceId")), (50, 12));
    assert!(first.ends_with("<NextToken>from-50</NextToken>"));
    assert!(!second.contains("NextToken"));
    assert!(first.contains("<HealthStatus>HEALTHY</HealthStatus>"));
}

#[test]
fn a_page_larger_than_the_operation_allows_is_refused() {
    let mut world = world_of(1);

    let instances =
        message(ask(&mut world, "DescribeAutoScalingInstances", &[("MaxRecords", "51")]));
    let groups = ask(&mut world, "DescribeAutoScalingGroups", &[("MaxRecords", "100")]);

    assert!(instances.starts_with("400 ValidationError"), "{instances}");
    assert!(groups.is_ok());
}

#[test]
fn more_than_fifty_instance_ids_are_refused() {
    let mut world = world_of(1);
    let names: Vec<_> = (1..=51).map(|n| format!("InstanceIds.member.{n}")).collect();
    let input: Vec<_> = names.iter().map(|name| (name.as_str(), "i-1")).collect();

    let refused = message(ask(&mut world, "DescribeAutoScalingInstances", &input));

    assert!(refused.starts_with("400 ValidationError"), "{refused}");
}

// API reference, LifecycleHook.
#[test]
fn a_hook_is_described_with_its_timeouts() {
    let mut world = world_of(1);

    let asked = [("AutoScalingGroupName", "web")];
    let hooks = answer(&mut world, "DescribeLifecycleHooks", &asked);

    assert!(hooks.contains("<HeartbeatTimeout>3600</HeartbeatTimeout>"));
    assert!(hooks.contains("<GlobalTimeout>172800</GlobalTimeout>"));
    assert!(hooks.contains("<DefaultResult>ABANDON</DefaultResult>"));
    assert!(hooks.contains("autoscaling:EC2_INSTANCE_TERMINATING"));
}

#[test]
fn the_warm_pool_lists_its_stopped_instances() {
    let mut world = world_of(1);

    let pool = answer(&mut world, "DescribeWarmPool", &[("AutoScalingGroupName", "web")]);

    assert_eq!(count(&pool, "InstanceId"), 2);
    assert!(pool.contains("<LifecycleState>Warmed:Stopped</LifecycleState>"));
}

#[test]
fn an_unknown_group_is_an_error_where_one_group_is_asked_for() {
    let mut world = world_of(1);

    let asked = [("AutoScalingGroupName", "other")];
    let refused = message(ask(&mut world, "DescribeLifecycleHooks", &asked));

    assert!(refused.starts_with("400 ValidationError: AutoScalingGroup name not found"));
}

// Auto Scaling user guide, ec2-auto-scaling-verify-scaling-activity.
#[test]
fn a_scaling_activity_says_since_when_an_instance_is_on_its_way() {
    let (mut world, id) = waiting();

    let asked = [("AutoScalingGroupName", "web"), ("MaxRecords", "1")];
    let activities = answer(&mut world, "DescribeScalingActivities", &asked);

    let described = format!("<Description>Terminating EC2 instance: {id}</Description>");
    assert!(activities.contains(&described), "{activities}");
    assert!(activities.contains("<StatusCode>MidLifecycleAction</StatusCode>"));
    assert!(activities.contains("<StartTime>2026-03-02T09:00:0"));
    assert!(!activities.contains("EndTime"));
}

// API reference, CompleteLifecycleAction: the token or the instance.
#[test]
fn an_action_is_completed_by_its_token_or_by_its_instance() {
    let (mut world, id) = waiting();
    let token = world.autoscaling.members[&id].actions[0].token.clone();
    let by_token = [
        ("AutoScalingGroupName", "web"),
        ("LifecycleHookName", "drain"),
        ("LifecycleActionResult", "CONTINUE"),
        ("LifecycleActionToken", token.as_str()),
        ("InstanceId", id.as_str()),
    ];

    answer(&mut world, "RecordLifecycleActionHeartbeat", &by_instance(&id));
    answer(&mut world, "CompleteLifecycleAction", &by_token);
    let again = message(ask(&mut world, "CompleteLifecycleAction", &by_token));

    assert_eq!(in_state(&world, "web", "Terminating:Proceed"), ["i-web-1"]);
    let wanted = "400 ValidationError: No active Lifecycle Action found with token";
    assert_eq!(again, format!("{wanted} {token}"));
}

fn by_instance(id: &str) -> [(&str, &str); 3] {
    [("AutoScalingGroupName", "web"), ("LifecycleHookName", "drain"), ("InstanceId", id)]
}

// Field reports: spacelift-io/terraform-aws-spacelift-workerpool-on-ec2 issue 197.
#[test]
fn a_heartbeat_without_an_active_action_is_a_validation_error() {
    let mut world = world_of(1);
    let id = world.ec2_instance_named("i-web-1").unwrap();

    let refused = message(ask(&mut world, "RecordLifecycleActionHeartbeat", &by_instance(&id)));

    let wanted = "400 ValidationError: No active Lifecycle Action found with instance ID";
    assert_eq!(refused, format!("{wanted} {id}"));
}

// API reference, TerminateInstanceInAutoScalingGroup.
#[test]
fn an_instance_terminated_without_decrement_is_replaced_and_passes_its_hook() {
    let mut world = world_of(2);
    let id = world.ec2_instance_named("i-web-2").unwrap();

    let asked = [("InstanceId", id.as_str()), ("ShouldDecrementDesiredCapacity", "false")];
    let activity = answer(&mut world, "TerminateInstanceInAutoScalingGroup", &asked);
    world.advance(minutes(2));

    assert!(activity.contains(&format!("Terminating EC2 instance: {id}")));
    assert_eq!(states(&world, "i-web-2"), ["Terminating", "Terminating:Wait"]);
    assert_eq!(in_state(&world, "web", "InService").len(), 2);
}

// API reference, TerminateInstanceInAutoScalingGroup: InstanceIds, with the group's name.
#[test]
fn several_instances_of_one_group_are_terminated_in_one_call() {
    let mut world = world_of(3);
    let id = |name: &str| world.ec2_instance_named(name).unwrap();
    let (one, two) = (id("i-web-1"), id("i-web-2"));
    let asked = |group| {
        [
            ("AutoScalingGroupName", group),
            ("InstanceIds.member.1", one.as_str()),
            ("InstanceIds.member.2", two.as_str()),
            ("ShouldDecrementDesiredCapacity", "true"),
        ]
    };

    let refused = message(ask(&mut world, "TerminateInstanceInAutoScalingGroup", &asked("other")));
    let activities = answer(&mut world, "TerminateInstanceInAutoScalingGroup", &asked("web"));

    assert!(refused.contains("No managed instance found"));
    assert_eq!(count(&activities, "member"), 2);
    assert_eq!(in_state(&world, "web", "Terminating:Wait"), ["i-web-1", "i-web-2"]);
}

#[test]
fn an_instance_terminated_with_decrement_is_not_replaced() {
    let mut world = world_of(2);
    let id = world.ec2_instance_named("i-web-2").unwrap();

    let asked = [("InstanceId", id.as_str()), ("ShouldDecrementDesiredCapacity", "true")];
    answer(&mut world, "TerminateInstanceInAutoScalingGroup", &asked);
    world.advance(minutes(2));

    assert_eq!(in_state(&world, "web", "InService"), ["i-web-1"]);
}

#[test]
fn the_desired_capacity_stays_below_the_maximum_size() {
    let mut world = world_of(2);

    let asked = [("AutoScalingGroupName", "web"), ("DesiredCapacity", "5")];
    let refused = message(ask(&mut world, "SetDesiredCapacity", &asked));

    assert!(refused.contains("New SetDesiredCapacity value 5 is above max value 4"));
}

#[test]
fn tags_are_filtered_by_group_and_key() {
    let mut world = world_of(1);
    let filtered = |key| {
        [
            ("Filters.member.1.Name", "auto-scaling-group"),
            ("Filters.member.1.Values.member.1", "web"),
            ("Filters.member.2.Name", "key"),
            ("Filters.member.2.Values.member.1", key),
        ]
    };

    let found = answer(&mut world, "DescribeTags", &filtered("team"));
    let nothing = answer(&mut world, "DescribeTags", &filtered("other"));

    assert_eq!((count(&found, "member"), count(&nothing, "member")), (1, 0));
}

#[test]
fn unknown_operation_or_parameter_is_refused_by_name() {
    let mut world = world_of(1);
    let filter = [("Filters.member.1.Name", "tag-key")];

    let operation = ask(&mut world, "PutScalingPolicy", &[]);
    let parameter = ask(&mut world, "DescribeAutoScalingGroups", &filter);

    assert_eq!(operation, Err(Refusal::Unknown("Auto Scaling PutScalingPolicy".to_owned())));
    assert!(matches!(parameter, Err(Refusal::Unknown(what)) if what.contains("Filters.member.1")));
}
