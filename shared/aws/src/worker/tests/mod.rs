//! The worker over answers that are written down: what is asked and done for a message, in which order.

mod canned_aws;
mod deleted_cluster;
mod event_container_instance;
mod message_chains;
mod messages;
mod temporary_drain;
mod warm_pool;

use aws_lambda_events::event::sqs::SqsBatchResponse;
use canned_aws::{
    CannedAws, EC2_INSTANCE, TASK, a_cluster, a_drain, an_empty_drain,
    since_a_third_of_its_heartbeat_timeout, throttled, throttling,
};
use messages::{event, message, nothing_counted, task_stopped, terminate};

use crate::Feed;

fn failures(response: &SqsBatchResponse) -> Vec<&str> {
    response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
}

#[test]
fn a_batch_can_be_handled_by_any_runtime() {
    fn is_send<T: Send>(_: &T) {}
    let worker = CannedAws::default().worker(Feed::Sweep);

    is_send(&worker.handle(event(Vec::new())));
}

#[tokio::test(start_paused = true)]
async fn an_instance_with_tasks_is_drained_with_three_calls_and_remembered() {
    let aws = CannedAws::new(a_cluster(2));

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    let operations = aws.operations();
    let urgent = ["ListClusters", "ListContainerInstances", "UpdateContainerInstancesState"];
    assert_eq!(operations[..3], urgent, "{operations:?}");
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    assert!(aws.body_of("PutAttributes").contains("ebb.drain"));
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_looks_empty_is_looked_at_again_after_the_settle_time() {
    let aws = CannedAws::new(a_cluster(0));

    aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    let sent = aws.body_of("SendMessageBatch");
    assert!(sent.contains(r#"\"purpose\":\"settle\""#), "{sent}");
    assert!(sent.contains(r#""DelaySeconds":10"#), "{sent}");
    assert!(!aws.operations().contains(&"CompleteLifecycleAction".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_is_on_its_way_is_not_asked_for_again() {
    let aws = CannedAws::new(a_cluster(0));
    let worker = aws.worker(Feed::AsgLifecycle);

    worker.handle(event(vec![terminate()])).await;
    worker.handle(event(vec![terminate()])).await;

    let sent = aws.operations().into_iter().filter(|it| it == "SendMessageBatch");
    assert_eq!(sent.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_throttled_read_leaves_open_is_sent_again_as_it_was_told() {
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
async fn a_refusal_fails_the_messages_that_led_there() {
    let mut answers = a_cluster(2);
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();
    answers.push(("ListContainerInstances", 400, refused));
    let aws = CannedAws::new(answers);
    let poison = message("poison", "not json");

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![poison, terminate()])).await;

    assert_eq!(failures(&response), ["terminate"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_understood_goes_to_the_dead_letter_queue_alone() {
    let aws = CannedAws::new(a_cluster(2));
    let poison = message("poison", "not json");

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![poison, terminate()])).await;

    assert!(failures(&response).is_empty());
    let sent = aws.body_of("SendMessageBatch");
    assert!(sent.contains("/dead") && sent.contains("ebb.reason"), "{sent}");
    assert!(aws.operations().contains(&"UpdateContainerInstancesState".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_understood_fails_where_no_queue_takes_it() {
    let mut answers = a_cluster(2);
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();
    answers.push(("SendMessageBatch", 400, refused));
    let aws = CannedAws::new(answers);

    let response =
        aws.worker(Feed::AsgLifecycle).handle(event(vec![message("poison", "{}")])).await;

    assert_eq!(failures(&response), ["poison"]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_its_own_message_alone() {
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
async fn the_end_of_the_last_task_completes_within_five_calls_in_sequence_from_a_cold_start() {
    let aws = CannedAws::new(an_empty_drain());

    let response = aws.worker(Feed::EcsStateChange).handle(event(vec![nothing_counted()])).await;

    assert!(failures(&response).is_empty());
    let mut operations = aws.operations();
    assert_eq!(operations.pop().as_deref(), Some("CompleteLifecycleAction"));
    operations.sort();
    assert_eq!(
        operations,
        ["DescribeAutoScalingInstances", "DescribeContainerInstances", "ListTasks", "ListTasks"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_look_that_got_no_answer_is_made_again_when_its_event_comes_again() {
    let mut answers = an_empty_drain();
    answers.push(throttling("DescribeAutoScalingInstances"));
    let aws = CannedAws::new(answers);
    let worker = aws.worker(Feed::EcsStateChange);

    worker.handle(event(vec![nothing_counted()])).await;
    let first = aws.operations().len();
    worker.handle(event(vec![nothing_counted()])).await;

    assert!(aws.body_of("SendMessageBatch").contains("ebb.hops"));
    assert!(aws.operations().len() > first, "the event is taken for one that led to a look");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_has_just_started_has_what_it_does_not_know_looked_at_in_a_moment() {
    let aws = CannedAws::new(an_empty_drain());

    aws.worker(Feed::EcsStateChange).handle(event(vec![task_stopped()])).await;

    let asked = ["ListContainerInstances", "DescribeContainerInstances", "SendMessageBatch"];
    assert_eq!(aws.operations(), asked);
    assert!(aws.body_of("SendMessageBatch").contains("settle"));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_task_is_told_once_when_its_instance_is_known_to_drain() {
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
    let told = || worker.memory().logged_task_ends.get(TASK, worker.now()).is_some();

    worker.handle(event(vec![ended.clone()])).await;
    assert!(!told());
    worker.handle(event(vec![nothing_counted()])).await;
    assert!(told());

    worker.handle(event(vec![ended])).await;
    assert!(worker.memory().ended.get(TASK, worker.now()).is_none());
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_delivered_twice_completes_twice_at_most_and_fails_nothing() {
    let mut answers = an_empty_drain();
    let over = "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error><Type>Sender</Type>\
                <Code>ValidationError</Code><Message>No active Lifecycle Action found with instance ID i-1</Message>\
                </Error><RequestId>r</RequestId></ErrorResponse>";
    answers.push(("CompleteLifecycleAction", 400, over.to_owned()));
    let aws = CannedAws::new(answers);

    let response = aws
        .worker(Feed::EcsStateChange)
        .handle(event(vec![nothing_counted(), nothing_counted()]))
        .await;

    assert!(failures(&response).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_sweep_finds_what_no_event_told_and_asks_nothing_twice() {
    let aws = CannedAws::new(an_empty_drain());
    let sweep = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:01:00Z"}"#;

    let response = aws.worker(Feed::Sweep).handle(event(vec![message("sweep", sweep)])).await;

    assert!(failures(&response).is_empty());
    // DRAINING ones and remembered ones are listed; tasks that run and that have stopped.
    let mut operations = aws.operations();
    operations.sort();
    assert_eq!(
        operations,
        [
            "CompleteLifecycleAction",
            "DescribeAutoScalingGroups",
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
async fn what_another_hook_holds_after_its_completion_is_not_completed_every_minute() {
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
async fn heartbeats_are_taken_for_sent_only_by_a_sweep_that_knew_the_hooks_and_could_send_them() {
    let unanswered = [
        vec![],
        vec!["DescribeLifecycleHooks"],
        vec!["DescribeAutoScalingGroups", "DescribeAutoScalingInstances"],
        vec!["RecordLifecycleActionHeartbeat"],
    ];
    let sweep_of_the_first_heartbeat = r#"{"ebb":"sweep","version":1,"at":"2026-03-02T09:00:00Z"}"#;
    let mut taken_for_sent = Vec::new();
    for operations in unanswered {
        let mut answers = since_a_third_of_its_heartbeat_timeout(a_drain());
        answers.extend(operations.into_iter().map(throttling));
        let worker = CannedAws::new(answers).worker(Feed::Sweep);

        worker.handle(event(vec![message("sweep", sweep_of_the_first_heartbeat)])).await;

        taken_for_sent
            .push(worker.memory().heartbeats_sent_until.get(EC2_INSTANCE, worker.now()).is_some());
    }

    assert_eq!(taken_for_sent, [true, false, false, false]);
}
