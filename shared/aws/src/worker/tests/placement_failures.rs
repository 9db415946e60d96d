//! Rule 15. A placement failure that is known from its event explains a stuck service without a call.

use serde_json::json;

use super::Feed;
use super::canned_aws::{CLUSTER, CannedAws, a_drain, with_a_heartbeat_due};
use super::messages::{event, message};

/// Returns an AWS in which an instance has been draining for twenty minutes and still has a replica task.
fn aws_with_a_stuck_service() -> CannedAws {
    let mut answers = with_a_heartbeat_due(a_drain());
    for (_, _, body) in &mut answers {
        *body = body.replace("family:import", "service:api");
    }
    let bounds = json!({ "minimumHealthyPercent": 100, "maximumPercent": 200 });
    let service = json!({
        "serviceName": "api", "schedulingStrategy": "REPLICA", "desiredCount": 2,
        "deploymentConfiguration": bounds,
    });
    let services = json!({ "services": [service], "failures": [] });
    answers.push(("DescribeServices", 200, services.to_string()));
    let protection = json!({ "protectedTasks": [], "failures": [] });
    answers.push(("GetTaskProtection", 200, protection.to_string()));
    CannedAws::new(answers)
}

/// Returns the numbers of DescribeServices and GetTaskProtection in a sweep after a placement failure of this cluster and
/// this time.
async fn calls_after_a_failure(cluster: &str, at: &str) -> [usize; 2] {
    let aws = aws_with_a_stuck_service();
    let worker = aws.worker(Feed::Sweep);
    let failure = json!({
        "source": "aws.ecs", "detail-type": "ECS Service Action",
        "resources": [format!("{}/api", cluster.replace(":cluster/", ":service/"))],
        "detail": {
            "eventName": "SERVICE_TASK_PLACEMENT_FAILURE", "clusterArn": cluster,
            "reason": "RESOURCE:MEMORY", "createdAt": at,
        },
    });
    worker.handle(event(vec![message("failure", &failure.to_string())])).await;
    assert!(aws.operations().is_empty(), "{:?}", aws.operations());

    let sweep = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:00:00Z"}"#;
    worker.handle(event(vec![message("sweep", sweep)])).await;

    let operations = aws.operations();
    let count = |wanted| operations.iter().filter(|it| *it == wanted).count();
    [count("DescribeServices"), count("GetTaskProtection")]
}

#[tokio::test(start_paused = true)]
async fn rule_15_placement_failure_during_the_drain_answers_for_its_service() {
    assert_eq!(calls_after_a_failure(CLUSTER, "2026-03-02T08:55:00Z").await, [1, 0]);
}

#[tokio::test(start_paused = true)]
async fn rule_15_placement_failure_of_another_time_or_cluster_answers_for_nothing() {
    let other = CLUSTER.replace("cluster/web", "cluster/shop");

    assert_eq!(calls_after_a_failure(CLUSTER, "2026-03-02T08:30:00Z").await, [2, 1]);
    assert_eq!(calls_after_a_failure(&other, "2026-03-02T08:55:00Z").await, [2, 1]);
}
