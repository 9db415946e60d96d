//! A service's answer.

use serde_json::Value;

/// A service's answer: JSON, or the XML inside the result element.
pub(super) enum Answer {
    Json(Value),
    Xml(String),
}
