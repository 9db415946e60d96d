//! Clusters of a scenario: tags, capacity providers, ECS Managed Instances, attributes of agents.

use super::*;
use crate::autoscaling::tests::{playing, playing_with};
use crate::scenario::Lengths;

/// Returns a world whose cluster has two capacity providers: a group's, and one of ECS Managed Instances.
fn shop() -> World {
    playing(json!({
        "cluster": [{
            "name": "shop",
            "tags": { "AWSBatchServiceTag": "batch" },
            "managed_instances": [{ "name": "mi", "instances": 2 }],
        }],
        "group": [{
            "name": "web", "cluster": "shop", "instances": 1, "capacity_provider": { "name": "cp" },
            "attributes": { "team": "a", "rack": "7" },
        }],
        "service": [{ "name": "api", "cluster": "shop", "desired": 3 }],
        "standalone": [{ "family": "batch", "cluster": "shop", "on": "i-mi-1" }],
        "happens": [{ "at": "1m", "what": "spot-interruption", "instance": "i-mi-1" }],
    }))
}

fn described_cluster(world: &mut World, include: &[&str]) -> Value {
    let input = json!({ "clusters": ["shop"], "include": include });
    ask(world, "DescribeClusters", input)["clusters"][0].clone()
}

/// Returns the container instance of an EC2 instance that has this name in the scenario.
fn on_instance(world: &mut World, name: &str) -> Value {
    let id = world.ec2_instance_named(name).unwrap();
    let arn = on(world, &id);
    let input = json!({ "cluster": "shop", "containerInstances": [arn] });
    ask(world, "DescribeContainerInstances", input)["containerInstances"][0].clone()
}

// API reference, DescribeClusters: `include`.
#[test]
fn cluster_shows_tags_settings_and_statistics_where_they_are_asked_for() {
    let mut world = shop();

    let bare = described_cluster(&mut world, &[]);
    let full = described_cluster(&mut world, &["TAGS", "SETTINGS", "STATISTICS"]);

    assert_eq!((&bare["tags"], &bare["settings"]), (&json!([]), &json!([])));
    assert_eq!(full["tags"], json!([{ "key": "AWSBatchServiceTag", "value": "batch" }]));
    assert_eq!(full["settings"][0]["name"], "containerInsights");
    let running = json!({ "name": "runningEC2TasksCount", "value": "3" });
    assert!(full["statistics"].as_array().unwrap().contains(&running), "{full}");
}

#[test]
fn cluster_names_its_capacity_providers_and_counts_every_container_instance() {
    let mut world = shop();

    let cluster = described_cluster(&mut world, &[]);

    assert_eq!(cluster["capacityProviders"], json!(["cp", "mi"]));
    assert_eq!(cluster["registeredContainerInstancesCount"], 3);
}

#[test]
fn cluster_counts_a_registering_container_instance_only_if_the_switch_says_so() {
    let counted = |clusters_count_registering: bool| {
        let registering = Lengths::secs(240);
        let switches = Switches { registering, clusters_count_registering, ..Switches::default() };
        let scenario = json!({
            "group": [{
                "name": "web", "cluster": "shop", "instances": 1, "max_size": 2, "joins_after": "40s",
            }],
            "happens": [{ "at": "1m", "what": "desired-capacity", "group": "web", "to": 2 }],
        });
        let mut world = playing_with(scenario, switches);
        pass(&mut world, 180);
        described_cluster(&mut world, &[])["registeredContainerInstancesCount"].clone()
    };

    assert_eq!((counted(false), counted(true)), (json!(0), json!(2)));
}

// API reference, CapacityProvider: `type`, `autoScalingGroupProvider`, `managedInstancesProvider`.
#[test]
fn capacity_providers_have_their_kinds() {
    let mut world = shop();

    let answer = ask(&mut world, "DescribeCapacityProviders", json!({ "cluster": "shop" }));

    let [group, managed] = &answer["capacityProviders"].as_array().unwrap()[..] else {
        panic!("{answer}")
    };
    assert_eq!((&group["name"], &group["type"]), (&json!("cp"), &json!("EC2_AUTOSCALING")));
    assert_eq!(group["autoScalingGroupProvider"]["managedDraining"], "ENABLED");
    assert_eq!((&managed["name"], &managed["type"]), (&json!("mi"), &json!("MANAGED_INSTANCES")));
    assert_eq!(managed["cluster"], "shop");
}

// "available to all accounts" (ECS developer guide, fargate-capacity-providers); "cluster-scoped" (API reference).
#[test]
fn account_lists_fargate_and_no_capacity_provider_of_a_cluster() {
    let mut world = shop();

    let all = ask(&mut world, "DescribeCapacityProviders", json!({}));
    let named = json!({ "capacityProviders": ["cp", "gone"] });
    let named = ask(&mut world, "DescribeCapacityProviders", named);

    let names: Vec<_> =
        all["capacityProviders"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["FARGATE", "FARGATE_SPOT", "cp"]);
    assert_eq!(named["capacityProviders"].as_array().unwrap().len(), 1);
    assert_eq!(named["failures"][0]["reason"], "MISSING");
}

#[test]
fn managed_instances_have_their_launch_type_and_no_tasks_of_services() {
    let mut world = shop();

    let (group, managed) = (on_instance(&mut world, "i-web-1"), on_instance(&mut world, "i-mi-1"));
    let input = json!({ "cluster": "shop", "launchType": "MANAGED_INSTANCES" });
    let listed = ask(&mut world, "ListTasks", input)["taskArns"].clone();

    assert_eq!(
        (&group["capacityProviderName"], &group["runningTasksCount"]),
        (&json!("cp"), &json!(3))
    );
    assert_eq!(managed["capacityProviderName"], "mi");
    assert_eq!(listed, json!([task_of(&world, "batch")]));
    let task = listed[0].as_str().unwrap();
    let shown = ask(&mut world, "DescribeTasks", json!({ "cluster": "shop", "tasks": [task] }));
    assert_eq!(shown["tasks"][0]["launchType"], "MANAGED_INSTANCES");
}

#[test]
fn ecs_drains_a_managed_instance_at_a_spot_warning() {
    let mut world = shop();

    pass(&mut world, 100);

    assert_eq!(on_instance(&mut world, "i-mi-1")["status"], "DRAINING");
    assert_eq!(on_instance(&mut world, "i-mi-2")["status"], "ACTIVE");
}

// ECS agent README, ECS_INSTANCE_ATTRIBUTES.
#[test]
fn agents_bring_the_attributes_of_their_group() {
    let mut world = shop();

    let shown = on_instance(&mut world, "i-web-1")["attributes"].clone();

    for (name, value) in [("team", "a"), ("rack", "7")] {
        let attribute = json!({ "name": name, "value": value });
        assert!(shown.as_array().unwrap().contains(&attribute), "{shown}");
    }
}

#[test]
fn agents_that_bring_ten_attributes_leave_no_room_for_another() {
    let attributes: serde_json::Map<_, _> =
        (0..10).map(|n| (format!("my{n}"), json!("1"))).collect();
    let mut world = playing(json!({
        "group": [{ "name": "web", "cluster": "web", "instances": 1, "attributes": attributes }],
    }));
    let id = world.ec2_instance_named("i-web-1").unwrap();
    let attribute = json!({ "name": "eleventh", "value": "1", "targetId": on(&world, &id) });

    let input = json!({ "cluster": "web", "attributes": [attribute] });
    let code = refused(&mut world, "PutAttributes", input);

    assert_eq!(code, "AttributeLimitExceededException");
}

fn mistake(scenario: Value) -> String {
    let scenario: crate::scenario::Scenario = serde_json::from_value(scenario).unwrap();
    World::new(7, Switches::default()).play(&scenario).expect_err("a mistake").to_string()
}

#[test]
fn cluster_twice_and_names_that_are_taken_are_mistakes() {
    let twice = mistake(json!({ "cluster": [{ "name": "a" }, { "name": "a" }] }));
    let taken = mistake(json!({
        "cluster": [{ "name": "a", "managed_instances": [{ "name": "web", "instances": 1 }] }],
        "group": [{ "name": "web", "instances": 1 }],
    }));
    let own = mistake(json!({
        "group": [{ "name": "web", "instances": 1, "attributes": { "ecs.os-type": "linux" } }],
    }));

    assert!(twice.starts_with("cluster[1].name: there is another"), "{twice}");
    assert!(taken.starts_with("cluster[0].managed_instances.name: "), "{taken}");
    assert!(own.starts_with("group[0].attributes: "), "{own}");
}
