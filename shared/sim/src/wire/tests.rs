use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use serde_json::json;

use super::*;
use crate::aws::block_on;
use crate::scenario::{Lengths, Switches};
use crate::sqs::queue_url;

/// Sends a request without an SDK. Returns status, headers and body.
pub(crate) async fn send(
    client: &SharedHttpClient,
    headers: &[(&'static str, &str)],
    body: String,
) -> (u16, Vec<(String, String)>, String) {
    let mut request = HttpRequest::new(body.into());
    for (name, value) in headers {
        request.headers_mut().insert(*name, (*value).to_owned());
    }
    let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
    let connector = client.http_connector(&HttpConnectorSettings::default(), &components);
    let Ok(response) = connector.call(request).await else {
        return (0, Vec::new(), String::new());
    };
    let headers = response.headers().iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let body = String::from_utf8(response.body().bytes().unwrap().to_vec()).unwrap();
    (response.status().as_u16(), headers, body)
}

/// Returns a client of a world with the queue `q`. Calls take a tenth of a second.
fn aws() -> (Aws, SharedHttpClient) {
    let mut world = World::new(1, Switches::default());
    world.switches.api_call = Lengths::millis(100, 100);
    let deployment = json!({"queue": [{"name": "q"}]});
    world.deploy(serde_json::from_value(deployment).unwrap()).unwrap();
    let aws = Aws::new(world);
    let client = aws.http_client("operator");
    (aws, client)
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
}

fn calls(aws: &Aws) -> Vec<(Duration, String)> {
    aws.world(|world| {
        let calls = world.history().iter().filter_map(|entry| match &entry.fact {
            Fact::Call { by, service, operation, outcome, about } => {
                Some((entry.at, format!("{by} {service}:{operation} {outcome} {about}")))
            }
            _ => None,
        });
        calls.collect()
    })
}

// API reference, SQS SendMessage; Smithy, aws-json-1_0-protocol.
#[test]
fn a_call_takes_its_time_and_is_noted_half_way() {
    block_on(1, async {
        let (aws, client) = aws();
        let input = json!({"QueueUrl": queue_url("q"), "MessageBody": "hello"});

        let begun = tokio::time::Instant::now();
        let (status, answer) = raw(&client, "AmazonSQS.SendMessage", input).await;

        assert_eq!(status, 200);
        assert_eq!(answer["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(begun.elapsed(), Duration::from_millis(100));
        let call = "operator sqs:SendMessage ok MessageBody=hello QueueUrl=q".to_owned();
        assert_eq!(calls(&aws), [(Duration::from_millis(50), call)]);
    })
    .unwrap();
}

// Smithy, awsQueryCompatible: a header has the older code.
#[test]
fn an_error_of_sqs_has_its_shape_in_the_body_and_its_older_code_in_a_header() {
    block_on(1, async {
        let (_, client) = aws();
        let input = json!({"QueueUrl": queue_url("none"), "MessageBody": "m"}).to_string();

        let target = [("x-amz-target", "AmazonSQS.SendMessage")];
        let (status, headers, body) = send(&client, &target, input).await;

        assert_eq!(status, 400);
        assert!(body.contains("com.amazonaws.sqs#QueueDoesNotExist"), "{body}");
        let code = header(&headers, "x-amzn-query-error");
        assert_eq!(code, "AWS.SimpleQueueService.NonExistentQueue;Sender");
        assert_eq!(header(&headers, "content-type"), "application/x-amz-json-1.0");
    })
    .unwrap();
}

// ECS API reference, request-throttling.
#[test]
fn a_throttled_call_is_a_throttling_exception_in_json_and_a_sender_fault_in_xml() {
    block_on(1, async {
        let (aws, client) = aws();
        aws.world(|world| {
            while world.take_token("ecs", "ListTasks").is_ok() {}
            while world.take_token("autoscaling", "any").is_ok() {}
        });

        let ecs = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListTasks")];
        let fast = Lengths::secs(0);
        aws.world(|world| world.switches.api_call = fast);
        let (json_status, _, json) = send(&client, &ecs, "{}".to_owned()).await;
        let form = "Action=DescribeAutoScalingGroups&Version=2011-01-01".to_owned();
        let (xml_status, headers, xml) = send(&client, &[], form).await;

        assert_eq!((json_status, xml_status), (400, 400));
        assert_eq!(json, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#);
        assert!(xml.contains("<Type>Sender</Type><Code>Throttling</Code>"), "{xml}");
        assert_eq!(header(&headers, "content-type"), "text/xml");
    })
    .unwrap();
}

// API reference, SQS ReceiveMessage: WaitTimeSeconds.
#[test]
fn a_long_poll_ends_when_a_message_comes_or_its_time_is_over() {
    block_on(1, async {
        let (aws, client) = aws();
        let input = json!({"QueueUrl": queue_url("q"), "WaitTimeSeconds": 20});
        let receive = || raw(&client, "AmazonSQS.ReceiveMessage", input.clone());
        let begun = tokio::time::Instant::now();

        let (_, empty) = receive().await;
        let without = begun.elapsed();
        let later = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            aws.world(|world| world.send_message("q", "m".to_owned()));
        };
        let ((_, full), ()) = futures::future::join(receive(), later).await;

        assert_eq!(empty, json!({}));
        assert_eq!(without, Duration::from_millis(20_100));
        assert_eq!(full["Messages"][0]["Body"], "m");
        assert_eq!(begun.elapsed() - without, Duration::from_millis(5_050));
    })
    .unwrap();
}

#[test]
fn a_service_that_is_not_known_stops_the_run() {
    let ended = block_on(1, async {
        let (aws, client) = aws();
        let target = [("x-amz-target", "DynamoDB_20120810.GetItem")];

        let (status, ..) = send(&client, &target, "{}".to_owned()).await;
        let ended = aws.run(Duration::from_secs(1), Duration::from_secs(60)).await;

        assert_eq!(status, 0);
        ended
    });

    let fatal = "the simulated AWS does not know DynamoDB_20120810.GetItem".to_owned();
    assert_eq!(ended.unwrap(), Err(crate::aws::Fatal(fatal)));
}

// API reference, SetDesiredCapacity and CompleteLifecycleAction: their sample responses.
#[test]
fn operation_without_a_result_answers_no_result_element() {
    block_on(1, async {
        let (aws, client) = aws();
        let group = json!({"group": [{"name": "web", "instances": 1}]});
        aws.world(|world| world.play(&serde_json::from_value(group).unwrap()).unwrap());
        let ask = |form: &str| send(&client, &[], format!("Action={form}&Version=2011-01-01"));

        let (_, _, set) =
            ask("SetDesiredCapacity&AutoScalingGroupName=web&DesiredCapacity=1").await;
        let (_, _, described) = ask("DescribeTags").await;

        assert!(set.contains("<SetDesiredCapacityResponse ") && !set.contains("Result"), "{set}");
        assert!(described.contains("<DescribeTagsResult>"), "{described}");
    })
    .unwrap();
}

#[test]
fn a_member_that_is_not_there_is_left_out_of_the_json() {
    block_on(1, async {
        let (_, client) = aws();

        let (_, page) =
            raw(&client, "AmazonEC2ContainerServiceV20141113.ListClusters", json!({})).await;

        assert_eq!(page, json!({"clusterArns": []}));
    })
    .unwrap();
}

// Smithy, aws-query-protocol; botocore's models have the namespaces.
#[test]
fn answer_of_the_query_protocol_has_the_namespace_of_its_service() {
    block_on(1, async {
        let (_, client) = aws();
        let ask = |form: &str| send(&client, &[], format!("Action={form}"));

        let (_, _, identity) = ask("GetCallerIdentity&Version=2011-06-15").await;
        let (status, _, health) =
            ask("DescribeTargetHealth&Version=2015-12-01&TargetGroupArn=arn:x").await;

        assert!(
            identity.contains("xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""),
            "{identity}"
        );
        let arn = "arn:aws:sts::111122223333:assumed-role/operator/operator";
        assert!(identity.contains(&format!("<Arn>{arn}</Arn>")), "{identity}");
        assert_eq!(status, 400);
        assert!(health.contains("elasticloadbalancing.amazonaws.com/doc/2015-12-01/"), "{health}");
    })
    .unwrap();
}
