//! The table of the variables of notifications. `infra/README.md` documents it.

/// A variable of notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotifyVariable {
    /// Name.
    pub name: &'static str,
    /// Unit, or kind, of the value.
    pub unit: &'static str,
    /// Value if the variable is not set.
    pub default: &'static str,
    /// Values that are valid.
    pub limit: &'static str,
    /// Purpose.
    pub why: &'static str,
}

/// Prefix of the names.
pub(super) const PREFIX: &str = "EBB_NOTIFY_";

pub(super) const EVENT_BUS: &str = "EBB_NOTIFY_EVENT_BUS";
pub(super) const TOPIC_ARN: &str = "EBB_NOTIFY_TOPIC_ARN";
pub(super) const WEBHOOK_URL: &str = "EBB_NOTIFY_WEBHOOK_URL";
pub(super) const WEBHOOK_SECRET: &str = "EBB_NOTIFY_WEBHOOK_SECRET";
pub(super) const WEBHOOK_TEMPLATE: &str = "EBB_NOTIFY_WEBHOOK_TEMPLATE";
pub(super) const SMTP_HOST: &str = "EBB_NOTIFY_SMTP_HOST";
pub(super) const SMTP_PORT: &str = "EBB_NOTIFY_SMTP_PORT";
pub(super) const SMTP_TLS: &str = "EBB_NOTIFY_SMTP_TLS";
pub(super) const SMTP_USER: &str = "EBB_NOTIFY_SMTP_USER";
pub(super) const SMTP_PASSWORD: &str = "EBB_NOTIFY_SMTP_PASSWORD";
pub(super) const SMTP_PASSWORD_SECRET: &str = "EBB_NOTIFY_SMTP_PASSWORD_SECRET";
pub(super) const SMTP_FROM: &str = "EBB_NOTIFY_SMTP_FROM";
pub(super) const SMTP_TO: &str = "EBB_NOTIFY_SMTP_TO";
pub(super) const SMTP_SUBJECT_PREFIX: &str = "EBB_NOTIFY_SMTP_SUBJECT_PREFIX";
pub(super) const SMTP_CA_FILE: &str = "EBB_NOTIFY_SMTP_CA_FILE";
pub(super) const SEVERITY: &str = "EBB_NOTIFY_SEVERITY";
pub(super) const WINDOW: &str = "EBB_NOTIFY_WINDOW";

/// Every variable of notifications.
pub const NOTIFY_VARIABLES: &[NotifyVariable] = &[
    row(
        EVENT_BUS,
        "name or ARN",
        "none",
        "name or ARN of an event bus, such as default; none: no events",
        "Event bus that receives an event for each decision that matters.",
    ),
    row(
        TOPIC_ARN,
        "ARN",
        "none",
        "ARN of an SNS topic of the same Region; none: no messages to a topic",
        "Topic that receives a message for each decision that matters, or one for a crowd.",
    ),
    row(
        WEBHOOK_URL,
        "URL",
        "none",
        "a URL with https, or with http of this host; none: no webhook, or that of the secret",
        "URL of the webhook. It is a secret: take it from a secret of the platform.",
    ),
    row(
        WEBHOOK_SECRET,
        "name or ARN",
        "none",
        "name or ARN of a secret of Secrets Manager; none: no webhook, or that of the URL",
        "Secret with the URL of the webhook: the URL alone, or JSON with the key url.",
    ),
    row(
        WEBHOOK_TEMPLATE,
        "name or template",
        "slack",
        "slack, teams or json, or a template that makes JSON",
        "Template of the JSON that the webhook receives. Values: subject, text, severity, type, count, time, notifications.",
    ),
    row(
        SMTP_HOST,
        "host name",
        "none",
        "name of a host; none: no mail",
        "Mail server. Its certificate must have this name.",
    ),
    row(
        SMTP_PORT,
        "port",
        "587 with starttls, 465 with implicit",
        "a whole number from 1 to 65535",
        "Port of the mail server.",
    ),
    row(
        SMTP_TLS,
        "choice",
        "starttls",
        "starttls or implicit",
        "Encryption of the mail. A server that offers none is an error.",
    ),
    row(SMTP_USER, "text", "none", "text; none: no login", "User name at the mail server."),
    row(
        SMTP_PASSWORD,
        "text",
        "none",
        "text, with EBB_NOTIFY_SMTP_USER",
        "Password at the mail server. Take it from a secret of the platform, and keep it out of files.",
    ),
    row(
        SMTP_PASSWORD_SECRET,
        "name or ARN",
        "none",
        "name or ARN of a secret of Secrets Manager, with EBB_NOTIFY_SMTP_USER",
        "Secret with the password: the password alone, or JSON with the key password.",
    ),
    row(
        SMTP_FROM,
        "address",
        "none",
        "a mail address, with or without a name",
        "Sender of the mails. Required with EBB_NOTIFY_SMTP_HOST.",
    ),
    row(
        SMTP_TO,
        "comma-separated addresses",
        "none",
        "mail addresses, separated by commas",
        "Receivers of the mails. Required with EBB_NOTIFY_SMTP_HOST.",
    ),
    row(
        SMTP_SUBJECT_PREFIX,
        "text",
        "[ebb]",
        "ASCII, at most 40 characters",
        "Beginning of the subject of each mail.",
    ),
    row(
        SMTP_CA_FILE,
        "path",
        "none",
        "path of a file with certificates in PEM; none: the authorities of the system",
        "Further authorities for the certificate of the mail server.",
    ),
    row(
        SEVERITY,
        "choice",
        "info",
        "info, warning or error",
        "Least severity of messages to the topic, the webhook and by mail. Events have every severity.",
    ),
    row(
        WINDOW,
        "length of time (90s, 30m)",
        "30s",
        "a length of time from 0s to 15m",
        "Time in which a worker gathers notifications of one type into one message.",
    ),
];

const fn row(
    name: &'static str,
    unit: &'static str,
    default: &'static str,
    limit: &'static str,
    why: &'static str,
) -> NotifyVariable {
    NotifyVariable { name, unit, default, limit, why }
}
