//! Logs: one JSON object a line on stdout, where Lambda and container log drivers read them.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Name of the environment variable with the log filter, e.g. `info` or `info,ebb::decision=debug`.
pub const VARIABLE: &str = "EBB_LOG";
/// Log filter if none is set.
pub const DEFAULT: &str = "info";

/// Starts logging for this process.
///
/// A filter that cannot be parsed counts as the default. The configuration, which is parsed next, reports it.
pub fn init() {
    let filter = std::env::var(VARIABLE).ok().and_then(|text| EnvFilter::try_new(text).ok());
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_filter(filter.unwrap_or_else(|| EnvFilter::new(DEFAULT)));
    // A second call finds a subscriber and keeps it.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
