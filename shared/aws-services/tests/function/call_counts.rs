//! Numbers of calls of a recycle behind a load balancer.

use std::time::Duration;

use sim::history::{Entry, Fact};

use crate::world::{RECYCLE, SHOP, played, request};

const MINUTE: Duration = Duration::from_secs(60);

/// Plays a recycle of three tasks with the default deregistration delay, 5 minutes.
fn recycled() -> Vec<Entry> {
    let shop = SHOP.replace("deregistration_delay = \"30s\"", "deregistration_delay = \"5m\"");
    played(&format!("{shop}{}", request("5m", RECYCLE)))
}

fn is_call(entry: &Entry) -> bool {
    matches!(&entry.fact, Fact::Call { service, by, .. } if *service != "sqs" && by.is_function())
}

/// Returns the times from one minute after the deregistration of each task to the end of its delay.
fn deregistrations(history: &[Entry]) -> Vec<(Duration, Duration)> {
    let at = |status: &'static str| {
        history.iter().filter_map(move |entry| match &entry.fact {
            Fact::Task { task, last_status, .. } if *last_status == status => {
                Some((task.arn.clone(), entry.at))
            }
            _ => None,
        })
    };
    let ends: Vec<_> = at("STOPPING").collect();
    let begins = at("DEACTIVATING");
    let spans = begins.filter_map(|(task, begin)| {
        let (_, end) = ends.iter().find(|(other, _)| *other == task)?;
        Some((begin + MINUTE, *end))
    });
    spans.collect()
}

#[test]
fn minute_of_a_deregistration_delay_costs_at_most_14_calls() {
    let history = recycled();
    let waits = deregistrations(&history);
    assert_eq!(waits.len(), 3, "{waits:?}");

    for (from, to) in waits {
        let calls = history.iter().filter(|it| is_call(it) && from <= it.at && it.at <= to).count();
        let minutes = (to - from).as_secs_f64() / 60.0;
        assert!(calls as f64 <= 14.0 * minutes, "{calls} calls in {minutes} minutes");
    }
}

#[test]
fn replacement_costs_at_most_150_calls() {
    let history = recycled();

    let calls = history.iter().filter(|entry| is_call(entry)).count();

    // The schedule lists the open operations once a minute, before and after the recycle too.
    let minutes = history.last().unwrap().at.as_secs() as usize / 60;
    assert!(calls <= 3 * 150 + minutes, "{calls} calls in {minutes} minutes");
}
