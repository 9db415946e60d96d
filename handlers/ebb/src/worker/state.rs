//! State of a worker that its pages show.

use std::sync::Arc;

use aws::Feed;
use aws::consumer::Consumer;
use tokio::sync::watch;

use super::notifications::Notifications;

/// State of a worker: its consumers, and a signal that is true as soon as the worker stops.
#[derive(Debug, Clone)]
pub(super) struct WorkerState {
    pub(super) consumers: Arc<[Consumer; Feed::QUEUES.len()]>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) notifications: Notifications,
}
