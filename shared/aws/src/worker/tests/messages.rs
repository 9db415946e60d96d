//! Messages that are sent to workers.

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};

use super::written::{CLUSTER, CONTAINER_INSTANCE, EC2_INSTANCE, TASK, drained};

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

pub(super) fn terminate() -> SqsMessage {
    let body = serde_json::json!({
        "version": "0", "id": "1", "source": "aws.autoscaling", "account": "111122223333",
        "detail-type": "EC2 Instance-terminate Lifecycle Action",
        "time": "2026-03-02T09:00:00Z", "region": "eu-west-1", "resources": [],
        "detail": {
            "LifecycleActionToken": "87654321-4321-4321-4321-210987654321",
            "AutoScalingGroupName": "web", "LifecycleHookName": "ebb",
            "EC2InstanceId": EC2_INSTANCE,
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        },
    });
    message("terminate", &body.to_string())
}

pub(super) fn hibernation() -> SqsMessage {
    let body = serde_json::json!({
        "version": "0", "id": "1", "source": "aws.ec2", "account": "111122223333",
        "detail-type": "EC2 Spot Instance Interruption Warning",
        "time": "2026-03-02T09:00:00Z", "region": "eu-west-1", "resources": [],
        "detail": { "instance-id": EC2_INSTANCE, "instance-action": "hibernate" },
    });
    message("hibernation", &body.to_string())
}

/// The container instance changes: its last task has freed its resources.
pub(super) fn nothing_counted() -> SqsMessage {
    let mut detail = drained();
    detail["clusterArn"] = CLUSTER.into();
    detail["version"] = 7.into();
    let body = serde_json::json!({
        "version": "0", "id": "2", "source": "aws.ecs", "account": "111122223333",
        "detail-type": "ECS Container Instance State Change",
        "time": "2026-03-02T09:00:00Z", "region": "eu-west-1", "resources": [], "detail": detail,
    });
    message("instance", &body.to_string())
}

pub(super) fn task_stopped() -> SqsMessage {
    let body = serde_json::json!({
        "version": "0", "id": "1", "source": "aws.ecs", "account": "111122223333",
        "detail-type": "ECS Task State Change",
        "time": "2026-03-02T09:00:00Z", "region": "eu-west-1", "resources": [],
        "detail": {
            "clusterArn": CLUSTER, "containerInstanceArn": CONTAINER_INSTANCE,
            "taskArn": TASK, "group": "family:import",
            "lastStatus": "STOPPED", "desiredStatus": "STOPPED", "version": 5,
            "launchType": "EC2", "containers": [{ "name": "app", "exitCode": 0 }],
        },
    });
    message("task", &body.to_string())
}
