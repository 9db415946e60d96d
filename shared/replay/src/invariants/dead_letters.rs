//! What becomes of messages: only malformed ones are dead-lettered. That the queues are empty at the end shows in the end
//! itself: a run goes on as long as a message of an event is in them.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::Fact;
use sim::scenario::Happening;

use super::{CheckedRun, Violation};

const DEAD: &str = "only malformed messages are dead-lettered";

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut received: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut broken = Vec::new();
    for entry in &run.played.history {
        match &entry.fact {
            Fact::Invoked { messages, .. } => {
                for message in messages {
                    received.entry(message).or_default().push(entry.at);
                }
            }
            Fact::DeadLettered { queue, message, reason } => {
                let times = received.get(message.as_str()).map_or(&[][..], Vec::as_slice);
                if !is_excused(run, reason, times) {
                    let what = format!("{message} to {queue}: {reason}");
                    broken.push(Violation::new(DEAD, entry.at, what));
                }
            }
            _ => {}
        }
    }
    broken
}

/// What ebb sets aside itself, with its reason, is malformed where the scenario has put it in. What a queue sets aside was
/// received too often: excused where something went wrong each time.
fn is_excused(run: &CheckedRun<'_>, reason: &str, times: &[Duration]) -> bool {
    if reason.starts_with("recursive loop") {
        return false;
    }
    let Some(received) = reason.strip_prefix("received ") else {
        return run
            .scenario
            .happens
            .iter()
            .any(|step| matches!(step.what, Happening::Message { .. } | Happening::Event { .. }));
    };
    // SQS may have handed out a second copy of it, which has the same id and counts for itself: one copy of two may be deleted.
    let times_of_one = received.split(' ').next().and_then(|count| count.parse().ok());
    let invocation = Duration::from_secs(60);
    let wrong = times.iter().filter(|at| !run.disturbances.quiet(**at, **at + invocation)).count();
    times_of_one.is_some_and(|count: usize| wrong >= count)
}
