//! Settings: the channels of a process, parsed from variables with the prefix `EBB_NOTIFY_`.

mod parse;
mod secret;
mod variables;

use std::time::Duration;

use crate::limits::WINDOW;
use crate::notification::Severity;
pub use secret::{Secret, SecretSource};
pub use variables::{NOTIFY_VARIABLES, NotifyVariable};

/// Channels of a process. A channel without its settings is not used.
#[derive(Debug, Clone)]
pub struct NotifySettings {
    /// Name or ARN of the bus that receives an event for each notification.
    pub event_bus: Option<String>,
    /// ARN of the topic that receives messages.
    pub topic_arn: Option<String>,
    /// Webhook that receives messages.
    #[cfg(feature = "webhook")]
    pub webhook: Option<WebhookSettings>,
    /// Mail server that receives messages.
    #[cfg(feature = "smtp")]
    pub smtp: Option<SmtpSettings>,
    /// Least severity of a message. Events have every severity.
    pub severity: Severity,
    /// Time in which notifications of one kind become one message.
    pub window: Duration,
}

/// Settings of a webhook.
#[cfg(feature = "webhook")]
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// URL, which is a secret.
    pub url: SecretSource,
    /// Template of the JSON.
    pub template: crate::template::WebhookTemplate,
}

/// Settings of a mail server.
#[cfg(feature = "smtp")]
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Name of the host, as its certificate has it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub encryption: SmtpEncryption,
    /// User name and password. None for a server that asks for none.
    pub login: Option<(String, SecretSource)>,
    /// Sender.
    pub from: lettre::message::Mailbox,
    /// Receivers. Never empty.
    pub to: Vec<lettre::message::Mailbox>,
    /// Beginning of each subject.
    pub subject_prefix: String,
    /// File with certificates of authorities, in PEM, beside those of the system.
    pub ca_file: Option<String>,
}

/// Encryption of a connection to a mail server. There is none without.
#[cfg(feature = "smtp")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum SmtpEncryption {
    /// The connection becomes TLS by the command STARTTLS, before the login.
    Starttls,
    /// The connection begins with TLS.
    Implicit,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            event_bus: None,
            topic_arn: None,
            #[cfg(feature = "webhook")]
            webhook: None,
            #[cfg(feature = "smtp")]
            smtp: None,
            severity: Severity::Info,
            window: WINDOW,
        }
    }
}

#[cfg(all(test, feature = "smtp", feature = "webhook"))]
mod tests;
