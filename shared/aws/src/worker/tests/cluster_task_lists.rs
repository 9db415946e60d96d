//! Lists of the tasks of a whole cluster, where many of its instances need one.

use std::collections::BTreeMap;

use drain::task::Task;
use serde_json::json;

use super::Feed;
use super::canned_aws::{CLUSTER, CONTAINER_INSTANCE, CannedAws, TASK};
use crate::fault::Fault;
use crate::observe::cluster_task_lists::running_tasks;
use crate::observe::clusters::ClusterTasks;
use crate::observe::tasks::{TaskHost, listing_end};

/// Returns an AWS with one task, on the container instance, that answers ListTasks with this status.
fn aws(status: u16) -> CannedAws {
    let task = json!({ "taskArn": TASK, "containerInstanceArn": CONTAINER_INSTANCE, "group": "family:import",
        "lastStatus": "RUNNING", "desiredStatus": "RUNNING" });
    let list = match status {
        200 => json!({ "taskArns": [TASK] }),
        _ => json!({ "__type": "AccessDeniedException", "message": "not authorized" }),
    };
    CannedAws::new(vec![
        ("ListTasks", status, list.to_string()),
        ("DescribeTasks", 200, json!({ "tasks": [task], "failures": [] }).to_string()),
    ])
}

/// Returns the answers about three instances, on each of which ECS counts this many tasks.
async fn listed(
    aws: &CannedAws,
    counted: usize,
    on_fargate: usize,
) -> BTreeMap<String, Result<Vec<Task>, Fault>> {
    let worker = aws.worker(Feed::AsgLifecycle);
    let host = |container_instance: &str| TaskHost {
        cluster: CLUSTER.to_owned(),
        container_instance: container_instance.to_owned(),
        counted,
    };
    let hosts = [host(CONTAINER_INSTANCE), host("arn/ci-2"), host("arn/ci-3")];
    let tasks = ClusterTasks { all: 1 + on_fargate, on_fargate };
    running_tasks(&worker.clients.ecs, &hosts, listing_end(Feed::AsgLifecycle), |_| Some(tasks))
        .await
}

/// Returns the number of lists of the cluster, and of one instance.
fn lists(aws: &CannedAws) -> (usize, usize) {
    let bodies = aws.bodies_of("ListTasks");
    let of_instance = bodies.iter().filter(|body| body.contains("containerInstance")).count();
    (bodies.len() - of_instance, of_instance)
}

#[tokio::test(start_paused = true)]
async fn instance_with_fewer_tasks_in_the_list_of_its_cluster_than_counted_is_listed_by_itself() {
    let (whole, short) = (aws(200), aws(200));

    let tasks = listed(&whole, 1, 0).await;
    listed(&short, 2, 0).await;

    assert_eq!(lists(&whole), (1, 2));
    assert_eq!(lists(&short), (1, 3));
    assert_eq!(tasks[CONTAINER_INSTANCE].as_ref().map(Vec::len), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn launch_type_is_named_only_in_a_cluster_with_tasks_on_fargate() {
    let (without, with) = (aws(200), aws(200));

    listed(&without, 1, 0).await;
    listed(&with, 1, 4).await;

    assert!(!without.body_of("ListTasks").contains("launchType"));
    assert!(with.body_of("ListTasks").contains(r#""launchType":"EC2""#));
}

#[tokio::test(start_paused = true)]
async fn denied_list_of_a_cluster_is_replaced_by_lists_of_its_instances() {
    let denied = aws(400);

    listed(&denied, 1, 0).await;

    assert_eq!(lists(&denied), (1, 3));
}
