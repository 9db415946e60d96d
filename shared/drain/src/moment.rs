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

/// Returns the time from `at` to `now`. Returns zero if `at` is later.
pub(crate) fn since(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}
