//! A consumer of one feed's queue, for a process that Lambda does not invoke.
//!
//! It is used instead of an event source mapping of Lambda. It polls one at a time, and only while it may start one
//! more batch. The messages of a batch stay hidden from other processes while it is in progress. They are deleted when
//! the batch is done, and returned to the queue when the process must end.

mod counts;
mod source_queue;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use futures::future::{self, Either};
use tokio::sync::{Mutex as Turn, OnceCell, watch};

use crate::clients::Clients;
use crate::config::Config;
use crate::fault::Fault;
use crate::feed::Feed;
use crate::limits::{
    BATCH_TIMEOUT, BATCHES_IN_PROGRESS, BATCHING_WINDOW, FIRST_POLL_PAUSE, LONGEST_POLL_PAUSE,
    MESSAGES_PER_BATCH, MESSAGES_PER_CALL, POLL_WAIT,
};
use crate::worker::{DecisionObserver, Worker};
pub use counts::ConsumerCounts;
pub use source_queue::SourceQueue;
use status::ConsumerStatus;

/// A consumer of one feed's queue.
#[derive(Debug)]
pub struct Consumer {
    feed: Feed,
    queue_prefix: String,
    config: Config,
    clients: Clients,
    opened: OnceCell<(SourceQueue, Worker)>,
    polling: Turn<()>,
    in_progress: Mutex<BTreeSet<String>>,
    status: ConsumerStatus,
    observer: Option<Arc<dyn DecisionObserver>>,
}

impl Consumer {
    /// Creates a consumer for the queue whose name is the prefix and the name of the feed.
    ///
    /// The configuration needs no queue URLs: the consumer finds its queues by name.
    pub fn new(feed: Feed, queue_prefix: &str, config: Config, clients: Clients) -> Self {
        clients.limiter.use_whole_share();
        Self {
            feed,
            queue_prefix: queue_prefix.to_owned(),
            config,
            clients,
            opened: OnceCell::new(),
            polling: Turn::new(()),
            in_progress: Mutex::default(),
            status: ConsumerStatus::default(),
            observer: None,
        }
    }

    /// Returns this consumer with an observer of its decisions.
    #[must_use]
    pub fn with_observer(self, observer: Option<Arc<dyn DecisionObserver>>) -> Self {
        Self { observer, ..self }
    }

    /// Returns the feed.
    pub fn feed(&self) -> Feed {
        self.feed
    }

    /// Returns the counts since the process started.
    pub fn counts(&self) -> ConsumerCounts {
        self.status.counts()
    }

    /// Returns the number of new decisions since the process started, by the code of their reason.
    pub fn decision_counts(&self) -> BTreeMap<&'static str, u64> {
        self.opened.get().map(|(_, worker)| worker.decision_counts()).unwrap_or_default()
    }

    /// Returns true if the last poll was answered, and not long ago.
    pub fn is_receiving(&self) -> bool {
        self.status.is_receiving(self.clients.clock.now())
    }

    /// Receives and handles messages until `stop` is true and the batches in progress have ended.
    ///
    /// The future may be dropped at any time. Call [`Self::return_messages`] then.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let loops = (0..BATCHES_IN_PROGRESS).map(|_| self.handle_batches(stop.clone()));
        future::join_all(loops).await;
    }

    /// Returns the messages in progress to the queue at once.
    pub async fn return_messages(&self) {
        let receipts: Vec<String> = std::mem::take(&mut *self.in_progress()).into_iter().collect();
        if let (Some((queue, _)), false) = (self.opened.get(), receipts.is_empty()) {
            let (feed, messages) = (self.feed.name(), receipts.len());
            tracing::warn!(
                feed,
                messages,
                "returned {messages} messages to the queue of feed {feed}: the process ends before they are handled"
            );
            self.status.messages_returned(messages);
            self.log_faults(queue.hide(&receipts, Duration::ZERO).await);
        }
    }

    /// Handles one batch after the other.
    async fn handle_batches(&self, mut stop: watch::Receiver<bool>) {
        let mut pause = FIRST_POLL_PAUSE;
        loop {
            let turn = self.polling.lock().await;
            if *stop.borrow() {
                return;
            }
            let polled = self.poll().await;
            self.status.poll_ended(polled.as_ref().err(), self.clients.clock.now(), self.feed);
            match polled {
                Ok((queue, worker, messages)) => {
                    pause = FIRST_POLL_PAUSE;
                    if *stop.borrow() {
                        self.status.messages_returned(messages.len());
                        self.log_faults(queue.hide(&receipts(&messages), Duration::ZERO).await);
                        return;
                    }
                    drop(turn);
                    self.handle(queue, worker, messages).await;
                }
                Err(_) => {
                    let stopped = pin!(stop.wait_for(|stop| *stop));
                    future::select(pin!(self.clients.clock.sleep(pause)), stopped).await;
                    pause = (pause * 2).min(LONGEST_POLL_PAUSE);
                }
            }
        }
    }

    /// Returns the next batch: the messages in the queue, or the first that arrive.
    async fn poll(&self) -> Result<(&SourceQueue, &Worker, Vec<SqsMessage>), Fault> {
        let (queue, worker) = self.opened.get_or_try_init(|| self.open()).await?;
        let speed = self.clients.clock.speed();
        let mut batch = queue.receive(POLL_WAIT, speed).await?;
        let waits_for_more =
            self.feed.has_crowds() && (1..MESSAGES_PER_CALL).contains(&batch.len());
        if waits_for_more {
            self.clients.clock.sleep(BATCHING_WINDOW).await;
        }
        let mut is_full = batch.len() == MESSAGES_PER_CALL || waits_for_more;
        while is_full && batch.len() < MESSAGES_PER_BATCH {
            // A fault here does not matter: there is a batch already, and the next poll reports it.
            let more = queue.receive(Duration::ZERO, speed).await.unwrap_or_default();
            is_full = more.len() == MESSAGES_PER_CALL;
            batch.extend(more);
        }
        Ok((queue, worker, batch))
    }

    async fn open(&self) -> Result<(SourceQueue, Worker), Fault> {
        let queue = self.find_queue(self.feed).await?;
        // The queue of the sweep keeps no recheck long enough.
        let recheck_queue_url = match self.feed {
            Feed::Sweep | Feed::StopPlans => self.find_queue(Feed::AsgLifecycle).await?.url,
            _ => queue.url.clone(),
        };
        let mut config = self.config.clone();
        config.queue_url = recheck_queue_url;
        config.stop_plan_queue_url = Some(self.find_queue(Feed::StopPlans).await?.url);
        config.policy.plans_stops = true;
        config.dead_letter_queue_url.clone_from(&queue.dead_letter_queue_url);
        let mut worker = Worker::new(self.feed, config, self.clients.clone());
        if let Some(observer) = &self.observer {
            worker = worker.with_observer(Arc::clone(observer));
        }
        if self.feed == Feed::Sweep {
            worker.check_clusters().await;
        }
        Ok((queue, worker))
    }

    async fn find_queue(&self, feed: Feed) -> Result<SourceQueue, Fault> {
        let name = format!("{}{}", self.queue_prefix, feed.name());
        SourceQueue::find(&self.clients.sqs, &name).await
    }

    async fn handle(&self, queue: &SourceQueue, worker: &Worker, messages: Vec<SqsMessage>) {
        if messages.is_empty() {
            return;
        }
        let receipts = receipts(&messages);
        let receipts_by_message = receipts_by_message(&messages);
        self.in_progress().extend(receipts.iter().cloned());
        self.status.batch_started(&messages);
        let handled = pin!(worker.handle(event(messages)));
        let timeout = pin!(self.hide_until_timeout(queue, &receipts));
        match future::select(handled, timeout).await {
            Either::Left((response, _)) => {
                let failed = response.batch_item_failures.into_iter().map(|it| it.item_identifier);
                let failed: BTreeSet<String> = failed.collect();
                let done = receipts_by_message.into_iter().filter(|(id, _)| !failed.contains(id));
                let done: Vec<String> = done.flat_map(|(_, receipts)| receipts).collect();
                self.log_faults(queue.delete(&done).await);
                self.status.batch_ended(done.len(), receipts.len() - done.len());
            }
            Either::Right(((), _)) => {
                let (feed, messages) = (self.feed.name(), receipts.len());
                tracing::error!(
                    feed,
                    messages,
                    "gave up a batch of feed {feed} after {BATCH_TIMEOUT:?}: {messages} messages will be delivered again"
                );
                self.status.batch_ended(0, receipts.len());
            }
        }
        let mut in_progress = self.in_progress();
        for receipt in &receipts {
            in_progress.remove(receipt);
        }
    }

    /// Hides messages from other processes until the time limit of a batch.
    async fn hide_until_timeout(&self, queue: &SourceQueue, receipts: &[String]) {
        let interval = (queue.visibility_timeout / 3).max(Duration::from_secs(1));
        let mut hidden = Duration::ZERO;
        while hidden + interval <= BATCH_TIMEOUT {
            self.clients.clock.sleep(interval).await;
            hidden += interval;
            self.log_faults(queue.hide(receipts, queue.visibility_timeout).await);
        }
        self.clients.clock.sleep(BATCH_TIMEOUT.saturating_sub(hidden)).await;
    }

    fn log_faults(&self, faults: Vec<Fault>) {
        let feed = self.feed.name();
        for fault in faults {
            tracing::warn!(feed, %fault, "messages of feed {feed} may be delivered again: {fault}");
        }
    }

    fn in_progress(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.in_progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn event(messages: Vec<SqsMessage>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = messages;
    event
}

fn receipts(messages: &[SqsMessage]) -> Vec<String> {
    messages.iter().filter_map(|message| message.receipt_handle.clone()).collect()
}

/// Returns the receipts by message id. A message that is delivered twice in one batch has two.
fn receipts_by_message(messages: &[SqsMessage]) -> BTreeMap<String, Vec<String>> {
    let mut receipts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for message in messages {
        let id = message.message_id.clone().unwrap_or_default();
        receipts.entry(id).or_default().extend(message.receipt_handle.clone());
    }
    receipts
}
