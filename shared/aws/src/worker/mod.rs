//! The worker of a feed: parses batches of messages, observes, decides and acts.
//!
//! All instances that a batch names are handled together. A message that cannot be parsed fails alone. If ebb panics,
//! the batch is handled again message by message, and the message that makes it panic fails alone.

mod batch;
mod batch_instance;
mod batch_memory;
mod batch_signals;
mod cluster_denials;
mod cluster_log;
mod decision_counts;
mod decision_log;
mod decision_observer;
mod described_clusters;
mod ecs_events;
mod fault_log;
mod group_tags;
mod lifecycle_state_log;
mod log_subject;
mod managed_instances;
mod marked_instances;
mod member_memory;
mod message;
mod message_forwarding;
mod message_outcome;
mod pending_rechecks;
mod placement_failures;
mod questions;
mod registrations;
mod remaining_tasks;
mod served_clusters;
mod stop_plans;
mod sweep;
mod swept_crowds;
mod tags_of_group;
mod task_log;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use drain::decision::Verdict;
use drain::observation::Observation;
use drain::policy::Policy;
use futures::FutureExt;
use jiff::Timestamp;

use crate::act::{self, ActionResults, Order, Queues};
use crate::clients::Clients;
use crate::config::Config;
use crate::feed::Feed;
use crate::memory::Memory;
use decision_counts::DecisionCounts;
pub use decision_observer::{DecisionObserver, ObservedDecision};
use message::ReceivedMessage;

#[cfg(test)]
mod tests;

/// Function that decides about one EC2 instance, with the signature of [`drain::decide::decide`].
pub type Decider = Arc<dyn Fn(&Observation, &Policy, Timestamp) -> Verdict + Send + Sync>;

/// A worker for the messages of one feed.
pub struct Worker {
    feed: Feed,
    config: Config,
    clients: Clients,
    decider: Decider,
    memory: Mutex<Memory>,
    decision_counts: DecisionCounts,
    observer: Option<Arc<dyn DecisionObserver>>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("feed", &self.feed).finish_non_exhaustive()
    }
}

impl Worker {
    /// Creates a worker with an empty memory.
    pub fn new(feed: Feed, config: Config, clients: Clients) -> Self {
        let decider: Decider = Arc::new(drain::decide::decide);
        clients.limiter.set_share(config.ecs_share);
        Self {
            feed,
            config,
            clients,
            decider,
            memory: Mutex::default(),
            decision_counts: DecisionCounts::default(),
            observer: None,
        }
    }

    /// Returns this worker with another decider than [`drain::decide::decide`]. Tests wrap it to make mistakes on
    /// purpose.
    #[must_use]
    pub fn with_decider(self, decider: Decider) -> Self {
        Self { decider, ..self }
    }

    /// Returns this worker with an observer of its decisions.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn DecisionObserver>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Returns the clients.
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Creates a worker for the account and Region of the environment, with its configuration.
    ///
    /// # Errors
    ///
    /// All errors of the configuration.
    #[cfg(feature = "https")]
    pub async fn from_environment(feed: Feed) -> Result<Self, crate::config::ConfigErrors> {
        let config = Config::from_environment(std::env::vars())?;
        Ok(Self::new(feed, config, Clients::from_environment().await))
    }

    /// Returns the number of new decisions since the process started, by the code of their reason.
    pub fn decision_counts(&self) -> BTreeMap<&'static str, u64> {
        self.decision_counts.by_reason()
    }

    /// Handles a batch of messages. The response names the messages that failed. All others are done.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        let messages = ReceivedMessage::batch(event.records);
        let mut response = SqsBatchResponse::default();
        for id in self.handle_all(&messages).await {
            response.add_failure(id);
        }
        if let Some(observer) = &self.observer {
            observer.batch_ended().await;
        }
        response
    }

    /// Handles messages together, or one by one if ebb panics. Returns the ids of those that failed.
    async fn handle_all(&self, messages: &[ReceivedMessage]) -> BTreeSet<String> {
        if let Some(failed) = self.handle_unless_panic(messages).await {
            return failed;
        }
        let mut failed = BTreeSet::new();
        for message in messages {
            match self.handle_unless_panic(std::slice::from_ref(message)).await {
                Some(ids) => failed.extend(ids),
                None => {
                    message.log_panic("handling");
                    failed.extend(message.id.clone());
                }
            }
        }
        failed
    }

    /// Handles messages, or returns `None` if ebb panics. The memory is cleared then, because it may be half updated.
    async fn handle_unless_panic(&self, messages: &[ReceivedMessage]) -> Option<BTreeSet<String>> {
        let handled = AssertUnwindSafe(self.handle_batch(messages)).catch_unwind().await;
        if handled.is_err() {
            *self.memory() = Memory::default();
        }
        handled.ok()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Performs the orders of a batch.
    async fn perform(&self, orders: &[Order], now: Timestamp) -> ActionResults {
        let queues = Queues {
            rechecks: &self.config.queue_url,
            stop_plans: self.config.stop_plan_queue_url.as_deref(),
        };
        act::perform(&self.clients, queues, orders, now).await
    }

    fn now(&self) -> Timestamp {
        self.clients.clock.now()
    }
}
