//! What the handlers log in a replay: caught with the virtual time and the function that said it.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::SharedTimeSource;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// A line of the log.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Virtual time since the start.
    pub at: Duration,
    /// The function that said it.
    pub function: String,
    /// Its level.
    pub level: Level,
    /// Its target.
    pub target: String,
    /// Its message.
    pub message: String,
    /// Its fields, in order.
    pub fields: Vec<(String, String)>,
}

impl Logged {
    /// A field's value.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Catches what is logged as long as it is the thread's default subscriber.
#[derive(Clone)]
pub(super) struct Log {
    lines: Arc<Mutex<Vec<Logged>>>,
    clock: SharedTimeSource,
    start: SystemTime,
}

impl Log {
    pub(super) fn new(clock: SharedTimeSource) -> Self {
        let start = clock.now();
        Self { lines: Arc::default(), clock, start }
    }

    /// Catches from now on, until the guard is dropped.
    pub(super) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        tracing::subscriber::set_default(tracing_subscriber::registry().with(self.clone()))
    }

    /// What was caught, in order.
    pub(super) fn lines(&self) -> Vec<Logged> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The name of the function that a span belongs to.
struct Function(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    /// Only ebb's own words: what the SDK says of its inner life is not the replay's story.
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target().starts_with("ebb") || metadata.target().starts_with("aws::")
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let name = fields.0.into_iter().find(|(key, _)| key == "name");
        if let (Some((_, name)), Some(span)) = (name, context.span(id)) {
            span.extensions_mut().insert(Function(name));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let function = context
            .event_scope(event)
            .and_then(|mut scope| {
                scope.find_map(|span| {
                    span.extensions().get::<Function>().map(|function| function.0.clone())
                })
            })
            .unwrap_or_default();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.take("message").unwrap_or_default();
        let line = Logged {
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

#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn take(&mut self, name: &str) -> Option<String> {
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
