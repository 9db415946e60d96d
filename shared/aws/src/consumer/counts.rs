//! What a consumer counts.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lambda_events::event::sqs::SqsMessage;
use jiff::Timestamp;

use crate::fault::Fault;
use crate::feed::Feed;

/// For how long an answered poll shows that the queue is served: some polls, and a pause after one that failed.
const FRESH: Duration = Duration::from_secs(60);

/// Numbers since the process began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsumerCounts {
    /// Polls that were answered, with or without messages.
    pub polls: u64,
    /// Polls that were not.
    pub failed_polls: u64,
    /// Messages that were taken in hand.
    pub received: u64,
    /// Those of them that had been received before, by anybody.
    pub redelivered: u64,
    /// Batches that these came in.
    pub batches: u64,
    /// Messages that are done.
    pub done: u64,
    /// Messages that were left to come again.
    pub failed: u64,
    /// Messages that were given back, since the process was to end.
    pub given_back: u64,
}

impl ConsumerCounts {
    /// Messages that are being handled now.
    pub fn in_hand(&self) -> u64 {
        self.received - self.done - self.failed
    }
}

#[derive(Debug, Default)]
struct State {
    counted: ConsumerCounts,
    answered_at: Option<Timestamp>,
    fault: Option<Fault>,
}

/// Counts, and says once what fails and that it is over.
#[derive(Debug, Default)]
pub struct ConsumerStatus(Mutex<State>);

impl ConsumerStatus {
    pub(super) fn counted(&self) -> ConsumerCounts {
        self.with(|state| state.counted.clone())
    }

    pub(super) fn receives(&self, now: Timestamp) -> bool {
        self.with(|state| {
            state.fault.is_none() && state.answered_at.is_some_and(|at| now < at + FRESH)
        })
    }

    /// A poll came to its end.
    pub(super) fn polled(&self, fault: Option<&Fault>, now: Timestamp, feed: Feed) {
        let feed = feed.name();
        self.with(|state| match fault {
            None => {
                state.counted.polls += 1;
                state.answered_at = Some(now);
                if state.fault.take().is_some() {
                    tracing::info!(feed, "messages are received again");
                }
            }
            Some(fault) => {
                state.counted.failed_polls += 1;
                if state.fault.as_ref() != Some(fault) {
                    complain(feed, fault);
                    state.fault = Some(fault.clone());
                }
            }
        });
    }

    pub(super) fn taken(&self, messages: &[SqsMessage]) {
        let before = messages.iter().filter(|message| was_received_before(message)).count();
        self.with(|state| {
            state.counted.batches += 1;
            state.counted.received += messages.len() as u64;
            state.counted.redelivered += before as u64;
        });
    }

    pub(super) fn done(&self, done: usize, failed: usize) {
        self.with(|state| {
            state.counted.done += done as u64;
            state.counted.failed += failed as u64;
        });
    }

    pub(super) fn given_back(&self, messages: usize) {
        self.with(|state| state.counted.given_back += messages as u64);
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What passes by itself is a warning; what a human has to mend is an error.
fn complain(feed: &str, fault: &Fault) {
    match fault {
        Fault::Busy(_) | Fault::Gone(_) => {
            tracing::warn!(feed, %fault, "no messages are received: tried again");
        }
        Fault::Denied(_) | Fault::NoCluster(_) | Fault::Malformed(_) | Fault::Bug(_) => {
            tracing::error!(feed, %fault, "no messages are received until this is mended: tried again");
        }
    }
}

fn was_received_before(message: &SqsMessage) -> bool {
    message.attributes.get("ApproximateReceiveCount").is_some_and(|count| count != "1")
}
