use std::net::Ipv4Addr;

use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::aws::Past;
use crate::scenario::Switches;
use crate::sqs::queue_url;
use crate::world::World;

/// Runs a test against a served world with the queue `q`, 60 times as fast as the clock.
fn served<T>(test: impl AsyncFnOnce(Aws, SocketAddr) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::new(1, Switches::default());
        world.deploy(serde_json::from_value(json!({"queue": [{"name": "q"}]})).unwrap()).unwrap();
        let aws = Aws::at_speed(world, 60, Past::Forgotten);
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(aws.clone(), anywhere).await.unwrap();
        let address = server.address().unwrap();
        match select(pin!(test(aws, address)), pin!(server.run(std::future::pending()))).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => panic!("the server ended"),
        }
    })
}

async fn send(address: SocketAddr, headers: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let text = format!(
        "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Sends a request and reads the answer to its end.
async fn ask(address: SocketAddr, headers: &str, body: &str) -> String {
    let mut answer = String::new();
    send(address, headers, body).await.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn sqs(address: SocketAddr, operation: &str, input: Value) -> String {
    ask(address, &format!("x-amz-target: AmazonSQS.{operation}\r\n"), &input.to_string()).await
}

fn receive(wait: u64) -> Value {
    json!({"QueueUrl": queue_url("q"), "WaitTimeSeconds": wait, "AttributeNames": ["All"]})
}

#[test]
fn a_message_goes_in_and_comes_out_over_http() {
    served(async |_, address| {
        let sent =
            sqs(address, "SendMessage", json!({"QueueUrl": queue_url("q"), "MessageBody": "hi"}));
        let sent = sent.await;
        let received = sqs(address, "ReceiveMessage", receive(0)).await;

        assert!(sent.starts_with("HTTP/1.1 200 OK"), "{sent}");
        assert!(sent.contains("content-type: application/x-amz-json-1.0"), "{sent}");
        assert!(received.contains(r#""Body":"hi""#), "{received}");
    });
}

#[test]
fn unknown_request_is_answered_as_by_aws_and_the_server_goes_on() {
    served(async |_, address| {
        let target = "x-amz-target: AmazonEC2ContainerServiceV20141113.CreateCluster\r\n";
        let operation = ask(address, target, "{}").await;
        let use_of_one = sqs(address, "ReceiveMessage", json!({"QueueUrl": "", "Odd": 1})).await;
        let service = ask(address, "x-amz-target: DynamoDB_20120810.GetItem\r\n", "{}").await;
        let action = ask(address, "", "Action=DescribePolicies&Version=2011-01-01").await;
        let garbled = sqs(address, "ReceiveMessage", json!("no structure")).await;
        let known = sqs(address, "ReceiveMessage", receive(0)).await;

        for answer in [operation, use_of_one, service] {
            assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
            assert!(answer.contains("UnknownOperationException"), "{answer}");
        }
        assert!(action.contains("<Code>InvalidAction</Code>"), "{action}");
        assert!(garbled.contains("SerializationException"), "{garbled}");
        assert!(known.starts_with("HTTP/1.1 200 OK"), "{known}");
    });
}

#[test]
fn virtual_time_passes_as_fast_as_was_asked() {
    served(async |aws, address| {
        let begun = tokio::time::Instant::now();
        let before = aws.world(|world| world.elapsed());
        sqs(address, "ReceiveMessage", receive(12)).await;
        let passed = aws.world(|world| world.elapsed()) - before;

        assert!(passed >= Duration::from_secs(12), "{passed:?}");
        assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    });
}

#[test]
fn every_answer_tells_the_time_of_the_world() {
    served(async |aws, address| {
        sqs(address, "ReceiveMessage", receive(20)).await;
        let before = aws.now();
        let refused = ask(address, "", "Action=DescribePolicies&Version=2011-01-01").await;
        let after = aws.now();

        let date = refused.lines().find_map(|line| line.strip_prefix("date: ")).expect(&refused);
        let date = DateTimeParser::new().parse_timestamp(date).unwrap();
        assert!((before.as_second()..=after.as_second()).contains(&date.as_second()), "{date}");
        assert!(before.as_second() - crate::world::START.as_second() >= 20, "{before}");
    });
}

// API reference, SQS ReceiveMessage: a disconnected caller receives no message.
#[test]
fn a_caller_who_goes_away_while_waiting_takes_no_message_along() {
    served(async |aws, address| {
        let target = "x-amz-target: AmazonSQS.ReceiveMessage\r\n";
        for _ in 0..10 {
            let waiting = send(address, target, &receive(20).to_string()).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
            drop(waiting);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        aws.world(|world| world.send_message("q", "for who stayed".to_owned()));
        let received = sqs(address, "ReceiveMessage", receive(20)).await;

        assert!(received.contains("for who stayed"), "{received}");
        assert!(received.contains(r#""ApproximateReceiveCount":"1""#), "{received}");
    });
}

#[test]
fn a_request_that_is_too_large_is_refused() {
    served(async |_, address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", 9 << 20);
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.write_all(&vec![b' '; 9 << 20]).await.ok();
        stream.read_exact(&mut answer).await.unwrap();

        assert_eq!(&answer, b"HTTP/1.1 413");
    });
}
