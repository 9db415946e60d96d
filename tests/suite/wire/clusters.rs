//! DescribeClusters and DescribeCapacityProviders.

use aws_sdk_ecs::types::{CapacityProviderType, ClusterField};

use super::{asking, modelled};

/// A cluster with tags, a group's capacity provider, and ECS Managed Instances.
const SHOP: &str = r#"
    [[cluster]]
    name = "shop"
    tags = { AWSBatchServiceTag = "batch" }
    managed_instances = [{ name = "mi", instances = 1 }]

    [[group]]
    name = "web"
    cluster = "shop"
    instances = 2
    capacity_provider = { name = "cp" }
"#;

// API reference, DescribeClusters: `include`.
#[test]
fn cluster_has_its_counts_and_capacity_providers_and_tags_on_demand() {
    asking(SHOP, async |account| {
        let describe = || account.clients.ecs.describe_clusters().clusters("shop");

        let bare = describe().clusters("gone").send().await.unwrap();
        let tagged = describe().include(ClusterField::Tags).send().await.unwrap();

        let [cluster] = bare.clusters() else { panic!("{bare:?}") };
        assert_eq!(cluster.registered_container_instances_count(), 3);
        assert_eq!(cluster.capacity_providers(), ["cp", "mi"]);
        assert!(cluster.tags().is_empty());
        assert_eq!(bare.failures()[0].reason(), Some("MISSING"));
        assert_eq!(tagged.clusters()[0].tags()[0].key(), Some("AWSBatchServiceTag"));
    });
}

// API reference, CapacityProvider: `type`.
#[test]
fn capacity_providers_of_a_cluster_have_their_kinds() {
    asking(SHOP, async |account| {
        let describe = || account.clients.ecs.describe_capacity_providers();

        let answer = describe().cluster("shop").send().await.unwrap();
        let nowhere = describe().cluster("gone").send().await;

        let kinds: Vec<_> = answer.capacity_providers().iter().map(|it| it.r#type()).collect();
        let expected =
            [CapacityProviderType::Ec2Autoscaling, CapacityProviderType::ManagedInstances];
        assert_eq!(kinds, expected.each_ref().map(Some));
        assert!(modelled(nowhere).is_cluster_not_found_exception());
    });
}
