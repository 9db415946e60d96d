//! What an event says of which EC2 instance a container instance is.

use super::canned_aws::{CannedAws, an_unremembered_drain, drained};
use super::messages::{event, nothing_counted};
use super::{Feed, failures};

#[tokio::test(start_paused = true)]
async fn an_instance_is_not_let_go_for_what_is_on_another_container_instance() {
    let mut other = drained();
    other["ec2InstanceId"] = "i-0fedcba9876543210".into();
    let described = serde_json::json!({ "containerInstances": [other], "failures": [] });
    let nowhere = serde_json::json!({ "containerInstanceArns": [] });
    let mut answers = an_unremembered_drain("Terminating:Wait");
    answers.push(("DescribeContainerInstances", 200, described.to_string()));
    answers.push(("ListContainerInstances", 200, nowhere.to_string()));
    let aws = CannedAws::new(answers);

    let response = aws.worker(Feed::EcsStateChange).handle(event(vec![nothing_counted()])).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations();
    assert!(operations.contains(&"ListContainerInstances".to_owned()), "{operations:?}");
    assert!(!operations.contains(&"CompleteLifecycleAction".to_owned()), "{operations:?}");
}
