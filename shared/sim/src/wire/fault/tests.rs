use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use serde_json::{Value, json};

use crate::aws::{Aws, block_on};
use crate::history::Fact;
use crate::scenario::{CallFault, Lengths, PlannedFault, Scenario, Switches};
use crate::sqs::queue_url;
use crate::wire::{Who, Wire, raw};
use crate::world::World;

const ECS: &str = "AmazonEC2ContainerServiceV20141113";

/// Returns the client of a function. The fault strikes its first call of an operation. Calls take a tenth of a second.
fn struck(operation: &str, become_: CallFault) -> (Aws, SharedHttpClient) {
    let mut world = World::new(1, Switches::default());
    world.switches.api_call = Lengths::millis(100, 100);
    let deployment = json!({"queue": [{"name": "q"}]});
    world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    let scenario = json!({
        "group": [{"name": "web", "cluster": "shop", "instances": 1}],
        "standalone": [{"family": "report", "cluster": "shop", "on": "i-web-1", "count": 2}],
    });
    world.play(&serde_json::from_value::<Scenario>(scenario).unwrap()).unwrap();
    let (function, operation) = ("f".to_owned(), operation.to_owned());
    world.plan_faults(&[PlannedFault::Call { function, operation, nth: 1, become_ }]);
    let aws = Aws::new(world);
    let wire = Wire { aws: aws.clone(), who: Who::Function("f".to_owned()) };
    (aws, SharedHttpClient::new(wire))
}

async fn send(client: &SharedHttpClient) -> (u16, Value) {
    let input = json!({"QueueUrl": queue_url("q"), "MessageBody": "m"});
    raw(client, "AmazonSQS.SendMessage", input).await
}

async fn set_desired_capacity(client: &SharedHttpClient, to: usize) -> (u16, String) {
    let form = format!(
        "Action=SetDesiredCapacity&Version=2011-01-01&AutoScalingGroupName=web&DesiredCapacity={to}"
    );
    let (status, _, body) = crate::wire::tests::send(client, &[], form).await;
    (status, body)
}

fn messages(aws: &Aws) -> usize {
    aws.world(|world| world.sqs.visible("q").0)
}

/// Returns the faults that struck, by kind.
fn faults(aws: &Aws) -> Vec<&'static str> {
    let kind = |fact: &Fact| match fact {
        Fact::Fault { kind, .. } => Some(*kind),
        _ => None,
    };
    aws.world(|world| world.history().iter().filter_map(|entry| kind(&entry.fact)).collect())
}

// API references, Common errors: throttling is HTTP 400, and its code is the service's own.
#[test]
fn a_call_that_is_throttled_is_refused_and_not_done() {
    block_on(1, async {
        let (aws, client) = struck("SendMessage", CallFault::Throttled);

        let (status, answer) = send(&client).await;
        let after_first = messages(&aws);
        let (again, _) = send(&client).await;

        assert_eq!(
            (status, &answer["__type"]),
            (400, &json!("com.amazonaws.sqs#RequestThrottled"))
        );
        assert_eq!((after_first, again, messages(&aws)), (0, 200, 1));
        assert_eq!(faults(&aws), ["throttled"]);
    })
    .unwrap();
}

// API reference, EC2 Auto Scaling, Common errors.
#[test]
fn each_service_throttles_in_its_own_words() {
    block_on(1, async {
        let (_, client) = struck("ListClusters", CallFault::Throttled);
        let (_, ecs) = raw(&client, &format!("{ECS}.ListClusters"), json!({})).await;
        let (_, client) = struck("SetDesiredCapacity", CallFault::Throttled);
        let (status, autoscaling) = set_desired_capacity(&client, 1).await;

        assert_eq!(ecs["__type"], "ThrottlingException");
        assert_eq!(status, 400);
        assert!(autoscaling.contains("<Code>Throttling</Code>"), "{autoscaling}");
    })
    .unwrap();
}

// API reference, ECS, Common errors: ServerException is HTTP 500; EC2 Auto Scaling: InternalFailure.
#[test]
fn a_call_that_failed_is_an_error_of_the_server_and_not_done() {
    block_on(1, async {
        let (aws, client) = struck("SetDesiredCapacity", CallFault::Failed);

        let (status, answer) = set_desired_capacity(&client, 2).await;
        let desired = aws.world(|world| world.autoscaling.groups["web"].desired);

        assert_eq!((status, desired), (500, 1));
        assert!(answer.contains("<Type>Receiver</Type><Code>InternalFailure</Code>"), "{answer}");
    })
    .unwrap();
}

// Smithy, awsQueryCompatible: the header ends with the party at fault.
#[test]
fn a_failure_of_sqs_is_the_receivers_fault_in_its_header_too() {
    block_on(1, async {
        let (_, client) = struck("SendMessage", CallFault::Failed);
        let input = json!({"QueueUrl": queue_url("q"), "MessageBody": "m"}).to_string();

        let target = [("x-amz-target", "AmazonSQS.SendMessage")];
        let (status, headers, _) = crate::wire::tests::send(&client, &target, input).await;

        let code = headers.iter().find(|(name, _)| name == "x-amzn-query-error");
        assert_eq!(status, 500);
        assert_eq!(code.map(|(_, value)| value.as_str()), Some("InternalFailure;Receiver"));
    })
    .unwrap();
}

#[test]
fn a_call_whose_answer_is_lost_is_done_and_ends_with_a_broken_connection() {
    block_on(1, async {
        let (aws, client) = struck("SendMessage", CallFault::LostAnswer);
        let input = json!({"QueueUrl": queue_url("q"), "MessageBody": "m"}).to_string();
        let mut request = HttpRequest::new(input.into());
        request.headers_mut().insert("x-amz-target", "AmazonSQS.SendMessage");
        let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
        let connector = client.http_connector(&HttpConnectorSettings::default(), &components);

        let answer = aws_smithy_runtime_api::client::http::HttpConnector::call(&connector, request);
        let answer = answer.await;

        // The SDKs retry such an error by themselves.
        assert!(answer.is_err_and(|error| error.is_io()));
        assert_eq!(messages(&aws), 1);
    })
    .unwrap();
}

#[test]
fn a_slow_call_is_done_in_time_and_answered_seconds_later() {
    block_on(1, async {
        let (aws, client) = struck("SendMessage", CallFault::Slow);
        let begun = tokio::time::Instant::now();

        let answer = tokio::spawn(async move { send(&client).await });
        tokio::time::sleep(Duration::from_millis(60)).await;
        let done = messages(&aws);
        let (status, _) = answer.await.unwrap();

        let seconds = Duration::from_millis(1_100)..Duration::from_millis(6_100);
        assert_eq!((done, status), (1, 200));
        assert!(seconds.contains(&begun.elapsed()), "{:?}", begun.elapsed());
    })
    .unwrap();
}

#[test]
fn a_call_that_times_out_is_done_and_never_answered() {
    block_on(1, async {
        let (aws, client) = struck("SendMessage", CallFault::TimedOut);

        let answer = tokio::time::timeout(Duration::from_secs(3_600), send(&client)).await;

        assert!(answer.is_err());
        assert_eq!(messages(&aws), 1);
    })
    .unwrap();
}

// API reference, SQS SendMessageBatch: "the result of sending each message is reported individually in the response".
#[test]
fn one_entry_of_a_batch_fails_and_the_others_are_done() {
    block_on(1, async {
        let (aws, client) = struck("SendMessageBatch", CallFault::Partial);
        let entry = |id: &str| json!({"Id": id, "MessageBody": id});
        let batch = json!({"QueueUrl": queue_url("q"), "Entries": [entry("a"), entry("b")]});

        let (status, answer) = raw(&client, "AmazonSQS.SendMessageBatch", batch).await;

        assert_eq!(status, 200);
        assert_eq!(answer["Successful"][0]["Id"], "a");
        assert_eq!(
            (&answer["Failed"][0]["Id"], &answer["Failed"][0]["SenderFault"]),
            (&json!("b"), &json!(false))
        );
        assert_eq!(messages(&aws), 1);
    })
    .unwrap();
}

// An empty list would be another error of SQS, EmptyBatchRequest.
#[test]
fn the_only_entry_of_a_list_fails_in_an_answer_with_status_200() {
    block_on(1, async {
        let (aws, client) = struck("SendMessageBatch", CallFault::Partial);
        let batch =
            json!({"QueueUrl": queue_url("q"), "Entries": [{"Id": "a", "MessageBody": "m"}]});

        let (status, answer) = raw(&client, "AmazonSQS.SendMessageBatch", batch).await;

        assert_eq!((status, &answer["Successful"]), (200, &json!([])));
        assert_eq!(answer["Failed"][0]["Code"], "InternalError");
        assert_eq!(messages(&aws), 0);
    })
    .unwrap();
}

// API reference, ECS DescribeTasks and DescribeServices: "failures".
#[test]
fn undescribed_task_is_answered_in_failures() {
    block_on(1, async {
        let (aws, client) = struck("DescribeTasks", CallFault::Partial);
        let (_, listed) =
            raw(&client, &format!("{ECS}.ListTasks"), json!({"cluster": "shop"})).await;
        let tasks = &listed["taskArns"];

        let input = json!({"cluster": "shop", "tasks": tasks});
        let (status, answer) = raw(&client, &format!("{ECS}.DescribeTasks"), input).await;

        assert_eq!(status, 200);
        assert_eq!(answer["tasks"][0]["taskArn"], tasks[0]);
        assert_eq!(answer["tasks"].as_array().map(Vec::len), Some(1));
        assert_eq!(answer["failures"][0]["arn"], tasks[1]);
        assert_eq!(faults(&aws), ["partial"]);
    })
    .unwrap();
}

#[test]
fn an_operation_without_a_list_of_failures_is_spared() {
    block_on(1, async {
        let (aws, client) = struck("SendMessage", CallFault::Partial);

        let (status, _) = send(&client).await;

        assert_eq!((status, messages(&aws)), (200, 1));
        assert_eq!(faults(&aws), Vec::<&str>::new());
    })
    .unwrap();
}
