//! Arithmetic of timestamps that never fails. A result out of range becomes the first or the last timestamp.

use std::time::Duration;

use jiff::Timestamp;

/// Returns the time `length` after `at`.
pub(crate) fn after(at: Timestamp, length: Duration) -> Timestamp {
    at.saturating_add(length).unwrap_or(Timestamp::MAX)
}

/// Returns the time `length` before `at`.
pub(crate) fn before(at: Timestamp, length: Duration) -> Timestamp {
    at.saturating_sub(length).unwrap_or(Timestamp::MIN)
}

/// Returns a time without its fraction of a second. Sentences show no more.
pub(crate) fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
