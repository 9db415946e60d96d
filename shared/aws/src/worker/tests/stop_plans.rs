//! Stop plans that come due. The clock of the canned answers stands at 2026-03-02T09:00:00Z.

use aws_lambda_events::event::sqs::SqsMessage;
use drain::signal::StopPlan;
use serde_json::{Value, json};

use super::canned_aws::{
    CLUSTER, CONTAINER_INSTANCE, CannedAws, EC2_INSTANCE, TASK, groups, throttled,
};
use super::messages::{event, message};
use super::{Feed, failures};

const QUEUE: (&str, &str) =
    ("EBB_STOP_PLAN_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/plans");

/// Returns a plan to stop one task, as the queue with this name delivers it.
fn plan(queue: &str, deadline: &str) -> SqsMessage {
    let plan = StopPlan {
        ec2_instance: EC2_INSTANCE.to_owned(),
        cluster: CLUSTER.to_owned(),
        container_instance: CONTAINER_INSTANCE.to_owned(),
        group: Some("web".to_owned()),
        at: "2026-03-02T09:00:00Z".parse().unwrap(),
        deadline: deadline.parse().unwrap(),
        tasks: vec![TASK.to_owned()],
    };
    let mut message = message("plan", &plan.to_json());
    message.event_source_arn = Some(format!("arn:aws:sqs:eu-west-1:111122223333:{queue}"));
    message
}

/// Returns an AWS whose group has this mode, and in which the task has this desired status.
fn aws(mode: &str, desired_status: &str) -> CannedAws {
    let task = json!({ "taskArn": TASK, "group": "family:import", "lastStatus": "RUNNING",
        "desiredStatus": desired_status });
    answering(mode, 200, json!({ "tasks": [task], "failures": [] }).to_string())
}

/// Returns an AWS whose group has this mode, with this answer about tasks.
fn answering(mode: &str, status: u16, tasks: String) -> CannedAws {
    let tag = format!("<Tags><member><Key>ebb:mode</Key><Value>{mode}</Value></member></Tags>");
    let sent = json!({ "Successful": [{ "Id": "0", "MessageId": "m", "MD5OfMessageBody": "m" }],
        "Failed": [] });
    CannedAws::new(vec![
        ("DescribeAutoScalingGroups", 200, groups("InService").replace("<Tags/>", &tag)),
        ("DescribeTasks", status, tasks),
        ("StopTask", 200, json!({ "task": { "taskArn": TASK } }).to_string()),
        ("SendMessageBatch", 200, sent.to_string()),
    ])
}

async fn stops(aws: &CannedAws, plan: SqsMessage) -> usize {
    let worker = aws.worker_with(Feed::SpotInterruption, &[QUEUE]);
    let response = worker.handle(event(vec![plan])).await;
    assert!(failures(&response).is_empty());
    aws.operations().iter().filter(|operation| *operation == "StopTask").count()
}

#[tokio::test(start_paused = true)]
async fn planned_task_that_still_runs_is_stopped_without_a_list() {
    let aws = aws("act", "RUNNING");

    assert_eq!(stops(&aws, plan("plans", "2026-03-02T09:00:40Z")).await, 1);
    assert!(!aws.operations().contains(&"ListTasks".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn planned_task_that_has_begun_to_stop_is_left_alone() {
    let aws = aws("act", "STOPPED");

    assert_eq!(stops(&aws, plan("plans", "2026-03-02T09:00:40Z")).await, 0);
}

#[tokio::test(start_paused = true)]
async fn planned_task_is_stopped_although_ecs_does_not_answer() {
    let (_, status, body) = throttled("DescribeTasks");
    let aws = answering("act", status, body);

    assert_eq!(stops(&aws, plan("plans", "2026-03-02T09:00:40Z")).await, 1);
}

#[tokio::test(start_paused = true)]
async fn stop_plan_of_a_group_that_is_observed_or_held_stops_nothing() {
    for mode in ["observe", "hold"] {
        let aws = aws(mode, "RUNNING");

        assert_eq!(stops(&aws, plan("plans", "2026-03-02T09:00:40Z")).await, 0, "{mode}");
    }
}

#[tokio::test(start_paused = true)]
async fn stop_plan_stops_nothing_after_its_deadline() {
    let aws = aws("act", "RUNNING");

    assert_eq!(stops(&aws, plan("plans", "2026-03-02T09:00:00Z")).await, 0);
}

#[tokio::test(start_paused = true)]
async fn stop_plan_in_another_queue_is_dead_lettered() {
    let aws = aws("act", "RUNNING");

    assert_eq!(stops(&aws, plan("own", "2026-03-02T09:00:40Z")).await, 0);
    let sent: Value = serde_json::from_str(&aws.body_of("SendMessageBatch")).unwrap();
    assert!(sent["QueueUrl"].as_str().unwrap().ends_with("/dead"), "{sent}");
}
