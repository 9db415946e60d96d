//! The worker over canned answers of AWS: the calls that a message leads to, and their order.

mod canned_aws;
mod cluster_counts;
mod cluster_task_lists;
mod clusters_of_others;
mod deleted_cluster;
mod denied_cluster;
mod event_container_instance;
mod group_modes;
mod lifecycle_states;
mod listed_members;
mod listing_time;
mod message_chains;
mod messages;
mod placement_failures;
mod resent_warnings;
mod stop_plans;
mod swept_crowds;
mod temporary_drain;
mod warm_pool;

use aws_lambda_events::event::sqs::SqsBatchResponse;
use canned_aws::{
    CannedAws, EC2_INSTANCE, TASK, a_cluster, a_drain, an_empty_drain, throttled,
    throttled_by_auto_scaling, with_a_heartbeat_due,
};
use messages::{event, message, nothing_counted, task_stopped, terminate};

use crate::Feed;

fn failures(response: &SqsBatchResponse) -> Vec<&str> {
    response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
}

#[test]
fn batch_can_be_handled_by_any_runtime() {
    fn is_send<T: Send>(_: &T) {}
    let worker = CannedAws::default().worker(Feed::Sweep);

    is_send(&worker.handle(event(Vec::new())));
}

#[test]
fn worker_takes_the_configured_share_of_each_bucket() {
    let worker = CannedAws::default().worker_with(Feed::Sweep, &[("EBB_ECS_SHARE", "50")]);

    let writes = worker.clients.limiter.writes();

    assert_eq!((writes.burst, writes.per_second), (50.0, 20.0));
}

#[tokio::test(start_paused = true)]
async fn instance_with_tasks_is_drained_with_five_calls_and_gets_its_attribute() {
    let aws = CannedAws::new(a_cluster(2));

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations_beside_the_groups();
    let urgent = [
        "ListClusters",
        "DescribeClusters",
        "ListContainerInstances",
        "UpdateContainerInstancesState",
    ];
    assert_eq!(operations[..4], urgent, "{operations:?}");
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    assert!(aws.body_of("PutAttributes").contains("ebb.drain"));
}

#[tokio::test(start_paused = true)]
async fn instance_that_looks_empty_gets_a_recheck_after_the_settle_time() {
    let aws = CannedAws::new(a_cluster(0));

    aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    let sent = aws.body_of("SendMessageBatch");
    assert!(sent.contains(r#"\"purpose\":\"settle\""#), "{sent}");
    assert!(sent.contains(r#""DelaySeconds":10"#), "{sent}");
    assert!(!aws.operations().contains(&"CompleteLifecycleAction".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn recheck_on_its_way_is_not_sent_again() {
    let aws = CannedAws::new(a_cluster(0));
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(event(vec![terminate()])).await;
    worker.handle(event(vec![terminate()])).await;

    let sent = aws.operations().into_iter().filter(|it| it == "SendMessageBatch");
    assert_eq!(sent.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn message_of_a_throttled_read_is_resent_unchanged() {
    let mut answers = a_cluster(2);
    answers.push(throttled("ListContainerInstances"));
    let aws = CannedAws::new(answers);

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    let sent = aws.body_of("SendMessageBatch");
    assert!(sent.contains("LifecycleActionToken"), "{sent}");
    assert!(sent.contains(r#""DelaySeconds":5"#) && sent.contains("ebb.hops"), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn refused_write_fails_the_messages_of_its_instance() {
    let mut answers = a_cluster(2);
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();
    answers.push(("UpdateContainerInstancesState", 400, refused));
    let aws = CannedAws::new(answers);
    let poison = message("poison", "not json");

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![poison, terminate()])).await;

    assert_eq!(failures(&response), ["terminate"]);
}

#[tokio::test(start_paused = true)]
async fn message_that_cannot_be_parsed_goes_to_the_dead_letter_queue_alone() {
    let aws = CannedAws::new(a_cluster(2));
    let poison = message("poison", "not json");

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![poison, terminate()])).await;

    assert!(failures(&response).is_empty());
    let sent = aws.bodies_of("SendMessageBatch");
    let is_dead = |body: &&String| body.contains("/dead") && body.contains("ebb.reason");
    assert_eq!(sent.iter().filter(is_dead).count(), 1, "{sent:?}");
    assert!(aws.operations().contains(&"UpdateContainerInstancesState".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn message_that_cannot_be_parsed_fails_without_a_dead_letter_queue() {
    let mut answers = a_cluster(2);
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();
    answers.push(("SendMessageBatch", 400, refused));
    let aws = CannedAws::new(answers);

    let response =
        aws.worker(Feed::AsgLifecycle).handle(event(vec![message("poison", "{}")])).await;

    assert_eq!(failures(&response), ["poison"]);
}

#[tokio::test(start_paused = true)]
async fn panic_fails_its_own_message_alone() {
    let mut answers = a_cluster(2);
    answers.retain(|(operation, _, _)| *operation != "UpdateContainerInstancesState");
    let aws = CannedAws::new(answers);
    let harmless =
        message("harmless", r#"{"source":"aws.s3","detail-type":"Object Created","detail":{}}"#);

    let worker = aws.worker(Feed::AsgLifecycle);
    let response = worker.handle(event(vec![harmless, terminate()])).await;

    assert_eq!(failures(&response), ["terminate"]);
}

#[tokio::test(start_paused = true)]
async fn check_without_an_answer_is_repeated_when_its_event_is_delivered_again() {
    let mut answers = an_empty_drain();
    answers.push(throttled_by_auto_scaling("DescribeAutoScalingGroups"));
    let aws = CannedAws::new(answers);
    let worker = aws.worker(Feed::EcsStateChange);

    worker.handle(event(vec![nothing_counted()])).await;
    let first = aws.operations().len();
    worker.handle(event(vec![nothing_counted()])).await;

    assert!(aws.body_of("SendMessageBatch").contains("ebb.hops"));
    assert!(aws.operations().len() > first, "the event led to no second check");
}

#[tokio::test(start_paused = true)]
async fn unknown_instance_gets_a_recheck_from_a_process_that_has_just_started() {
    let aws = CannedAws::new(an_empty_drain());

    aws.worker(Feed::EcsStateChange).handle(event(vec![task_stopped()])).await;

    let asked = ["ListContainerInstances", "DescribeContainerInstances", "SendMessageBatch"];
    assert_eq!(aws.operations(), asked);
    assert!(aws.body_of("SendMessageBatch").contains("settle"));
}

#[tokio::test(start_paused = true)]
async fn end_of_a_task_is_logged_once_when_its_instance_is_known_to_drain() {
    let mut ended = task_stopped();
    let by_itself = |body: &str| {
        body.replacen(
            "\"lastStatus\"",
            "\"stopCode\":\"EssentialContainerExited\",\"lastStatus\"",
            1,
        )
    };
    ended.body = ended.body.as_deref().map(by_itself);
    let worker = CannedAws::new(an_empty_drain()).worker(Feed::EcsStateChange);
    let is_logged = || worker.memory().logged_task_ends.get(TASK, worker.now()).is_some();

    worker.handle(event(vec![ended.clone()])).await;
    assert!(!is_logged());
    worker.handle(event(vec![nothing_counted()])).await;
    assert!(is_logged());

    worker.handle(event(vec![ended])).await;
    assert!(worker.memory().ended_tasks.get(TASK, worker.now()).is_none());
}

#[tokio::test(start_paused = true)]
async fn event_delivered_twice_fails_nothing_if_the_action_has_ended() {
    let mut answers = an_empty_drain();
    let ended = "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error><Type>Sender</Type>\
                <Code>ValidationError</Code><Message>No active Lifecycle Action found with instance ID i-1</Message>\
                </Error><RequestId>r</RequestId></ErrorResponse>";
    answers.push(("CompleteLifecycleAction", 400, ended.to_owned()));
    let aws = CannedAws::new(answers);

    let response = aws
        .worker(Feed::EcsStateChange)
        .handle(event(vec![nothing_counted(), nothing_counted()]))
        .await;

    assert!(failures(&response).is_empty());
}

#[tokio::test(start_paused = true)]
async fn sweep_finds_a_drain_without_an_event_and_asks_nothing_twice() {
    let aws = CannedAws::new(an_empty_drain());
    let sweep = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:01:00Z"}"#;

    let response = aws.worker(Feed::Sweep).handle(event(vec![message("sweep", sweep)])).await;

    assert!(failures(&response).is_empty());
    // Two lists of container instances, DRAINING and with the attribute. Two lists of tasks, RUNNING and STOPPED.
    let mut operations = aws.operations();
    operations.sort();
    assert_eq!(
        operations,
        [
            "CompleteLifecycleAction",
            "DescribeAutoScalingGroups",
            "DescribeClusters",
            "DescribeContainerInstances",
            "DescribeLifecycleHooks",
            "ListClusters",
            "ListContainerInstances",
            "ListContainerInstances",
            "ListTasks",
            "ListTasks",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn instance_held_by_another_hook_is_completed_once() {
    let aws = CannedAws::new(an_empty_drain());
    let worker = aws.worker(Feed::Sweep);

    for minute in 1..4 {
        let at = format!("2026-03-02T09:0{minute}:00Z");
        let sweep = format!(r#"{{"ebb":"sweep","version":1,"at":"{at}"}}"#);
        worker.handle(event(vec![message("sweep", &sweep)])).await;
    }

    let count = |wanted| aws.operations().iter().filter(|it| *it == wanted).count();
    assert_eq!((count("CompleteLifecycleAction"), count("ListTasks")), (1, 2));
    assert_eq!(count("DescribeAutoScalingGroups"), 3);
}

#[tokio::test(start_paused = true)]
async fn heartbeats_count_as_sent_after_a_sweep_that_knew_the_hooks_and_sent_them() {
    let unanswered = [
        vec![],
        vec!["DescribeLifecycleHooks"],
        vec!["DescribeAutoScalingGroups", "DescribeAutoScalingInstances"],
        vec!["RecordLifecycleActionHeartbeat"],
    ];
    let sweep_of_the_first_heartbeat = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:00:00Z"}"#;
    let mut counted_as_sent = Vec::new();
    for operations in unanswered {
        let mut answers = with_a_heartbeat_due(a_drain());
        answers.extend(operations.into_iter().map(throttled_by_auto_scaling));
        let worker = CannedAws::new(answers).worker(Feed::Sweep);

        worker.handle(event(vec![message("sweep", sweep_of_the_first_heartbeat)])).await;

        counted_as_sent
            .push(worker.memory().heartbeats_sent_until.get(EC2_INSTANCE, worker.now()).is_some());
    }

    assert_eq!(counted_as_sent, [true, false, false, false]);
}
