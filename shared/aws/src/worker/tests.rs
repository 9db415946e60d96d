//! The worker over answers that are written down: what is asked and done for a message, in which order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_lambda_events::event::sqs::SqsMessage;
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::*;

const NOW: u64 = 1_772_442_000;
const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";
const CONTAINER_INSTANCE: &str =
    "arn:aws:ecs:eu-west-1:111122223333:container-instance/web/0f1e2d3c";
const EC2_INSTANCE: &str = "i-0123456789abcdef0";

/// An AWS of written answers, by operation, and the calls that were made of it.
#[derive(Debug, Clone, Default)]
struct Written {
    answers: Arc<BTreeMap<&'static str, (u16, String)>>,
    calls: Arc<Mutex<Vec<(String, String)>>>,
}

impl Written {
    fn new(answers: Vec<(&'static str, u16, String)>) -> Self {
        let answers = answers.into_iter().map(|(name, status, body)| (name, (status, body)));
        Self { answers: Arc::new(answers.collect()), calls: Arc::default() }
    }

    fn operations(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect()
    }

    fn body_of(&self, operation: &str) -> String {
        let calls = self.calls.lock().unwrap();
        calls.iter().find(|(name, _)| name == operation).map(|(_, body)| body.clone()).unwrap()
    }

    fn worker(&self, feed: Feed) -> Worker {
        let variables = [
            ("EBB_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/own"),
            ("EBB_DEAD_LETTER_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/dead"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::from_environment(variables).unwrap();
        let time = SharedTimeSource::new(StaticTimeSource::from_secs(NOW));
        let http = SharedHttpClient::new(self.clone());
        Worker::new(feed, config, Clients::over(http, time, "eu-west-1"))
    }
}

impl HttpConnector for Written {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let query = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
        let operation = query.or(target.rsplit('.').next()).unwrap_or_default().to_owned();
        self.calls.lock().unwrap().push((operation.clone(), body));
        let missing = || panic!("no answer is written for {operation}");
        let (status, body) = self.answers.get(operation.as_str()).cloned().unwrap_or_else(missing);
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl HttpClient for Written {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn message(id: &str, body: &str) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(id.to_owned());
    message.body = Some(body.to_owned());
    message
}

fn event(messages: Vec<SqsMessage>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = messages;
    event
}

fn terminate() -> SqsMessage {
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

fn container_instance(status: &str, tasks: u32) -> serde_json::Value {
    serde_json::json!({
        "containerInstanceArn": CONTAINER_INSTANCE, "ec2InstanceId": EC2_INSTANCE,
        "status": status, "agentConnected": true, "version": 7,
        "runningTasksCount": tasks, "pendingTasksCount": 0, "attributes": [],
    })
}

fn hooks() -> String {
    "<DescribeLifecycleHooksResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
     <DescribeLifecycleHooksResult><LifecycleHooks><member>\
     <LifecycleHookName>ebb</LifecycleHookName><AutoScalingGroupName>web</AutoScalingGroupName>\
     <LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition>\
     <HeartbeatTimeout>3600</HeartbeatTimeout><GlobalTimeout>172800</GlobalTimeout>\
     </member></LifecycleHooks></DescribeLifecycleHooksResult>\
     </DescribeLifecycleHooksResponse>"
        .to_owned()
}

/// One container instance in one cluster that can be drained, with so many tasks on it.
fn a_cluster(tasks: u32) -> Vec<(&'static str, u16, String)> {
    let json = |value: serde_json::Value| value.to_string();
    let drained = container_instance("DRAINING", tasks);
    vec![
        ("ListClusters", 200, json(serde_json::json!({ "clusterArns": [CLUSTER] }))),
        (
            "ListContainerInstances",
            200,
            json(serde_json::json!({ "containerInstanceArns": [CONTAINER_INSTANCE] })),
        ),
        (
            "UpdateContainerInstancesState",
            200,
            json(serde_json::json!({ "containerInstances": [drained], "failures": [] })),
        ),
        ("PutAttributes", 200, json(serde_json::json!({ "attributes": [] }))),
        ("ListTasks", 200, json(serde_json::json!({ "taskArns": [] }))),
        ("DescribeLifecycleHooks", 200, hooks()),
        (
            "SendMessageBatch",
            200,
            json(
                serde_json::json!({ "Successful": [{ "Id": "0", "MessageId": "m", "MD5OfMessageBody": "" }] }),
            ),
        ),
    ]
}

fn throttled(operation: &'static str) -> (&'static str, u16, String) {
    let body = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    (operation, 400, body.to_owned())
}

fn failures(response: &SqsBatchResponse) -> Vec<&str> {
    response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
}

#[test]
fn a_batch_can_be_handled_by_any_runtime() {
    fn is_send<T: Send>(_: &T) {}
    let worker = Written::default().worker(Feed::Sweep);

    is_send(&worker.handle(event(Vec::new())));
}

#[tokio::test(start_paused = true)]
async fn an_instance_with_tasks_is_drained_with_three_calls_and_remembered() {
    let aws = Written::new(a_cluster(2));

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
    let aws = Written::new(a_cluster(0));

    aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    let sent = aws.body_of("SendMessageBatch");
    assert!(sent.contains(r#"\"purpose\":\"settle\""#), "{sent}");
    assert!(sent.contains(r#""DelaySeconds":10"#), "{sent}");
    assert!(!aws.operations().contains(&"CompleteLifecycleAction".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_a_throttled_read_leaves_open_is_sent_again_as_it_was_told() {
    let mut answers = a_cluster(2);
    answers.push(throttled("ListContainerInstances"));
    let aws = Written::new(answers);

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![terminate()])).await;

    assert!(failures(&response).is_empty());
    let sent = aws.body_of("SendMessageBatch");
    assert!(sent.contains("LifecycleActionToken"), "{sent}");
    assert!(sent.contains(r#""DelaySeconds":15"#) && sent.contains("ebb.hops"), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_fails_the_messages_that_led_there() {
    let mut answers = a_cluster(2);
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();
    answers.push(("ListContainerInstances", 400, refused));
    let aws = Written::new(answers);
    let poison = message("poison", "not json");

    let response = aws.worker(Feed::AsgLifecycle).handle(event(vec![poison, terminate()])).await;

    assert_eq!(failures(&response), ["terminate"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_understood_goes_to_the_dead_letter_queue_alone() {
    let aws = Written::new(a_cluster(2));
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
    let aws = Written::new(answers);

    let response =
        aws.worker(Feed::AsgLifecycle).handle(event(vec![message("poison", "{}")])).await;

    assert_eq!(failures(&response), ["poison"]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_its_own_message_alone() {
    let mut answers = a_cluster(2);
    answers.retain(|(operation, _, _)| *operation != "UpdateContainerInstancesState");
    let aws = Written::new(answers);
    let harmless =
        message("harmless", r#"{"source":"aws.s3","detail-type":"Object Created","detail":{}}"#);

    let worker = aws.worker(Feed::AsgLifecycle);
    let response = worker.handle(event(vec![harmless, terminate()])).await;

    assert_eq!(failures(&response), ["terminate"]);
}
