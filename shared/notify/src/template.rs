//! Templates of the JSON that a webhook receives.
//!
//! A template is JSON with expressions of Jinja. Every value is written as JSON: `{{ text }}` is a string with its quotes.

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use crate::message::Message;
use crate::notification::Notification;

/// Name of the template inside the environment. The ending makes every value JSON.
const NAME: &str = "webhook.json";

/// Templates that ship with ebb, by name.
const SHIPPED: [(&str, &str); 3] = [
    ("json", include_str!("template/json.txt")),
    ("slack", include_str!("template/slack.txt")),
    ("teams", include_str!("template/teams.txt")),
];

/// A template that was checked.
#[derive(Debug, Clone)]
pub struct WebhookTemplate(Environment<'static>);

/// Reason why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

impl WebhookTemplate {
    /// Creates the template of this name, or of this text.
    ///
    /// # Errors
    ///
    /// The text is no template, names an unknown value, or does not make JSON of a test notification.
    pub fn new(name_or_text: &str) -> Result<Self, TemplateError> {
        let shipped = SHIPPED.iter().find(|(name, _)| *name == name_or_text);
        let text = shipped.map_or(name_or_text, |(_, text)| text);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Json);
        environment.add_filter("markup", markup);
        environment.add_template_owned(NAME, text.to_owned()).map_err(error)?;
        let template = Self(environment);
        template.render(&Message::of(Notification::test(jiff::Timestamp::UNIX_EPOCH)))?;
        Ok(template)
    }

    /// Returns the JSON for a message.
    ///
    /// # Errors
    ///
    /// A value that the template names is missing, or the text is no JSON.
    pub fn render(&self, message: &Message) -> Result<String, TemplateError> {
        let template = self.0.get_template(NAME).map_err(error)?;
        let text = template.render(minijinja::value::Serde(message.values())).map_err(error)?;
        let json: Result<Value, _> = serde_json::from_str(&text);
        match json {
            Ok(json) => Ok(json.to_string()),
            Err(problem) => {
                Err(TemplateError(format!("the template does not make JSON: {problem}")))
            }
        }
    }
}

/// Escapes the characters that Slack reads as markup.
fn markup(text: String) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn error(error: Error) -> TemplateError {
    let place = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
    let detail = match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError, None) => "a value that does not exist".to_owned(),
        (kind, None) => kind.to_string(),
        (_, Some(detail)) => detail.to_owned(),
    };
    TemplateError(format!("{detail}{place}"))
}

#[cfg(test)]
mod tests;
