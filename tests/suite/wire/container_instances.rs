//! ListClusters, ListContainerInstances, DescribeContainerInstances, UpdateContainerInstancesState.

use aws_sdk_ecs::types::ContainerInstanceStatus;

use super::{asking, modelled, refusal};

/// A cluster of three container instances with a daemon on each.
const THREE: &str = r#"
    [[group]]
    name = "web"
    cluster = "shop"
    instances = 3

    [[service]]
    name = "log-router"
    cluster = "shop"
    daemon = true
"#;

const CROWD: &str = r#"
    [[group]]
    name = "web"
    cluster = "shop"
    instances = 101
"#;

// API reference, ListClusters: maxResults is 1 to 100, 100 by default.
#[test]
fn clusters_are_listed_a_hundred_to_a_page() {
    let scenario: String =
        (0..101).map(|n| format!("[[cluster]]\nname = \"shop-{n}\"\n")).collect();

    asking(&scenario, async |account| {
        let ecs = &account.clients.ecs;

        let first = ecs.list_clusters().send().await.unwrap();
        let next = first.next_token().expect("there is a second page");
        let second = ecs.list_clusters().next_token(next).send().await.unwrap();
        let lost = ecs.list_clusters().next_token("nonsense").send().await;

        assert_eq!((first.cluster_arns().len(), second.cluster_arns().len()), (100, 1));
        assert!(first.cluster_arns()[0].ends_with(":cluster/shop-0"));
        assert_eq!(second.next_token(), None);
        assert!(modelled(lost).is_invalid_parameter_exception());
    });
}

// API reference, ListContainerInstances: maxResults is 1 to 100, 100 by default.
#[test]
fn container_instances_are_listed_a_hundred_to_a_page() {
    asking(CROWD, async |account| {
        let list = || account.clients.ecs.list_container_instances().cluster("shop");

        let first = list().send().await.unwrap();
        let next = first.next_token().expect("there is a second page");
        let second = list().next_token(next).send().await.unwrap();
        let pages = list().into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;

        let lengths =
            (first.container_instance_arns().len(), second.container_instance_arns().len());
        assert_eq!(lengths, (100, 1));
        assert_eq!(second.next_token(), None);
        assert_eq!(pages.unwrap().len(), 101);
    });
}

// ECS developer guide, cluster query language.
#[test]
fn a_filter_finds_container_instances_by_their_ec2_instances() {
    asking(THREE, async |account| {
        let (one, two) = (account.ec2_instance("i-web-1"), account.ec2_instance("i-web-2"));
        let list = || account.clients.ecs.list_container_instances().cluster("shop");

        let filter = format!("ec2InstanceId in ['{one}', '{two}', 'i-0000000000000dead']");
        let found = list().filter(filter).send().await.unwrap();
        let wrong = list().filter("ec2InstanceId in [").send().await;

        assert_eq!(found.container_instance_arns().len(), 2);
        assert!(modelled(wrong).is_invalid_parameter_exception());
    });
}

#[test]
fn a_cluster_that_is_not_there_is_an_error() {
    asking(THREE, async |account| {
        let list = account.clients.ecs.list_container_instances().cluster("shopp");

        let error = modelled(list.send().await);

        assert!(error.is_cluster_not_found_exception());
        assert_eq!(error.meta().message(), Some("Cluster not found."));
    });
}

#[test]
fn a_container_instance_is_described_and_one_that_is_missing_stands_in_the_failures() {
    asking(THREE, async |account| {
        let arns = account.container_instances("shop").await;
        let describe = account.clients.ecs.describe_container_instances().cluster("shop");

        let answer = describe.container_instances(&arns[0]).container_instances("0".repeat(32));
        let answer = answer.send().await.unwrap();

        let [it] = answer.container_instances() else { panic!("{answer:?}") };
        assert_eq!(it.container_instance_arn(), Some(&*arns[0]));
        assert!(it.ec2_instance_id().unwrap().starts_with("i-"));
        assert_eq!((it.status(), it.agent_connected()), (Some("ACTIVE"), true));
        assert_eq!((it.running_tasks_count(), it.pending_tasks_count()), (1, 0));
        assert!(it.registered_at().unwrap().secs() <= sim::world::START.as_second());
        let built_in = it.attributes().iter().filter(|one| one.name().starts_with("ecs."));
        assert!(built_in.count() > 0);
        let [missing] = answer.failures() else { panic!("{answer:?}") };
        assert_eq!(missing.reason(), Some("MISSING"));
        assert!(missing.arn().unwrap().ends_with(&format!("/shop/{}", "0".repeat(32))));
    });
}

// API reference, DescribeContainerInstances: up to 100.
#[test]
fn more_than_a_hundred_container_instances_are_not_described_at_once() {
    asking(THREE, async |account| {
        let many = (0..101).map(|n| format!("ci-{n}")).collect();
        let describe = account.clients.ecs.describe_container_instances().cluster("shop");

        let (code, message) = refusal(describe.set_container_instances(Some(many)).send().await);

        assert_eq!(code, "InvalidParameterException");
        assert!(message.contains("at most 100"), "{message}");
    });
}

#[test]
fn container_instance_set_draining_is_answered_as_draining() {
    asking(THREE, async |account| {
        let ecs = &account.clients.ecs;
        let arns = account.container_instances("shop").await;
        let update = ecs.update_container_instances_state().cluster("shop");

        let update = update.status(ContainerInstanceStatus::Draining);
        let answer =
            update.container_instances(&arns[0]).container_instances("0".repeat(32)).send().await;
        let draining = ecs.list_container_instances().cluster("shop");
        let draining = draining.status(ContainerInstanceStatus::Draining).send().await.unwrap();

        let answer = answer.unwrap();
        let [it] = answer.container_instances() else { panic!("{answer:?}") };
        assert_eq!((it.container_instance_arn(), it.status()), (Some(&*arns[0]), Some("DRAINING")));
        assert_eq!(answer.failures()[0].reason(), Some("MISSING"));
        assert_eq!(draining.container_instance_arns(), [arns[0].clone()]);
    });
}

// API reference, UpdateContainerInstancesState: up to 10.
#[test]
fn more_than_ten_container_instances_are_not_updated_at_once() {
    asking(CROWD, async |account| {
        let ten = account.container_instances("shop").await[..10].to_vec();
        let eleven = account.container_instances("shop").await[..11].to_vec();
        let update = || {
            let call = account.clients.ecs.update_container_instances_state().cluster("shop");
            call.status(ContainerInstanceStatus::Draining)
        };

        let taken = update().set_container_instances(Some(ten)).send().await.unwrap();
        let refused = update().set_container_instances(Some(eleven)).send().await;

        assert_eq!(taken.container_instances().len(), 10);
        assert!(modelled(refused).is_invalid_parameter_exception());
    });
}
