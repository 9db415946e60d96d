//! A feed's worker: takes batches of messages, looks, has it decided, acts.
//!
//! A batch is one question: everything that its messages name is looked at together. A message that cannot
//! be understood fails alone; where something panics, the batch is handled again message by message, and the
//! one that panics fails alone.

mod batch;
mod batch_instance;
mod decision_log;
mod ecs_events;
mod message;
mod message_outcome;
mod pending_rechecks;
mod questions;
mod registrations;
mod sweep;

use std::collections::BTreeSet;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use drain::decision::Verdict;
use drain::observation::Observation;
use drain::policy::Policy;
use futures::FutureExt;
use jiff::Timestamp;

use crate::clients::Clients;
use crate::config::Config;
use crate::fault::Fault;
use crate::feed::Feed;
use crate::memory::Memory;
use crate::observe::clusters;
use message::ReceivedMessage;

#[cfg(test)]
mod tests;

/// Function that decides about one EC2 instance, with the signature of [`drain::decide::decide`].
pub type Decider = Arc<dyn Fn(&Observation, &Policy, Timestamp) -> Verdict + Send + Sync>;

/// What stands behind one queue.
pub struct Worker {
    feed: Feed,
    config: Config,
    clients: Clients,
    decider: Decider,
    memory: Mutex<Memory>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("feed", &self.feed).finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker that remembers nothing yet.
    pub fn new(feed: Feed, config: Config, clients: Clients) -> Self {
        let decider: Decider = Arc::new(drain::decide::decide);
        Self { feed, config, clients, decider, memory: Mutex::default() }
    }

    /// Returns this worker with another decider than [`drain::decide::decide`]. Tests wrap it to make mistakes on purpose.
    #[must_use]
    pub fn with_decider(self, decider: Decider) -> Self {
        Self { decider, ..self }
    }

    /// A worker for the account and Region that the environment names, configured by it.
    ///
    /// # Errors
    ///
    /// All mistakes of the configuration.
    #[cfg(feature = "https")]
    pub async fn from_environment(feed: Feed) -> Result<Self, crate::config::ConfigErrors> {
        let config = Config::from_environment(std::env::vars())?;
        Ok(Self::new(feed, config, Clients::from_environment().await))
    }

    /// Handles a batch of messages. Those in the answer are to be delivered again, all others are done.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        let messages = ReceivedMessage::together(event.records);
        let mut response = SqsBatchResponse::default();
        for id in self.failed(&messages).await {
            response.add_failure(id);
        }
        response
    }

    async fn failed(&self, messages: &[ReceivedMessage]) -> BTreeSet<String> {
        if let Some(failed) = self.handle_unless_panic(messages).await {
            return failed;
        }
        let mut failed = BTreeSet::new();
        for message in messages {
            match self.handle_unless_panic(std::slice::from_ref(message)).await {
                Some(of_it) => failed.extend(of_it),
                None => {
                    message.log_panic("this message makes ebb panic");
                    failed.extend(message.id.clone());
                }
            }
        }
        failed
    }

    /// None if it panics. What was remembered is dropped then: it may be half a thought.
    async fn handle_unless_panic(&self, messages: &[ReceivedMessage]) -> Option<BTreeSet<String>> {
        let handled = AssertUnwindSafe(self.batch(messages)).catch_unwind().await;
        if handled.is_err() {
            *self.memory() = Memory::default();
        }
        handled.ok()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.clients.clock.now()
    }

    /// The clusters that are served.
    async fn clusters(&self, now: Timestamp) -> Result<Vec<String>, Fault> {
        if !self.config.clusters.is_empty() {
            return Ok(self.config.clusters.clone());
        }
        let known = self.memory().clusters.get("", now).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = clusters::all(&self.clients.ecs).await?;
        self.memory().clusters.put("", found.clone(), now);
        Ok(found)
    }
}
