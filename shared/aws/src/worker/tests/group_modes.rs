//! Modes: a group that ebb only observes is known before the first write.

use super::canned_aws::{CannedAws, a_cluster, groups, throttled_by_auto_scaling};
use super::messages::{event, spot_warning, terminate};
use super::{Feed, failures};

/// Operations that change something, or send a message.
const WRITES: [&str; 4] = [
    "UpdateContainerInstancesState",
    "PutAttributes",
    "SendMessageBatch",
    "RecordLifecycleActionHeartbeat",
];

/// Returns an AWS in which the group of the instance has a tag `ebb:mode`.
fn aws_with_mode(mode: &str) -> CannedAws {
    let tag = format!("<Tags><member><Key>ebb:mode</Key><Value>{mode}</Value></member></Tags>");
    let mut answers = a_cluster(2);
    let tagged = groups("Terminating:Wait").replace("<Tags/>", &tag);
    answers.push(("DescribeAutoScalingGroups", 200, tagged));
    CannedAws::new(answers)
}

fn writes(aws: &CannedAws) -> Vec<String> {
    aws.operations().into_iter().filter(|it| WRITES.contains(&it.as_str())).collect()
}

#[tokio::test(start_paused = true)]
async fn lifecycle_action_of_an_observed_group_is_written_nothing() {
    let aws = aws_with_mode("observe");

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    assert!(writes(&aws).is_empty(), "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn spot_warning_for_an_instance_of_an_observed_group_is_written_nothing() {
    let aws = aws_with_mode("observe");

    let response = aws.worker(Feed::SpotInterruption).handle(event(vec![spot_warning()])).await;

    assert!(failures(&response).is_empty());
    assert!(writes(&aws).is_empty(), "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn group_whose_tag_says_act_is_drained_by_a_deployment_that_observes() {
    let aws = aws_with_mode("act");
    let worker = aws.worker_with(Feed::AsgLifecycle, &[("EBB_MODE", "observe")]);

    worker.handle(event(vec![terminate()])).await;

    assert!(writes(&aws).contains(&"UpdateContainerInstancesState".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn message_that_is_only_observed_is_not_sent_again() {
    let mut answers = a_cluster(2);
    answers.push(super::throttled("ListContainerInstances"));
    let aws = CannedAws::new(answers);
    let worker = aws.worker_with(Feed::AsgLifecycle, &[("EBB_MODE", "observe")]);

    let response = worker.handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    assert!(writes(&aws).is_empty(), "{:?}", aws.operations());
}

#[tokio::test(start_paused = true)]
async fn message_is_sent_again_if_the_groups_are_not_listed_for_the_moment() {
    let mut answers = a_cluster(2);
    answers.push(throttled_by_auto_scaling("DescribeAutoScalingGroups"));
    let aws = CannedAws::new(answers);

    aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert_eq!(writes(&aws), ["SendMessageBatch"]);
    assert!(aws.body_of("SendMessageBatch").contains("ebb.hops"));
}

#[tokio::test(start_paused = true)]
async fn groups_are_listed_once_a_minute() {
    let aws = CannedAws::new(a_cluster(2));
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(event(vec![terminate()])).await;
    worker.handle(event(vec![terminate()])).await;

    let lists = aws.operations().into_iter().filter(|it| it == "DescribeAutoScalingGroups");
    assert_eq!(lists.count(), 1);
}
