//! State of a worker that its pages show.

use std::sync::Arc;

use aws::consumer::Consumer;
use tokio::sync::watch;

use super::decisions::DecisionCounts;

/// State of a worker: its consumers, whether it stops, and its decisions.
#[derive(Debug, Clone)]
pub(super) struct WorkerState {
    pub(super) consumers: Arc<[Consumer; 4]>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) decisions: DecisionCounts,
}
