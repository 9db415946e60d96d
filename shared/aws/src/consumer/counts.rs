//! Counts of a consumer.

/// Counts since the process started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsumerCounts {
    /// Polls that were answered, with or without messages.
    pub polls: u64,
    /// Polls that failed.
    pub failed_polls: u64,
    /// Messages that were received.
    pub received: u64,
    /// Messages that any process had received before.
    pub redelivered: u64,
    /// Batches of messages.
    pub batches: u64,
    /// Messages that were handled and deleted.
    pub done: u64,
    /// Messages that failed and will be delivered again.
    pub failed: u64,
    /// Messages that were returned to the queue because the process ended.
    pub returned: u64,
}

impl ConsumerCounts {
    /// Returns the number of messages in progress.
    pub fn in_progress(&self) -> u64 {
        self.received - self.done - self.failed
    }
}
