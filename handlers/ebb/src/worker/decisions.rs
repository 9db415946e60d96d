//! How often a worker decided what: counted where it is logged, so once for each decision that is new.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// Counts the lines of the log in which a decision is told, by what was done and why.
#[derive(Debug, Clone, Default)]
pub(super) struct Decisions(Arc<Mutex<BTreeMap<String, u64>>>);

impl Decisions {
    /// How often, by reason.
    pub(super) fn counted(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S: Subscriber> Layer<S> for Decisions {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "ebb::decision" {
            return;
        }
        let mut why = Why(None);
        event.record(&mut why);
        if let Some(why) = why.0 {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(why).or_default() += 1;
        }
    }
}

/// The field `why` of an event.
struct Why(Option<String>);

impl Visit for Why {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "why" {
            self.0 = Some(format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "why" {
            self.0 = Some(value.to_owned());
        }
    }
}
