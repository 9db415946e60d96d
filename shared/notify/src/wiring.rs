//! Observers for the processes of ebb: functions send at the end of each batch, a worker when a window ends.

use std::pin::pin;
use std::sync::Arc;

use aws::Worker;
use aws::config::ConfigErrors;
use aws::worker::{DecisionObserver, ObservedDecision};
use futures::FutureExt;
use futures::future::{BoxFuture, Either, select};
use tokio::sync::watch;

use crate::drains::notifications;
use crate::limits::{BATCH_SENDING_TIME, SENDING_INTERVAL};
use crate::notifier::Notifier;
use crate::settings::NotifySettings;

/// An observer of drains that sends notifications.
#[derive(Debug)]
pub struct NotifyingDrains {
    notifier: Arc<Notifier>,
    /// True if everything is sent at the end of each batch.
    sends_batches: bool,
}

impl NotifyingDrains {
    /// Creates the observer of a function, which Lambda stops after each batch.
    pub fn of_function(notifier: Arc<Notifier>) -> Self {
        Self { notifier, sends_batches: true }
    }

    /// Creates the observer of a worker. Another task of the process sends, so that no message waits for a mail server.
    pub fn of_worker(notifier: Arc<Notifier>) -> Self {
        Self { notifier, sends_batches: false }
    }
}

impl DecisionObserver for NotifyingDrains {
    fn decided(&self, decided: ObservedDecision<'_>) {
        notifications(decided).into_iter().for_each(|it| self.notifier.add(it));
    }

    fn batch_ended(&self) -> BoxFuture<'_, ()> {
        match self.sends_batches {
            true => self.notifier.flush_within(BATCH_SENDING_TIME).boxed(),
            false => std::future::ready(()).boxed(),
        }
    }
}

/// Sends what is due, once a second, until `stop` is true. Then it sends all.
pub async fn send_until(notifier: &Notifier, mut stop: watch::Receiver<bool>) {
    loop {
        let stopped = pin!(stop.wait_for(|stop| *stop));
        let pause = pin!(tokio::time::sleep(SENDING_INTERVAL));
        let is_stopped = matches!(select(stopped, pause).await, Either::Left(_));
        if is_stopped {
            notifier.flush_all().await;
            return;
        }
        notifier.flush().await;
    }
}

/// Returns the worker of a function with the notifications that its environment configures.
///
/// # Errors
///
/// All errors of the variables of notifications.
pub fn with_notifications(worker: Worker) -> Result<Worker, ConfigErrors> {
    let settings = NotifySettings::from_environment(std::env::vars())?;
    let notifier = Notifier::new(&settings, worker.clients());
    Ok(match notifier.configured().is_empty() {
        true => worker,
        false => worker.with_observer(Arc::new(NotifyingDrains::of_function(Arc::new(notifier)))),
    })
}
