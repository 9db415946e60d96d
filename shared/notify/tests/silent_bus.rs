//! A function's batch with an event bus that never answers.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use aws::Clients;
use aws::worker::DecisionObserver;
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use jiff::Timestamp;
use notify::channels::Channel;
use notify::limits::BATCH_SENDING_TIME;
use notify::notification::{NotificationKind, Severity};
use notify::wiring::NotifyingDrains;
use notify::{Notification, Notifier, NotifySettings};

/// A connector whose requests are never answered.
#[derive(Debug)]
struct Silence;

impl HttpConnector for Silence {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn batch_waits_two_seconds_for_a_silent_bus_and_counts_its_events_as_failed() {
    let bus = [("EBB_NOTIFY_EVENT_BUS".to_owned(), "default".to_owned())];
    let settings = NotifySettings::from_environment(bus).unwrap();
    let http_client = http_client_fn(|_, _| SharedHttpConnector::new(Silence));
    let time = SharedTimeSource::new(StaticTimeSource::from_secs(1_772_442_000));
    let notifier =
        Arc::new(Notifier::new(&settings, &Clients::over(http_client, time, "eu-west-1")));
    let kind = NotificationKind::DrainEnded;
    let at = Timestamp::from_second(1_772_442_000).unwrap();
    notifier.add(Notification::new(kind, Severity::Info, "drain ended", at));
    let began = tokio::time::Instant::now();

    NotifyingDrains::of_function(Arc::clone(&notifier)).batch_ended().await;

    assert!(began.elapsed() < BATCH_SENDING_TIME + Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(notifier.counts()[&Channel::Events], (0, 1));
}
