//! Events that name the container instance of another EC2 instance.

use super::canned_aws::{CannedAws, a_drain_without_an_attribute, drained};
use super::messages::{event, nothing_counted};
use super::{Feed, failures};

#[tokio::test(start_paused = true)]
async fn instance_is_not_completed_for_the_tasks_of_another_container_instance() {
    let mut other = drained();
    other["ec2InstanceId"] = "i-0fedcba9876543210".into();
    let described = serde_json::json!({ "containerInstances": [other], "failures": [] });
    let nowhere = serde_json::json!({ "containerInstanceArns": [] });
    let mut answers = a_drain_without_an_attribute("Terminating:Wait");
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("ListContainerInstances", 200, nowhere.to_string()));
    let aws = CannedAws::new(answers);

    let response = aws.worker(Feed::EcsStateChange).handle(event(vec![nothing_counted()])).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations();
    assert!(operations.contains(&"ListContainerInstances".to_owned()), "{operations:?}");
    assert!(!operations.contains(&"CompleteLifecycleAction".to_owned()), "{operations:?}");
}
