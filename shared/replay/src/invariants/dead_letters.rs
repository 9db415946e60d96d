//! Dead letters: only malformed messages end in a dead-letter queue.
//!
//! No check asks for empty queues: a run lasts as long as a message of an event is in one.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::Fact;
use sim::scenario::Happening;

use super::time_limits::INVOCATION_TIMEOUT;
use super::{CheckedRun, Violation};

const MALFORMED_ONLY: &str = "only malformed messages are dead-lettered";

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
                    broken.push(Violation::new(MALFORMED_ONLY, entry.at, what));
                }
            }
            _ => {}
        }
    }
    broken
}

/// Returns true if a message may be dead-lettered for this reason.
///
/// ebb dead-letters malformed messages with a reason, and a scenario has such messages only if a step sends one. A queue
/// dead-letters a message that was received too often, which is excused if something went wrong each time.
fn is_excused(run: &CheckedRun<'_>, reason: &str, times: &[Duration]) -> bool {
    if reason.starts_with("recursive loop") {
        return false;
    }
    let Some(received) = reason.strip_prefix("received ") else {
        let sends = |what: &Happening| {
            matches!(
                what,
                Happening::Message { .. } | Happening::Recorded { .. } | Happening::Event { .. }
            )
        };
        return run.scenario.happens.iter().any(|step| sends(&step.what));
    };
    // SQS may have delivered a second copy with the same id and a receive count of its own. One of the two may be deleted.
    let receives_of_one = received.split(' ').next().and_then(|count| count.parse().ok());
    let disturbed = |at: &&Duration| !run.disturbances.quiet(**at, **at + INVOCATION_TIMEOUT);
    let disturbed = times.iter().filter(disturbed).count();
    receives_of_one.is_some_and(|count: usize| disturbed >= count)
}
