//! Dead letters: only malformed messages end in a dead-letter queue.
//!
//! No check needs empty queues, because a run lasts as long as a queue has a message of an event.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::policy::ScheduledChangePolicy;
use sim::history::{Caller, Fact};
use sim::scenario::Happening;

use super::activation::has_full_attributes;
use super::time_limits::INVOCATION_TIMEOUT;
use super::{CheckedRun, Violation};

const MALFORMED_ONLY: &str = "only malformed messages are dead-lettered";

/// Reception of a message by a function.
struct Reception {
    at: Duration,
    /// True if a denied cluster refused a call of the invocation.
    denied: bool,
}

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let denied = denied_invocations(run);
    let awaiting = changes_beyond_the_budget(run);
    let mut received: BTreeMap<&str, Vec<Reception>> = BTreeMap::new();
    let mut broken = Vec::new();
    for entry in &run.played.history {
        match &entry.fact {
            Fact::Invoked { messages, invocation, .. } => {
                for message in messages {
                    let denied = denied.contains(invocation);
                    received.entry(message).or_default().push(Reception { at: entry.at, denied });
                }
            }
            Fact::DeadLettered { queue, message, reason } => {
                let times = received.get(message.as_str()).map_or(&[][..], Vec::as_slice);
                if !awaiting.contains(message.as_str()) && !is_excused(run, reason, times) {
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
/// ebb dead-letters malformed messages with a reason, and a scenario has such messages only if a step sends one. A
/// queue dead-letters a message that was received too often. This is allowed if a fault caused each failed receive.
fn is_excused(run: &CheckedRun<'_>, reason: &str, times: &[Reception]) -> bool {
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
    // SQS may have delivered a second copy with the same id and its own receive count. One of the two copies may be
    // deleted.
    let receives_of_one = received.split(' ').next().and_then(|count| count.parse().ok());
    let disturbed =
        |it: &&Reception| it.denied || !run.disturbances.quiet(it.at, it.at + INVOCATION_TIMEOUT);
    let disturbed = times.iter().filter(disturbed).count();
    receives_of_one.is_some_and(|count: usize| disturbed >= count)
}

/// Returns the messages of scheduled changes that may not fit into `ebb.drain` (rule 16).
///
/// ebb fails such a message until the group's budget allows the replacement. After the last receive the operator must
/// act.
fn changes_beyond_the_budget<'a>(run: &'a CheckedRun<'_>) -> BTreeSet<&'a str> {
    let replaces = matches!(
        run.policies.config.policy.scheduled_change,
        ScheduledChangePolicy::Replace { .. }
    );
    if !replaces || !run.scenario.groups.iter().any(has_full_attributes) {
        return BTreeSet::new();
    }
    let changes = run.played.history.iter().filter_map(|entry| match &entry.fact {
        Fact::Message { message, about, .. } if about.starts_with("AWS Health") => {
            Some(message.as_str())
        }
        _ => None,
    });
    changes.collect()
}

/// Returns the invocations in which a denied cluster refused a call. ebb then reports the message as failed (rule 10).
fn denied_invocations(run: &CheckedRun<'_>) -> BTreeSet<u64> {
    let denied = run.played.history.iter().filter_map(|entry| match &entry.fact {
        Fact::Call { by: Caller::Function { invocation, .. }, outcome, .. }
            if outcome == "AccessDeniedException" =>
        {
            *invocation
        }
        _ => None,
    });
    denied.collect()
}
