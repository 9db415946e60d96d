//! A line that ebb logged.

use std::time::Duration;

use tracing::Level;

/// Line of the log.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// Virtual time since the start.
    pub at: Duration,
    /// Function that logged the line.
    pub function: String,
    /// Level.
    pub level: Level,
    /// Target.
    pub target: String,
    /// Message.
    pub message: String,
    /// Fields, in order.
    pub fields: Vec<(String, String)>,
}

/// Kind of a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A decision about one EC2 instance.
    Decision,
    /// A note to the operator.
    Note,
    /// The end of a standalone task.
    TaskEnd,
    /// A step of an operation on a service.
    Operation,
    /// Any other line.
    Other,
}

impl LogLine {
    /// Returns the value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
