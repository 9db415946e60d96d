//! Rule 10. A cluster that denies the read: ebb keeps only the instances that it has seen in it.

use super::canned_aws::{CannedAws, EC2_INSTANCE, an_empty_drain};
use super::messages::{event, message, nothing_counted, terminate};
use super::{Feed, failures};

/// Returns an AWS whose only cluster denies ListContainerInstances.
fn aws_that_denies_its_cluster() -> CannedAws {
    let mut answers = an_empty_drain();
    let refused = r#"{"__type":"AccessDeniedException","message":"not authorized"}"#;
    answers.push(("ListContainerInstances", 400, refused.to_owned()));
    CannedAws::new(answers)
}

#[tokio::test(start_paused = true)]
async fn rule_10_event_of_an_instance_that_was_never_seen_in_a_denied_cluster_is_done() {
    let aws = aws_that_denies_its_cluster();

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations_beside_the_groups();
    assert_eq!(operations, ["ListClusters", "DescribeClusters", "ListContainerInstances"]);
}

#[tokio::test(start_paused = true)]
async fn rule_10_event_of_an_instance_that_was_seen_in_a_denied_cluster_fails() {
    let aws = aws_that_denies_its_cluster();
    let worker = aws.worker(Feed::AsgLifecycle);
    let cluster = super::canned_aws::CLUSTER.to_owned();
    worker.memory().seen_in.insert(EC2_INSTANCE, cluster, worker.now());

    let response = worker.handle(event(vec![terminate()])).await;

    assert_eq!(failures(&response), ["terminate"]);
}

#[tokio::test(start_paused = true)]
async fn event_of_a_container_instance_says_in_which_cluster_an_instance_was_seen() {
    let worker = CannedAws::new(an_empty_drain()).worker(Feed::EcsStateChange);

    worker.handle(event(vec![nothing_counted()])).await;

    let seen_in = worker.memory().seen_in.get(EC2_INSTANCE, worker.now()).cloned();
    assert_eq!(seen_in.as_deref(), Some(super::canned_aws::CLUSTER));
}

#[tokio::test(start_paused = true)]
async fn rule_10_sweep_sends_no_heartbeat_for_an_instance_that_may_be_in_a_denied_cluster() {
    let aws = aws_that_denies_its_cluster();
    let sweep = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:01:00Z"}"#;

    let response = aws.worker(Feed::Sweep).handle(event(vec![message("sweep", sweep)])).await;

    assert!(failures(&response).is_empty());
    assert!(!aws.operations().contains(&"RecordLifecycleActionHeartbeat".to_owned()));
    assert!(!aws.operations().contains(&"CompleteLifecycleAction".to_owned()));
}
