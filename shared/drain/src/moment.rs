//! Arithmetic of moments that never fails: what lies past the end of time is the end of time.

use std::time::Duration;

use jiff::Timestamp;

/// So long after a moment.
pub(crate) fn after(at: Timestamp, length: Duration) -> Timestamp {
    at.saturating_add(length).unwrap_or(Timestamp::MAX)
}

/// So long before a moment.
pub(crate) fn before(at: Timestamp, length: Duration) -> Timestamp {
    at.saturating_sub(length).unwrap_or(Timestamp::MIN)
}

/// How long ago a moment was; nothing for one that is still to come.
pub(crate) fn since(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}
