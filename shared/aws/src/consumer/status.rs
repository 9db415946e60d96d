//! Status of a consumer: its counts, and whether it receives messages.

use std::sync::{Mutex, PoisonError};

use aws_lambda_events::event::sqs::SqsMessage;
use jiff::Timestamp;

use super::counts::ConsumerCounts;
use crate::fault::Fault;
use crate::feed::Feed;
use crate::limits::POLL_FRESHNESS;

#[derive(Debug, Default)]
struct State {
    counts: ConsumerCounts,
    answered_at: Option<Timestamp>,
    fault: Option<Fault>,
}

/// Status of a consumer. It logs a fault of the polls once, and its end once.
#[derive(Debug, Default)]
pub(super) struct ConsumerStatus(Mutex<State>);

impl ConsumerStatus {
    pub(super) fn counts(&self) -> ConsumerCounts {
        self.with(|state| state.counts.clone())
    }

    pub(super) fn is_receiving(&self, now: Timestamp) -> bool {
        self.with(|state| {
            let is_fresh = state.answered_at.is_some_and(|at| now < at + POLL_FRESHNESS);
            state.fault.is_none() && is_fresh
        })
    }

    /// Records the end of a poll.
    pub(super) fn poll_ended(&self, fault: Option<&Fault>, now: Timestamp, feed: Feed) {
        let feed = feed.name();
        self.with(|state| match fault {
            None => {
                state.counts.polls += 1;
                state.answered_at = Some(now);
                if state.fault.take().is_some() {
                    tracing::info!(feed, "receiving messages of feed {feed} again");
                }
            }
            Some(fault) => {
                state.counts.failed_polls += 1;
                if state.fault.as_ref() != Some(fault) {
                    log_poll_fault(feed, fault);
                    state.fault = Some(fault.clone());
                }
            }
        });
    }

    /// Records the messages of a new batch.
    pub(super) fn batch_started(&self, messages: &[SqsMessage]) {
        let redelivered = messages.iter().filter(|message| is_redelivered(message)).count();
        self.with(|state| {
            state.counts.batches += 1;
            state.counts.received += messages.len() as u64;
            state.counts.redelivered += redelivered as u64;
        });
    }

    /// Records the messages of a batch that ended.
    pub(super) fn batch_ended(&self, done: usize, failed: usize) {
        self.with(|state| {
            state.counts.done += done as u64;
            state.counts.failed += failed as u64;
        });
    }

    /// Records messages that were returned to the queue.
    pub(super) fn messages_returned(&self, messages: usize) {
        self.with(|state| state.counts.returned += messages as u64);
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Logs a failed poll: as a warning if a later poll may succeed, as an error if the operator must act.
fn log_poll_fault(feed: &str, fault: &Fault) {
    match fault {
        Fault::Busy(_) | Fault::Gone(_) => {
            tracing::warn!(feed, %fault, "cannot receive messages of feed {feed}: {fault}; retrying");
        }
        Fault::Denied(_) | Fault::NoCluster(_) | Fault::Malformed(_) | Fault::Bug(_) => {
            tracing::error!(
                feed,
                %fault,
                "cannot receive messages of feed {feed}: {fault}; check credentials, role and queue prefix; retrying"
            );
        }
    }
}

fn is_redelivered(message: &SqsMessage) -> bool {
    message.attributes.get("ApproximateReceiveCount").is_some_and(|count| count != "1")
}
