//! Virtual time as text.

use std::time::Duration;

/// Formats a length of virtual time as `1:02:03`.
pub fn clock(at: Duration) -> String {
    let seconds = at.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
