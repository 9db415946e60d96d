//! Lifecycle states of instances, from the list of groups that is read for the mode.

use super::canned_aws::{CannedAws, EC2_INSTANCE, an_empty_drain, groups};
use super::messages::{event, nothing_counted};
use super::{Feed, failures};

#[tokio::test(start_paused = true)]
async fn end_of_the_last_task_completes_the_action_with_five_calls_from_a_cold_start() {
    let aws = CannedAws::new(an_empty_drain());

    let response = aws.worker(Feed::EcsStateChange).handle(event(vec![nothing_counted()])).await;

    assert!(failures(&response).is_empty());
    let mut operations = aws.operations();
    assert_eq!(operations.pop().as_deref(), Some("CompleteLifecycleAction"));
    operations.sort();
    assert_eq!(
        operations,
        ["DescribeAutoScalingGroups", "DescribeContainerInstances", "ListTasks", "ListTasks",]
    );
}

#[tokio::test(start_paused = true)]
async fn instance_that_no_group_lists_is_asked_for_once_more() {
    let mut answers = an_empty_drain();
    answers.push(("DescribeAutoScalingGroups", 200, groups("").replace(EC2_INSTANCE, "i-other")));
    let aws = CannedAws::new(answers);

    aws.worker(Feed::EcsStateChange).handle(event(vec![nothing_counted()])).await;

    let last = ["DescribeAutoScalingInstances", "CompleteLifecycleAction"];
    let operations = aws.operations();
    assert!(operations.ends_with(&last.map(str::to_owned)), "{operations:?}");
}
