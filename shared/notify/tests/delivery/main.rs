//! Deliveries over real connections on loopback: a mail server with TLS, and an HTTP listener.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod http_listener;
mod mail;
mod mail_server;
mod webhook;

use aws::Clients;
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use jiff::Timestamp;
use notify::notification::{NotificationKind, Severity};
use notify::{Notification, Notifier, NotifySettings};

/// Returns a notifier with these variables. No test of this file calls AWS.
fn notifier(variables: &[(&str, &str)]) -> Notifier {
    let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let settings = NotifySettings::from_environment(pairs).expect("the settings are valid");
    let http_client = aws_smithy_http_client::Builder::new().build_http();
    let time = SharedTimeSource::new(StaticTimeSource::from_secs(1_772_442_000));
    Notifier::new(&settings, &Clients::over(http_client, time, "eu-west-1"))
}

/// Returns the end of an operation with its numbers.
fn operation_ended() -> Notification {
    let subject = "recycle of service api in cluster shop ended: failed: task t1 failed";
    let time = Timestamp::from_second(1_772_442_000).unwrap();
    let kind = NotificationKind::OperationEnded;
    let mut ended = Notification::new(kind, Severity::Error, subject, time);
    ended.numbers.insert("tasks".to_owned(), 8);
    ended.numbers.insert("tasksLeft".to_owned(), 3);
    ended
}

fn drain_ended(n: usize) -> Notification {
    let time = Timestamp::from_second(1_772_442_000).unwrap();
    let mut ended =
        Notification::new(NotificationKind::DrainEnded, Severity::Info, format!("drain {n}"), time);
    ended.cluster = Some("web".to_owned());
    ended
}
