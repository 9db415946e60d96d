//! Shutdown by alerts and requests: only in allowed clusters, once, and with few calls after its end.

use std::time::Duration;

use serde_json::json;
use sim::account::service_counts;
use sim::history::{Caller, Entry, Fact};

use crate::invocation::invoked_with;
use crate::world::{ALARM, SHOP, config, parameters_left, played, request};

/// Returns the number of calls of the function to services other than SQS, from a time on.
fn calls_since(history: &[Entry], minutes: u64) -> usize {
    let since = Duration::from_secs(60 * minutes);
    let is_call = |fact: &Fact| matches!(fact, Fact::Call { by: Caller::Function { .. }, service, .. } if *service != "sqs");
    history.iter().filter(|entry| entry.at >= since && is_call(&entry.fact)).count()
}

#[test]
fn alarm_shuts_the_configured_cluster_down_and_keeps_the_record() {
    let history = played(&format!("{SHOP}{}", request("5m", ALARM)));

    let last = service_counts(&history, "shop", "api").pop().unwrap();
    assert_eq!((last.desired, last.healthy, last.stopping), (0, 0, 0));
    assert_eq!(parameters_left(&history).len(), 2, "record and state");
}

#[test]
fn second_alarm_changes_nothing() {
    let twice = format!("{SHOP}{}{}", request("5m", ALARM), request("30m", ALARM));

    let history = played(&twice);

    let created = history.iter().filter(|entry| match &entry.fact {
        Fact::Parameter { name, version, .. } => name.ends_with("/before") && version.is_some(),
        _ => false,
    });
    assert_eq!(created.count(), 1);
}

#[test]
fn shutdown_that_has_ended_costs_two_reads_a_minute() {
    let history = played(&format!("{SHOP}{}", request("5m", ALARM)));

    let end = history.last().unwrap().at.as_secs() / 60;
    assert!(calls_since(&history, end - 10) <= 2 * 11, "{}", calls_since(&history, end - 10));
}

#[test]
fn request_outside_the_allowed_clusters_is_refused_with_the_variable() {
    let mut config = config();
    config.shutdown_clusters.clear();
    let request = json!({
        "kind": "shutdown", "cluster_name": "shop", "service_name": "api", "confirmed": true,
    });

    let (answer, _) = invoked_with(&config, request);

    assert_eq!(answer["outcome"], "failed");
    assert!(answer["message"].as_str().unwrap().contains("EBB_SHUTDOWN_CLUSTERS"), "{answer}");
}

#[test]
fn request_in_an_allowed_cluster_begins() {
    let request = json!({
        "kind": "shutdown", "cluster_name": "shop", "service_name": "api", "confirmed": true,
    });

    let (answer, _) = invoked_with(&config(), request);

    assert_eq!(answer["outcome"], "open", "{answer}");
}
