//! The time in which a batch lists tasks.

use std::time::Duration;

use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::Feed;
use super::canned_aws::{CLUSTER, CannedAws};
use crate::clients::Clients;
use crate::fault::Fault;
use crate::limits::{LISTING_TIME, PARALLEL_CALLS};
use crate::observe::tasks::{TaskHost, TaskLists, list_and_describe, listing_end};

/// Time that each answer takes.
const ANSWER: Duration = Duration::from_secs(1);

/// An AWS of canned answers that takes its time.
#[derive(Debug, Clone)]
struct SlowAws(CannedAws);

impl HttpConnector for SlowAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let aws = self.0.clone();
        HttpConnectorFuture::new(async move {
            sleep(ANSWER).await;
            aws.call(request).await
        })
    }
}

impl HttpClient for SlowAws {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Returns the number of instances whose tasks are listed, the number of those that are busy, and the time that it took.
async fn listed(feed: Feed, instances: usize) -> (usize, usize, Duration) {
    let nothing = json!({ "taskArns": [] }).to_string();
    let aws = SharedHttpClient::new(SlowAws(CannedAws::new(vec![("ListTasks", 200, nothing)])));
    let time = SharedTimeSource::new(StaticTimeSource::from_secs(0));
    let clients = Clients::over(aws, time, "eu-west-1");
    clients.limiter.use_whole_share();
    let host = |n| TaskHost {
        cluster: CLUSTER.to_owned(),
        container_instance: format!("arn/ci-{n}"),
        counted: 1,
    };
    let hosts: Vec<TaskHost> = (0..instances).map(host).collect();
    let start = Instant::now();
    let until = listing_end(feed);
    let answers =
        list_and_describe(&clients.ecs, &hosts, TaskLists::Running, until, |_| None).await;
    let busy = answers.values().filter(|it| matches!(it, Err(Fault::Busy(_)))).count();
    (answers.values().filter(|it| it.is_ok()).count(), busy, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn instances_beyond_the_listing_time_of_a_batch_are_busy() {
    let (in_time, busy, took) = listed(Feed::SpotInterruption, 60).await;

    assert!((PARALLEL_CALLS * 3..=PARALLEL_CALLS * 4).contains(&in_time), "{in_time}");
    assert_eq!(in_time + busy, 60);
    assert!(took < LISTING_TIME + ANSWER, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn sweep_has_more_time_to_list_tasks() {
    assert_eq!(listed(Feed::Sweep, 60).await.0, 60);
}
