//! Messages for workers.

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use serde_json::{Value, json};

use super::canned_aws::{CLUSTER, CONTAINER_INSTANCE, EC2_INSTANCE, TASK, drained};

pub(super) fn message(id: &str, body: &str) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(id.to_owned());
    message.body = Some(body.to_owned());
    message
}

pub(super) fn event(messages: Vec<SqsMessage>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = messages;
    event
}

/// Returns the message of an event as EventBridge sends it, with the time of the canned answers.
fn event_message(id: &str, (source, detail_type): (&str, &str), detail: &Value) -> SqsMessage {
    let body = json!({
        "version": "0", "id": "1", "source": source, "detail-type": detail_type,
        "account": "111122223333", "region": "eu-west-1", "resources": [],
        "time": "2026-03-02T09:00:00Z", "detail": detail,
    });
    message(id, &body.to_string())
}

pub(super) fn terminate() -> SqsMessage {
    let detail = json!({
        "LifecycleActionToken": "87654321-4321-4321-4321-210987654321",
        "AutoScalingGroupName": "web", "LifecycleHookName": "ebb",
        "EC2InstanceId": EC2_INSTANCE,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    });
    let kind = ("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action");
    event_message("terminate", kind, &detail)
}

pub(super) fn spot_warning() -> SqsMessage {
    let detail = json!({ "instance-id": EC2_INSTANCE, "instance-action": "terminate" });
    event_message("warning", ("aws.ec2", "EC2 Spot Instance Interruption Warning"), &detail)
}

pub(super) fn hibernation() -> SqsMessage {
    let detail = json!({ "instance-id": EC2_INSTANCE, "instance-action": "hibernate" });
    event_message("hibernation", ("aws.ec2", "EC2 Spot Instance Interruption Warning"), &detail)
}

/// Returns a change of the container instance after its last task has freed its resources.
pub(super) fn nothing_counted() -> SqsMessage {
    let mut detail = drained();
    detail["clusterArn"] = CLUSTER.into();
    detail["version"] = 7.into();
    event_message("instance", ("aws.ecs", "ECS Container Instance State Change"), &detail)
}

pub(super) fn task_stopped() -> SqsMessage {
    let detail = json!({
        "clusterArn": CLUSTER, "containerInstanceArn": CONTAINER_INSTANCE,
        "taskArn": TASK, "group": "family:import",
        "lastStatus": "STOPPED", "desiredStatus": "STOPPED", "version": 5,
        "launchType": "EC2", "containers": [{ "name": "app", "exitCode": 0 }],
    });
    event_message("task", ("aws.ecs", "ECS Task State Change"), &detail)
}
