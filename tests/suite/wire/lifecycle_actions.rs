//! TerminateInstanceInAutoScalingGroup, RecordLifecycleActionHeartbeat, CompleteLifecycleAction.

use std::time::Duration;

use super::{Account, asking, refusal};

const GROUP: &str = r#"
    [[group]]
    name = "web"
    cluster = "shop"
    instances = 2

    [[group.hook]]
    name = "ebb"
    heartbeat_timeout = "1m"
    default_result = "CONTINUE"
"#;

/// Returns an instance that a lifecycle action holds.
async fn held(account: &Account) -> String {
    let id = account.ec2_instance("i-web-1");
    let terminate = account.clients.autoscaling.terminate_instance_in_auto_scaling_group();
    let terminate = terminate.instance_id(&id).should_decrement_desired_capacity(false);
    let answer = terminate.send().await.unwrap();
    let activity = answer.activity().unwrap();
    assert!(activity.description().unwrap().ends_with(&id), "{activity:?}");
    tokio::time::sleep(Duration::from_secs(10)).await;
    id
}

/// Returns the lifecycle state of an instance, or `None` if the instance has left its group.
async fn state(account: &Account, id: &str) -> Option<String> {
    let describe = account.clients.autoscaling.describe_auto_scaling_instances().instance_ids(id);
    let answer = describe.send().await.unwrap();
    let it = answer.auto_scaling_instances().first()?;
    it.lifecycle_state().map(str::to_owned)
}

#[test]
fn an_instance_that_is_terminated_in_its_group_waits_on_the_hook() {
    asking(GROUP, async |account| {
        let id = held(&account).await;

        assert_eq!(state(&account, &id).await.as_deref(), Some("Terminating:Wait"));
    });
}

#[test]
fn an_instance_in_no_group_cannot_be_terminated_there() {
    asking(GROUP, async |account| {
        let terminate = account.clients.autoscaling.terminate_instance_in_auto_scaling_group();
        let terminate = terminate.instance_id("i-0000000000000dead");

        let refused = terminate.should_decrement_desired_capacity(false).send().await;

        let (code, message) = refusal(refused);
        assert_eq!(code, "ValidationError");
        assert!(message.contains("not found"), "{message}");
    });
}

// API reference, RecordLifecycleActionHeartbeat: a heartbeat extends the timeout by the length of the heartbeat
// timeout.
#[test]
fn a_heartbeat_keeps_the_lifecycle_action_alive() {
    asking(GROUP, async |account| {
        let id = held(&account).await;
        let beat = account.clients.autoscaling.record_lifecycle_action_heartbeat();
        let beat = beat.auto_scaling_group_name("web").lifecycle_hook_name("ebb").instance_id(&id);

        tokio::time::sleep(Duration::from_secs(40)).await;
        beat.clone().send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(50)).await;
        let kept = state(&account, &id).await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        let over = refusal(beat.send().await);

        assert_eq!(kept.as_deref(), Some("Terminating:Wait"));
        assert_eq!(over.0, "ValidationError");
        assert!(over.1.starts_with("No active Lifecycle Action"), "{}", over.1);
    });
}

#[test]
fn a_lifecycle_action_is_completed_once() {
    asking(GROUP, async |account| {
        let id = held(&account).await;
        let complete = account.clients.autoscaling.complete_lifecycle_action();
        let complete = complete.auto_scaling_group_name("web").lifecycle_hook_name("ebb");
        let complete = complete.instance_id(&id).lifecycle_action_result("CONTINUE");

        complete.clone().send().await.unwrap();
        let after = state(&account, &id).await;
        let (code, message) = refusal(complete.send().await);

        assert_ne!(after.as_deref(), Some("Terminating:Wait"));
        assert_eq!(code, "ValidationError");
        assert!(message.starts_with("No active Lifecycle Action"), "{message}");
    });
}
