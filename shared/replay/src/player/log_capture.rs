//! Captures the log of a replay, with the virtual time and the function of each line.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_smithy_async::time::SharedTimeSource;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use super::decision_line::{ESTIMATES, is_own_target};
use super::log_line::LogLine;

/// Subscriber that captures log lines while it is the thread's default.
#[derive(Clone)]
pub(crate) struct LogCapture {
    lines: Arc<Mutex<Vec<LogLine>>>,
    clock: SharedTimeSource,
    start: SystemTime,
    /// Predicate that is true for the targets whose lines are captured.
    captures: fn(&str) -> bool,
}

impl LogCapture {
    /// Returns an empty capture of all lines. Its times count from now.
    pub(crate) fn new(clock: SharedTimeSource) -> Self {
        Self::of_targets(clock, is_own_target)
    }

    /// Returns an empty capture of estimates alone. Its times count from now.
    pub(crate) fn of_estimates(clock: SharedTimeSource) -> Self {
        Self::of_targets(clock, |target| target == ESTIMATES)
    }

    fn of_targets(clock: SharedTimeSource, captures: fn(&str) -> bool) -> Self {
        let start = clock.now();
        Self { lines: Arc::default(), clock, start, captures }
    }

    /// Captures from now on, until the guard is dropped.
    pub(crate) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        tracing::subscriber::set_default(tracing_subscriber::registry().with(self.clone()))
    }

    /// Takes the captured lines, in order.
    pub(crate) fn into_lines(self) -> Vec<LogLine> {
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Name of a span's function.
struct FunctionName(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogCapture {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        (self.captures)(metadata.target())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let name = fields.0.into_iter().find(|(key, _)| key == "name");
        if let (Some((_, name)), Some(span)) = (name, context.span(id)) {
            span.extensions_mut().insert(FunctionName(name));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let function = context
            .event_scope(event)
            .and_then(|mut scope| {
                scope.find_map(|span| {
                    span.extensions().get::<FunctionName>().map(|function| function.0.clone())
                })
            })
            .unwrap_or_default();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.remove("message").unwrap_or_default();
        let line = LogLine {
            at: self.clock.now().duration_since(self.start).unwrap_or_default(),
            function,
            level: *event.metadata().level(),
            target: event.metadata().target().to_owned(),
            message,
            fields: fields.0,
        };
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

/// Fields of an event, in order.
#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn remove(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        let _ = write!(text, "{value:?}");
        self.0.push((field.name().to_owned(), text));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name().to_owned(), value.to_owned()));
    }
}
