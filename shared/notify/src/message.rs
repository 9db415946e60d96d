//! Messages for people: one notification, or a crowd of one kind, as a subject and a text.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::limits::{LISTED_NOTIFICATIONS, SUBJECT_CHARACTERS};
use crate::notification::{Notification, NotificationKind, Severity};

/// Notifications of one kind that are sent together. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    first: Notification,
    rest: Vec<Notification>,
}

impl Message {
    /// Creates the message about one notification.
    pub fn of(notification: Notification) -> Self {
        Self { first: notification, rest: Vec::new() }
    }

    /// Creates the message about notifications of one kind. Returns `None` without any.
    pub fn of_all(notifications: Vec<Notification>) -> Option<Self> {
        let mut all = notifications.into_iter();
        Some(Self { first: all.next()?, rest: all.collect() })
    }

    /// Returns the notifications.
    pub fn notifications(&self) -> impl Iterator<Item = &Notification> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// Returns the number of notifications, at least 1.
    pub fn count(&self) -> usize {
        1 + self.rest.len()
    }

    /// Returns the kind of all notifications.
    pub fn kind(&self) -> NotificationKind {
        self.first.kind
    }

    /// Returns the greatest severity.
    pub fn severity(&self) -> Severity {
        self.notifications().map(|it| it.severity).max().unwrap_or(Severity::Info)
    }

    /// Returns the subject: the sentence of one notification, or the number of a crowd with the place that they share.
    pub fn subject(&self) -> String {
        if self.rest.is_empty() {
            return self.first.subject.clone();
        }
        let cluster = self.shared(|it| it.cluster.as_deref());
        let place = cluster.map(|cluster| format!(" in cluster {cluster}")).unwrap_or_default();
        format!("{} {}{place}", self.count(), self.kind().plural())
    }

    /// Returns the subject for SNS and mail: ASCII, one line, [`SUBJECT_CHARACTERS`] at most (SNS API reference, Publish).
    pub fn subject_line(&self, prefix: &str) -> String {
        let whole = format!("{prefix}{}", self.subject());
        let ascii: String = whole
            .chars()
            .map(|it| if it.is_ascii() && !it.is_ascii_control() { it } else { '?' })
            .collect();
        if ascii.len() <= SUBJECT_CHARACTERS {
            ascii
        } else {
            format!("{}...", &ascii[..SUBJECT_CHARACTERS - 3])
        }
    }

    /// Returns the text for SNS, mail and webhooks.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.subject());
        if self.rest.is_empty() {
            text.push_str(&single(&self.first));
            return text;
        }
        text.push('\n');
        for it in self.notifications().take(LISTED_NOTIFICATIONS) {
            let _ = writeln!(text, "- {}{}", it.subject, numbers(it, ", "));
        }
        let more = self.count().saturating_sub(LISTED_NOTIFICATIONS);
        if more > 0 {
            let _ = writeln!(text, "and {more} more");
        }
        text
    }

    /// Returns the values that a template of a webhook can use.
    pub fn values(&self) -> Value {
        json!({
            "subject": self.subject(),
            "text": self.text(),
            "severity": self.severity(),
            "type": self.kind(),
            "count": self.count(),
            "time": self.first.time,
            "notifications": self.notifications().collect::<Vec<_>>(),
        })
    }

    fn shared<'a>(&'a self, field: fn(&'a Notification) -> Option<&'a str>) -> Option<&'a str> {
        let first = field(&self.first)?;
        self.notifications().all(|it| field(it) == Some(first)).then_some(first)
    }
}

/// Returns the facts of one notification, a line each.
fn single(it: &Notification) -> String {
    let mut text = String::new();
    if it.message != it.subject {
        let _ = writeln!(text, "\n{}", it.message);
    }
    text.push('\n');
    let time = it.time.to_string();
    let rows = [
        ("severity", Some(it.severity.as_str())),
        ("time", Some(time.as_str())),
        ("account", it.account.as_deref()),
        ("Region", it.region.as_deref()),
        ("cluster", it.cluster.as_deref()),
        ("service", it.service.as_deref()),
        ("operation", it.operation.as_deref()),
        ("outcome", it.outcome.as_deref()),
        ("EC2 instance", it.ec2_instance.as_deref()),
        ("group", it.group.as_deref()),
        ("container instance", it.container_instance.as_deref()),
        ("reason", Some(it.reason.as_str())),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    for (name, value) in &it.numbers {
        let _ = writeln!(text, "{}: {value}", words(name));
    }
    text
}

fn numbers(it: &Notification, separator: &str) -> String {
    let pairs = it.numbers.iter().map(|(name, value)| format!("{} {value}", words(name)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!(" ({})", pairs.join(separator)) }
}

/// Returns the words of a name: `tasks left` of `tasksLeft`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests;
