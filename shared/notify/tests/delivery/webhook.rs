//! Deliveries to a webhook.

use aws::fault::Fault;
use notify::Channel;
use serde_json::Value;

use crate::http_listener::HttpListener;
use crate::{drain_ended, notifier, operation_ended};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
const BUSY: &str =
    "HTTP/1.1 429 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const GONE: &str = "HTTP/1.1 404 Gone\r\ncontent-length: 10\r\nconnection: close\r\n\r\nno_service";

fn body(request: &str) -> Value {
    let (_, body) = request.split_once("\r\n\r\n").expect("it has a body");
    serde_json::from_str(body).expect("it is JSON")
}

#[tokio::test]
async fn webhook_gets_the_json_of_slack_at_its_whole_url() {
    let listener = HttpListener::start(vec![OK]).await;
    let notifier = notifier(&[("EBB_NOTIFY_WEBHOOK_URL", &listener.url)]);
    notifier.add(operation_ended());

    let faults = notifier.flush_all().await;

    assert_eq!(faults, []);
    let request = &listener.requests()[0];
    assert!(request.starts_with("POST /services/T0/B0?sig=abc HTTP/1.1\r\n"), "{request}");
    let text = body(request)["blocks"][0]["text"]["text"].to_string();
    assert!(text.contains("task t1 failed") && text.contains("tasks left: 3"), "{text}");
}

#[tokio::test]
async fn crowd_of_drains_is_one_post() {
    let listener = HttpListener::start(vec![OK, OK]).await;
    let notifier = notifier(&[("EBB_NOTIFY_WEBHOOK_URL", &listener.url)]);
    (0..60).for_each(|n| notifier.add(drain_ended(n)));

    notifier.flush_all().await;

    let requests = listener.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(body(&requests[0])["text"], "60 drains ended in cluster web");
}

#[tokio::test]
async fn busy_webhook_is_asked_again() {
    let listener = HttpListener::start(vec![BUSY, OK]).await;
    let notifier = notifier(&[("EBB_NOTIFY_WEBHOOK_URL", &listener.url)]);
    notifier.add(operation_ended());

    assert_eq!(notifier.flush_all().await, []);
    assert_eq!(listener.requests().len(), 2);
}

#[tokio::test]
async fn refused_post_is_counted_and_its_error_hides_the_url() {
    let listener = HttpListener::start(vec![GONE]).await;
    let notifier = notifier(&[("EBB_NOTIFY_WEBHOOK_URL", &listener.url)]);
    notifier.add(operation_ended());

    let faults = notifier.flush_all().await;

    let text = "the webhook answers with status 404: no_service".to_owned();
    assert_eq!(faults[0].fault, Some(Fault::Denied(text)));
    assert_eq!(notifier.counts()[&Channel::Webhook], (0, 1));
}

#[tokio::test]
async fn webhook_that_does_not_listen_is_a_failed_delivery() {
    let notifier = notifier(&[("EBB_NOTIFY_WEBHOOK_URL", "http://127.0.0.1:1/hook")]);

    let delivery = notifier.test(Channel::Webhook).await;

    assert_eq!(delivery.fault, Some(Fault::Busy("no answer of the webhook".to_owned())));
}

#[tokio::test]
async fn notification_below_the_least_severity_is_no_message() {
    let listener = HttpListener::start(vec![OK]).await;
    let url = ("EBB_NOTIFY_WEBHOOK_URL", listener.url.as_str());
    let notifier = notifier(&[url, ("EBB_NOTIFY_SEVERITY", "warning")]);
    notifier.add(drain_ended(1));

    notifier.flush_all().await;

    assert_eq!(listener.requests(), Vec::<String>::new());
}
