//! A consumer of the queue of `service-operation`, for a process that Lambda does not invoke.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aws::Clients;
use aws::config::Config;
use aws::consumer::SourceQueue;
use aws::fault::Fault;
use aws::limits::{LONGEST_POLL_PAUSE, POLL_WAIT};
use futures::future;
use tokio::sync::watch;

use crate::handler::{OperationHandler, QueuedOperation};
use crate::operation_observer::OperationObserver;
use crate::stepper::Stepper;

/// Name of the queue without its prefix.
pub const QUEUE: &str = "service-operation";

/// Batches in progress at once. While one takes operations further, another begins those of new requests.
const BATCHES_AT_ONCE: usize = 2;

/// A consumer of the queue of `service-operation`.
#[derive(Debug)]
pub struct OperationConsumer {
    queue: SourceQueue,
    handler: OperationHandler,
    clients: Clients,
}

impl OperationConsumer {
    /// Finds the queue whose name is the prefix and [`QUEUE`].
    ///
    /// # Errors
    ///
    /// The fault of the call. Where operations are not deployed there is no queue, and the fault is `Denied`.
    pub async fn find(
        queue_prefix: &str,
        mut config: Config,
        clients: Clients,
        observer: Option<Arc<dyn OperationObserver>>,
    ) -> Result<Self, Fault> {
        let queue = SourceQueue::find(&clients.sqs, &format!("{queue_prefix}{QUEUE}")).await?;
        config.dead_letter_queue_url.clone_from(&queue.dead_letter_queue_url);
        let handler =
            OperationHandler::new(Stepper::new(clients.clone()), &config).with_observer(observer);
        Ok(Self { queue, handler, clients })
    }

    /// Receives and handles messages until `stop` is true.
    ///
    /// The future may be dropped at any time, as a process may be killed: the next process goes on with the records.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let loops = (0..BATCHES_AT_ONCE).map(|_| self.handle_batches(stop.clone()));
        future::join_all(loops).await;
    }

    async fn handle_batches(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.queue.receive(POLL_WAIT, self.clients.clock.speed()).await {
                Ok(messages) => {
                    let parsed: Vec<QueuedOperation> = messages
                        .iter()
                        .map(|message| {
                            let text = |it: &Option<String>| it.clone().unwrap_or_default();
                            let attribute = |name: &str| message.attributes.get(name).cloned();
                            let (id, body) = (text(&message.message_id), text(&message.body));
                            QueuedOperation::new(&id, &body, attribute)
                        })
                        .collect();
                    let begun = self.handler.begin_all(&parsed).await;
                    // A request must not come again after its operation, so its message goes first.
                    let receipts = parsed.iter().zip(&messages).filter_map(|(parsed, message)| {
                        let is_done = !begun.failed.contains(&parsed.id);
                        message.receipt_handle.clone().filter(|_| is_done)
                    });
                    for fault in self.queue.delete(&receipts.collect::<Vec<_>>()).await {
                        tracing::warn!("messages of {QUEUE} may be delivered again: {fault}");
                    }
                    let stopped = pin!(stop.wait_for(|stop| *stop));
                    let further =
                        Box::pin(self.handler.take_further(begun.services, begun.is_scheduled));
                    future::select(further, stopped).await;
                }
                Err(fault) => {
                    tracing::warn!("cannot receive messages of {QUEUE}: {fault}");
                    self.pause(&mut stop, LONGEST_POLL_PAUSE).await;
                }
            }
        }
    }

    async fn pause(&self, stop: &mut watch::Receiver<bool>, length: Duration) {
        let stopped = pin!(stop.wait_for(|stop| *stop));
        future::select(pin!(self.clients.clock.sleep(length)), stopped).await;
    }
}
