//! Logs: one JSON object a line on stdout, where Lambda and container log drivers take them.

use tracing_subscriber::EnvFilter;

/// The variable that holds the filter, e.g. `info` or `info,ebb::decision=debug`.
pub const VARIABLE: &str = "EBB_LOG";
/// The filter where none is set.
pub const DEFAULT: &str = "info";

/// Starts logging for this process. A filter that cannot be read counts as the default: the configuration, which is
/// read next, names the mistake.
pub fn init() {
    let filter = std::env::var(VARIABLE).ok().and_then(|text| EnvFilter::try_new(text).ok());
    // A second call finds a subscriber in place, and leaves it there.
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter.unwrap_or_else(|| EnvFilter::new(DEFAULT)))
        .try_init();
}
