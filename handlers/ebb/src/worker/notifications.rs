//! Notifications of a worker: one notifier for its drains and its operations.

use std::sync::Arc;

use aws::Clients;
use aws::config::ConfigErrors;
use aws::worker::DecisionObserver;
#[cfg(feature = "operations")]
use aws_services::operation_observer::OperationObserver;
use notify::wiring::{NotifyingDrains, send_until};
use notify::{Notifier, NotifySettings};
use tokio::sync::watch;

/// The notifier of a worker.
#[derive(Debug, Clone)]
pub(super) struct Notifications(Arc<Notifier>);

impl Notifications {
    /// Creates the notifier that the environment configures.
    pub(super) fn from_environment(clients: &Clients) -> Result<Self, ConfigErrors> {
        let settings = NotifySettings::from_environment(std::env::vars())?;
        Ok(Self(Arc::new(Notifier::new(&settings, clients))))
    }

    /// Returns the notifier.
    pub(super) fn notifier(&self) -> &Notifier {
        &self.0
    }

    /// Returns the observer of drains, if a channel is configured.
    pub(super) fn of_drains(&self) -> Option<Arc<dyn DecisionObserver>> {
        let is_used = !self.0.configured().is_empty();
        is_used.then(|| Arc::new(NotifyingDrains::of_worker(Arc::clone(&self.0))) as _)
    }

    /// Returns the observer of operations.
    #[cfg(feature = "operations")]
    pub(super) fn of_operations(&self) -> Arc<dyn OperationObserver> {
        Arc::new(notify::operations::NotifyingOperations::grouped(Arc::clone(&self.0)))
    }

    /// Sends what is due in a task of its own, until the worker stops.
    pub(super) fn start(&self, stopped: watch::Receiver<bool>) -> tokio::task::JoinHandle<()> {
        let notifier = Arc::clone(&self.0);
        tokio::spawn(async move { send_until(&notifier, stopped).await })
    }
}
