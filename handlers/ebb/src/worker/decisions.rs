//! Counts of a worker's decisions, taken from its log: once for each new decision.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// Counts of logged decisions, by the code of their reason.
#[derive(Debug, Clone, Default)]
pub(super) struct DecisionCounts(Arc<Mutex<BTreeMap<String, u64>>>);

impl DecisionCounts {
    /// Returns the counts, by reason.
    pub(super) fn by_reason(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S: Subscriber> Layer<S> for DecisionCounts {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "ebb::decision" {
            return;
        }
        let mut code = ReasonCode(None);
        event.record(&mut code);
        if let Some(code) = code.0 {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(code).or_default() += 1;
        }
    }
}

/// Field of a decision's log line that holds the code of its reason.
const REASON_CODE: &str = "why";

/// Code of the reason that an event carries.
struct ReasonCode(Option<String>);

impl Visit for ReasonCode {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == REASON_CODE {
            self.0 = Some(format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == REASON_CODE {
            self.0 = Some(value.to_owned());
        }
    }
}
