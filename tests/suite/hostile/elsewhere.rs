//! Events of other accounts, Regions, partitions and clusters, and events whose parts disagree about these.

use std::time::Duration;

use aws::Feed;
use serde_json::json;

use super::attack::{Message, STAYS, changed, held, reasons, stopped, terminate, world};
use super::{are_passed_over, are_set_aside, lifecycle};
use crate::world::played;

const HERE: &str = "arn:aws:ecs:eu-west-1:111122223333";
const ID: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

fn ecs(body: impl ToString) -> Message {
    (Feed::EcsStateChange, body.to_string())
}

#[test]
fn an_event_of_ecs_whose_arns_disagree_is_set_aside() {
    let cluster = format!("{HERE}:cluster/web");
    let instance = format!("{HERE}:container-instance/web/{ID}");
    let elsewhere = HERE.replace("111122223333", "444455556666");
    are_set_aside(&[
        ecs(changed(&cluster, &format!("{HERE}:container-instance/billing/{ID}"))),
        ecs(changed(&cluster, &format!("{elsewhere}:container-instance/web/{ID}"))),
        ecs(changed(
            &cluster,
            &format!("{}:container-instance/web/{ID}", HERE.replace("west-1", "west-2")),
        )),
        ecs(changed(&format!("{HERE}:cluster/../web"), &instance)),
        ecs(changed(&format!("{HERE}:cluster/web\n"), &instance)),
        ecs(changed("web", &instance)),
        ecs(stopped(&cluster, &instance, &format!("{elsewhere}:task/web/{ID}"))),
        ecs(stopped(&cluster, &instance, &format!("{HERE}:task/web/../{ID}"))),
        ecs(stopped(&cluster, "arn:aws:iam::111122223333:role/admin", "arn:aws:s3:::b")),
    ]);
}

#[test]
fn an_event_of_another_account_or_region_is_passed_over() {
    let of = |field: &str, value: &str| {
        let mut event = terminate(|_| ());
        event[field] = value.into();
        lifecycle(event)
    };
    let notification = json!({
        "AccountId": "444455556666", "Time": "2026-03-02T09:01:00Z", "EC2InstanceId": STAYS,
        "LifecycleActionToken": "t", "AutoScalingGroupName": "web", "LifecycleHookName": "ebb",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    });
    are_passed_over(&[
        of("account", "444455556666"),
        of("account", "111122223333 "),
        of("region", "eu-west-2"),
        lifecycle(notification),
    ]);
}

#[test]
fn an_event_of_ecs_of_another_account_that_claims_to_be_of_ours_is_asked_nothing_about() {
    let places = [
        "aws:ecs:eu-west-1:444455556666",
        "aws:ecs:us-east-1:111122223333",
        "aws-cn:ecs:eu-west-1:111122223333",
    ];
    let messages = places.iter().flat_map(|place| {
        let arn = |what: &str| format!("arn:{place}:{what}");
        let (cluster, instance) =
            (arn("cluster/web"), arn(&format!("container-instance/web/{ID}")));
        [
            changed(&cluster, &instance),
            stopped(&cluster, &instance, &arn(&format!("task/web/{ID}"))),
        ]
    });
    are_passed_over(&messages.map(ecs).collect::<Vec<_>>());
}

#[test]
fn an_event_of_a_cluster_that_is_not_served_is_asked_nothing_about() {
    let arn = |what: &str| format!("{HERE}:{what}");
    let (cluster, instance) =
        (arn("cluster/billing"), arn(&format!("container-instance/billing/{ID}")));
    let messages = [
        changed(&cluster, &instance),
        stopped(&cluster, &instance, &arn(&format!("task/billing/{ID}"))),
    ];
    let mut world = world(&messages.map(ecs));
    world.environment.insert("EBB_CLUSTERS".to_owned(), "web".to_owned());

    let run = played(&world);

    held(&run);
    assert_eq!(reasons(&run), Vec::<&str>::new());
}

/// The event names a container instance that ECS does not have. An earlier ebb completed the action of the EC2
/// instance, while tasks ran on its true container instance.
#[test]
fn an_event_that_names_another_container_instance_ends_no_drain() {
    let nowhere = format!("{HERE}:container-instance/web/{ID}");
    let mut scenario = world(&[]);
    let body = changed(&format!("{HERE}:cluster/web"), &nowhere).to_string();
    let what = sim::scenario::Happening::Message { queue: "ecs-state-change".to_owned(), body };
    let at = sim::scenario::Length(Duration::from_secs(90));
    scenario.happens.push(sim::scenario::Step { at, what });

    held(&played(&scenario));
}
