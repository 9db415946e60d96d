//! DescribeAutoScalingGroups, DescribeAutoScalingInstances, DescribeLifecycleHooks, DescribeWarmPool,
//! DescribeScalingActivities.

use aws_sdk_autoscaling::types::LifecycleState;

use super::{asking, refusal};

/// A group with every setting that the simulator knows.
const GROUP: &str = r#"
    [[group]]
    name = "web"
    cluster = "shop"
    instances = 2
    capacity_rebalance = true
    tags = { "ebb:standalone" = "stop" }

    [[group.hook]]
    name = "ebb"
    heartbeat_timeout = "30m"
    default_result = "CONTINUE"

    [group.warm_pool]
    instances = 1
"#;

const CROWD: &str = r#"
    [[group]]
    name = "web"
    instances = 101
"#;

#[test]
fn a_group_is_described_with_its_instances_and_tags() {
    asking(GROUP, async |account| {
        let describe = account.clients.autoscaling.describe_auto_scaling_groups();

        let names = describe.auto_scaling_group_names("web").auto_scaling_group_names("gone");
        let answer = names.send().await.unwrap();

        let [it] = answer.auto_scaling_groups() else { panic!("{answer:?}") };
        assert_eq!((it.auto_scaling_group_name(), it.desired_capacity()), (Some("web"), Some(2)));
        assert_eq!(it.capacity_rebalance(), Some(true));
        assert!(it.warm_pool_configuration().is_some());
        let (tag, instance) = (&it.tags()[0], &it.instances()[0]);
        assert_eq!((tag.key(), tag.value()), (Some("ebb:standalone"), Some("stop")));
        assert_eq!(it.instances().len(), 2);
        assert_eq!(instance.lifecycle_state(), Some(&LifecycleState::InService));
        assert_eq!(instance.health_status(), Some("Healthy"));
    });
}

// API reference, DescribeAutoScalingGroups: MaxRecords is 50 by default and 100 at most. The number of names has the
// same limits.
#[test]
fn groups_are_described_a_hundred_to_a_page() {
    let group = |n| format!("[[group]]\nname = \"web-{n}\"\ninstances = 0\n");
    let scenario: String = (0..101).map(group).collect();

    asking(&scenario, async |account| {
        let describe = || account.clients.autoscaling.describe_auto_scaling_groups();

        let first = describe().max_records(100).send().await.unwrap();
        let next = first.next_token().expect("there is a second page");
        let second = describe().max_records(100).next_token(next).send().await.unwrap();
        let names = (0..51).map(|n| format!("web-{n}")).collect();
        let refused = describe().set_auto_scaling_group_names(Some(names)).send().await;

        let lengths = (first.auto_scaling_groups().len(), second.auto_scaling_groups().len());
        assert_eq!(lengths, (100, 1));
        assert_eq!(second.next_token(), None);
        assert_eq!(refusal(refused).0, "ValidationError");
    });
}

#[test]
fn an_instance_in_no_group_is_left_out_of_the_answer() {
    asking(GROUP, async |account| {
        let id = account.ec2_instance("i-web-1");
        let describe = account.clients.autoscaling.describe_auto_scaling_instances();

        let answer = describe.instance_ids(&id).instance_ids("i-0000000000000dead").send().await;

        let answer = answer.unwrap();
        let [it] = answer.auto_scaling_instances() else { panic!("{answer:?}") };
        assert_eq!((it.instance_id(), it.auto_scaling_group_name()), (Some(&*id), Some("web")));
        assert_eq!(it.lifecycle_state(), Some("InService"));
        assert_eq!(it.health_status(), Some("HEALTHY"));
    });
}

// API reference, DescribeAutoScalingInstances: up to 50.
#[test]
fn more_than_fifty_instances_are_not_described_at_once() {
    asking(CROWD, async |account| {
        let describe = || account.clients.autoscaling.describe_auto_scaling_instances();

        let all = describe().into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let all = all.unwrap().into_iter();
        let ids = all.filter_map(|it| it.instance_id).take(51);
        let (code, message) =
            refusal(describe().set_instance_ids(Some(ids.collect())).send().await);

        assert_eq!(code, "ValidationError");
        assert!(message.contains("50"), "{message}");
        assert_eq!(account.outcomes("DescribeAutoScalingInstances").len(), 4);
    });
}

// API reference, LifecycleHook: the global timeout is 100 times the heartbeat timeout, 48 hours at most.
#[test]
fn a_hook_is_described_with_its_timeouts() {
    asking(GROUP, async |account| {
        let describe = |group| {
            account.clients.autoscaling.describe_lifecycle_hooks().auto_scaling_group_name(group)
        };

        let answer = describe("web").send().await.unwrap();
        let missing = describe("gone").send().await;

        let [it] = answer.lifecycle_hooks() else { panic!("{answer:?}") };
        assert_eq!(it.lifecycle_hook_name(), Some("ebb"));
        assert_eq!(it.lifecycle_transition(), Some("autoscaling:EC2_INSTANCE_TERMINATING"));
        assert_eq!((it.heartbeat_timeout(), it.global_timeout()), (Some(1800), Some(172_800)));
        assert_eq!(it.default_result(), Some("CONTINUE"));
        let (code, message) = refusal(missing);
        assert_eq!(code, "ValidationError");
        assert!(message.contains("not found"), "{message}");
    });
}

#[test]
fn warm_pool_instances_are_listed_in_the_pool_and_not_in_the_group() {
    asking(GROUP, async |account| {
        let describe =
            |group| account.clients.autoscaling.describe_warm_pool().auto_scaling_group_name(group);

        let answer = describe("web").send().await.unwrap();
        let missing = describe("gone").send().await;

        let [it] = answer.instances() else { panic!("{answer:?}") };
        assert_eq!(it.lifecycle_state(), Some(&LifecycleState::WarmedStopped));
        assert!(answer.warm_pool_configuration().is_some());
        assert_eq!(refusal(missing).0, "ValidationError");
    });
}

// API reference, DescribeScalingActivities: 100 to a page, the latest first.
#[test]
fn activities_are_described_a_hundred_to_a_page_the_latest_first() {
    asking(CROWD, async |account| {
        let describe = |group| {
            account.clients.autoscaling.describe_scaling_activities().auto_scaling_group_name(group)
        };

        let first = describe("web").send().await.unwrap();
        let next = first.next_token().expect("there is a second page");
        let second = describe("web").next_token(next).send().await.unwrap();
        let missing = describe("gone").send().await;

        assert_eq!((first.activities().len(), second.activities().len()), (100, 1));
        assert!(first.activities().is_sorted_by_key(|it| {
            std::cmp::Reverse(it.start_time().map(aws_sdk_autoscaling::primitives::DateTime::secs))
        }));
        let description = first.activities()[0].description().unwrap();
        assert!(description.starts_with("Launching a new EC2 instance: i-"), "{description}");
        assert_eq!(refusal(missing).0, "ValidationError");
    });
}
