//! A loss: a task killed, requests failed, a lifecycle action timed out, or a service below its desired count.

use std::time::Duration;

use serde::Serialize;

/// Loss, with its cause and its correction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loss {
    /// Lost work, with its place. Instances and tasks have their ids.
    pub what: String,
    /// Virtual time, in seconds.
    pub seconds: f64,
    /// Cause.
    pub why: String,
    /// Setting that prevents the loss, with its value.
    pub fix: String,
    /// Virtual time.
    #[serde(skip)]
    pub at: Duration,
}

impl Loss {
    /// Returns a loss at a virtual time.
    pub(super) fn new(at: Duration, what: String, cause: Cause) -> Self {
        let seconds = at.as_millis() as f64 / 1000.0;
        Self { what, seconds, why: cause.why, fix: cause.fix, at }
    }
}

/// Cause of a loss, and its correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) why: String,
    pub(super) fix: String,
}

impl Cause {
    pub(super) fn new(why: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { why: why.into(), fix: fix.into() }
    }
}

/// Returns a length in the form of settings: `90s`, `15m`, `2h`.
pub(super) fn setting(length: Duration) -> String {
    let seconds = length.as_secs() + u64::from(length.subsec_nanos() > 0);
    match seconds {
        0 => "0s".to_owned(),
        it if it.is_multiple_of(3600) => format!("{}h", it / 3600),
        it if it.is_multiple_of(60) => format!("{}m", it / 60),
        it => format!("{it}s"),
    }
}
