//! Values of the SDK as the types of this workspace.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// Returns the time, or `None` if it is out of range.
pub(super) fn timestamp(at: &DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// Returns the time, or the beginning of 1970 for an answer without one.
pub(super) fn time_or_first(at: Option<&DateTime>) -> Timestamp {
    at.and_then(timestamp).unwrap_or_default()
}

/// Returns the number, or 0 if it is negative.
pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
