//! What stands in place of Lambda's event source mapping where a process of its own takes the messages of a queue.
//!
//! It polls one at a time, and only while a batch of it may still be taken in hand. A batch is kept from others as long as
//! it is in hand, deleted when it is done, and given back when the process has to end.

mod counts;
mod source_queue;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use futures::future::{self, Either};
use tokio::sync::{Mutex as Turn, OnceCell, watch};

use crate::clients::Clients;
use crate::config::Config;
use crate::fault::Fault;
use crate::feed::Feed;
use crate::worker::Worker;
pub use counts::{ConsumerCounts, ConsumerStatus};
use source_queue::SourceQueue;

/// How long a poll waits for a message. Longer polls cost less (four queues, six calls a minute each); a process that is
/// to end has to await the last one, since what it brings would else be hidden from everybody.
pub const POLL: Duration = Duration::from_secs(10);
/// Batches in hand at once. One is looked up while another waits for AWS; more would only share the read bucket of ECS.
const BATCHES: usize = 2;
/// Messages in a batch. What comes at once is looked up together: a hundred state changes name some dozen instances.
const LARGEST_BATCH: usize = 100;
/// How long a batch is in hand at most. A dozen rounds of calls, each of which takes eight seconds at most, and a few
/// seconds as a rule; what takes longer hangs, and is let go as Lambda lets go of a function that is out of time.
const LIMIT: Duration = Duration::from_secs(120);
/// After a poll that failed; each further failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// So long at most: when AWS is back, so is ebb before the next sweep.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Takes the messages of one feed's queue, and has them handled.
#[derive(Debug)]
pub struct Consumer {
    feed: Feed,
    prefix: String,
    config: Config,
    clients: Clients,
    opened: OnceCell<(SourceQueue, Worker)>,
    polling: Turn<()>,
    in_hand: Mutex<BTreeSet<String>>,
    counts: ConsumerStatus,
}

impl Consumer {
    /// For the queue whose name is the prefix and the name of the feed. The configuration needs no queues: they are found.
    pub fn new(feed: Feed, prefix: &str, config: Config, clients: Clients) -> Self {
        Self {
            feed,
            prefix: prefix.to_owned(),
            config,
            clients,
            opened: OnceCell::new(),
            polling: Turn::new(()),
            in_hand: Mutex::default(),
            counts: ConsumerStatus::default(),
        }
    }

    /// Whose messages it takes.
    pub fn feed(&self) -> Feed {
        self.feed
    }

    /// What was counted so far.
    pub fn counted(&self) -> ConsumerCounts {
        self.counts.counted()
    }

    /// Whether the last poll, within the last minute, was answered.
    pub fn receives(&self) -> bool {
        self.counts.receives(self.clients.clock.now())
    }

    /// Takes messages and has them handled until it is to `stop`, and what is in hand then is done. May be dropped at any
    /// time: [`Self::give_back`] then.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let takers = (0..BATCHES).map(|_| self.consume(stop.clone()));
        future::join_all(takers).await;
    }

    /// Gives back at once what is in hand.
    pub async fn give_back(&self) {
        let in_hand: Vec<String> = std::mem::take(&mut *self.in_hand()).into_iter().collect();
        if let (Some((queue, _)), false) = (self.opened.get(), in_hand.is_empty()) {
            tracing::warn!(
                feed = self.feed.name(),
                messages = in_hand.len(),
                "given back: no time is left"
            );
            self.counts.given_back(in_hand.len());
            self.warn(queue.hide(&in_hand, Duration::ZERO).await);
        }
    }

    /// One batch after the other.
    async fn consume(&self, mut stop: watch::Receiver<bool>) {
        let mut pause = FIRST_PAUSE;
        loop {
            let turn = self.polling.lock().await;
            if *stop.borrow() {
                return;
            }
            let polled = self.poll().await;
            self.counts.polled(polled.as_ref().err(), self.clients.clock.now(), self.feed);
            match polled {
                Ok((queue, worker, messages)) => {
                    pause = FIRST_PAUSE;
                    if *stop.borrow() {
                        self.counts.given_back(messages.len());
                        self.warn(queue.hide(&receipts(&messages), Duration::ZERO).await);
                        return;
                    }
                    drop(turn);
                    self.handle(queue, worker, messages).await;
                }
                Err(_) => {
                    let stopped = pin!(stop.wait_for(|stop| *stop));
                    future::select(pin!(self.clients.clock.sleep(pause)), stopped).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// The next batch: what the queue holds now, or the first that comes.
    async fn poll(&self) -> Result<(&SourceQueue, &Worker, Vec<SqsMessage>), Fault> {
        let (queue, worker) = self.opened.get_or_try_init(|| self.open()).await?;
        let speed = self.clients.clock.speed();
        let mut batch = queue.receive(POLL, speed).await?;
        let mut full = batch.len() == source_queue::AT_ONCE;
        while full && batch.len() < LARGEST_BATCH {
            // Where this fails, there is a batch in hand already; the next poll tells the fault.
            let more = queue.receive(Duration::ZERO, speed).await.unwrap_or_default();
            full = more.len() == source_queue::AT_ONCE;
            batch.extend(more);
        }
        Ok((queue, worker, batch))
    }

    async fn open(&self) -> Result<(SourceQueue, Worker), Fault> {
        let queue = self.queue_of(self.feed).await?;
        // The queue of sweep keeps none of its delayed looks long enough.
        let of_looks = match self.feed {
            Feed::Sweep => self.queue_of(Feed::AsgLifecycle).await?.url,
            _ => queue.url.clone(),
        };
        let mut config = self.config.clone();
        config.queue_url = of_looks;
        config.dead_letter_queue_url.clone_from(&queue.dead_letter_queue_url);
        Ok((queue, Worker::new(self.feed, config, self.clients.clone())))
    }

    async fn queue_of(&self, feed: Feed) -> Result<SourceQueue, Fault> {
        SourceQueue::named(&self.clients.sqs, &format!("{}{}", self.prefix, feed.name())).await
    }

    async fn handle(&self, queue: &SourceQueue, worker: &Worker, messages: Vec<SqsMessage>) {
        if messages.is_empty() {
            return;
        }
        let receipts = receipts(&messages);
        let receipts_by_message = receipts_by_message(&messages);
        self.in_hand().extend(receipts.iter().cloned());
        self.counts.taken(&messages);
        let handled = pin!(worker.handle(event(messages)));
        let held = pin!(self.hold(queue, &receipts));
        match future::select(handled, held).await {
            Either::Left((response, _)) => {
                let failed = response.batch_item_failures.into_iter().map(|it| it.item_identifier);
                let failed: BTreeSet<String> = failed.collect();
                let done = receipts_by_message.into_iter().filter(|(id, _)| !failed.contains(id));
                let done: Vec<String> = done.flat_map(|(_, receipts)| receipts).collect();
                self.warn(queue.delete(&done).await);
                self.counts.done(done.len(), receipts.len() - done.len());
            }
            Either::Right(((), _)) => {
                tracing::error!(
                    feed = self.feed.name(),
                    messages = receipts.len(),
                    "not handled within {LIMIT:?}: let go"
                );
                self.counts.done(0, receipts.len());
            }
        }
        let mut in_hand = self.in_hand();
        for receipt in &receipts {
            in_hand.remove(receipt);
        }
    }

    /// Keeps messages from others for as long as they may be in hand.
    async fn hold(&self, queue: &SourceQueue, receipts: &[String]) {
        let each = (queue.visibility_timeout / 3).max(Duration::from_secs(1));
        let mut held = Duration::ZERO;
        while held + each <= LIMIT {
            self.clients.clock.sleep(each).await;
            held += each;
            self.warn(queue.hide(receipts, queue.visibility_timeout).await);
        }
        self.clients.clock.sleep(LIMIT.saturating_sub(held)).await;
    }

    fn warn(&self, faults: Vec<Fault>) {
        for fault in faults {
            tracing::warn!(feed = self.feed.name(), %fault, "messages may come again");
        }
    }

    fn in_hand(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The receipts by message: a message that is delivered twice at once has two.
fn receipts_by_message(messages: &[SqsMessage]) -> BTreeMap<String, Vec<String>> {
    let mut receipts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for message in messages {
        let id = message.message_id.clone().unwrap_or_default();
        receipts.entry(id).or_default().extend(message.receipt_handle.clone());
    }
    receipts
}
