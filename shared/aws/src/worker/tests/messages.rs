//! Messages that are sent to workers.

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

/// What EventBridge sends for an event of this moment.
fn of_eventbridge(id: &str, (source, detail_type): (&str, &str), detail: &Value) -> SqsMessage {
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
    let of_type = ("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action");
    of_eventbridge("terminate", of_type, &detail)
}

pub(super) fn hibernation() -> SqsMessage {
    let detail = json!({ "instance-id": EC2_INSTANCE, "instance-action": "hibernate" });
    of_eventbridge("hibernation", ("aws.ec2", "EC2 Spot Instance Interruption Warning"), &detail)
}

/// The container instance changes: its last task has freed its resources.
pub(super) fn nothing_counted() -> SqsMessage {
    let mut detail = drained();
    detail["clusterArn"] = CLUSTER.into();
    detail["version"] = 7.into();
    of_eventbridge("instance", ("aws.ecs", "ECS Container Instance State Change"), &detail)
}

pub(super) fn task_stopped() -> SqsMessage {
    let detail = json!({
        "clusterArn": CLUSTER, "containerInstanceArn": CONTAINER_INSTANCE,
        "taskArn": TASK, "group": "family:import",
        "lastStatus": "STOPPED", "desiredStatus": "STOPPED", "version": 5,
        "launchType": "EC2", "containers": [{ "name": "app", "exitCode": 0 }],
    });
    of_eventbridge("task", ("aws.ecs", "ECS Task State Change"), &detail)
}
