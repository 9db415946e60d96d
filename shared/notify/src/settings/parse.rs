//! Parser of the variables: every error at once, each with the variable and the values that are valid.

use std::collections::BTreeMap;
use std::str::FromStr;

use aws::config::{ConfigErrors, VariableError};

use super::NotifySettings;
#[cfg(any(feature = "smtp", feature = "webhook"))]
use super::secret::{Secret, SecretSource};
use super::variables::{self as name, NOTIFY_VARIABLES, PREFIX};
use crate::limits::WINDOWS;

/// Variables whose value no error may print.
const SECRETS: [&str; 2] = [name::SMTP_PASSWORD, name::WEBHOOK_URL];

impl NotifySettings {
    /// Parses the settings from the names and values of variables. Names without the prefix `EBB_NOTIFY_` are ignored.
    ///
    /// # Errors
    ///
    /// All errors at once: invalid values, variables that belong together, unknown variables, and channels that this process
    /// does not have.
    pub fn from_environment(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let given: BTreeMap<String, String> = variables
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, value)| (name, value.trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let mut parser = Parser { given, errors: Vec::new() };
        let settings = parser.settings();
        parser.refuse_unknown();
        if parser.errors.is_empty() { Ok(settings) } else { Err(ConfigErrors(parser.errors)) }
    }
}

/// Variables that are set, and the errors so far.
struct Parser {
    given: BTreeMap<String, String>,
    errors: Vec<VariableError>,
}

impl Parser {
    fn settings(&mut self) -> NotifySettings {
        let default = NotifySettings::default();
        NotifySettings {
            event_bus: self.valid(name::EVENT_BUS, |it| is_bus(it).then(|| it.to_owned())),
            topic_arn: self.valid(name::TOPIC_ARN, |it| is_topic(it).then(|| it.to_owned())),
            #[cfg(feature = "webhook")]
            webhook: self.webhook(),
            #[cfg(feature = "smtp")]
            smtp: self.smtp(),
            severity: self.parsed(name::SEVERITY).unwrap_or(default.severity),
            window: self
                .valid(name::WINDOW, |it| {
                    drain::policy::length(it).filter(|it| WINDOWS.contains(it))
                })
                .unwrap_or(default.window),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// Parses a variable if it is set. A value that is not valid is an error.
    fn valid<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let parsed = parse(self.value(name)?);
        if parsed.is_none() {
            self.refuse(name, &format!("is invalid: expected {}", limit(name)));
        }
        parsed
    }

    fn parsed<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.valid(name, |it| it.parse().ok())
    }

    fn refuse(&mut self, name: &str, problem: &str) {
        let value = self.value(name).filter(|_| !SECRETS.contains(&name));
        let value = value.map(str::to_owned);
        self.errors.push(VariableError {
            variable: name.to_owned(),
            value,
            problem: problem.to_owned(),
        });
    }

    fn refuse_unknown(&mut self) {
        let known = |name: &String| NOTIFY_VARIABLES.iter().any(|it| it.name == name);
        let unknown: Vec<String> = self.given.keys().filter(|name| !known(name)).cloned().collect();
        for name in unknown {
            self.refuse(&name, "is unknown: infra/README.md lists all variables");
        }
        let of_webhook = |it: &String| it.starts_with("EBB_NOTIFY_WEBHOOK_");
        let of_smtp = |it: &String| it.starts_with("EBB_NOTIFY_SMTP_");
        let is_missing = |it: &String| {
            (cfg!(not(feature = "webhook")) && of_webhook(it))
                || (cfg!(not(feature = "smtp")) && of_smtp(it))
        };
        let missing: Vec<String> =
            self.given.keys().filter(|it| known(it) && is_missing(it)).cloned().collect();
        for name in missing {
            self.refuse(&name, "is not allowed here: this process sends events only; set it for service-operation or a worker");
        }
    }

    /// Returns the source of a secret: a value, or a secret of Secrets Manager. Both at once are an error.
    #[cfg(any(feature = "smtp", feature = "webhook"))]
    fn secret(
        &mut self,
        value: &str,
        secret: &'static str,
        key: &'static str,
    ) -> Option<SecretSource> {
        match (self.value(value), self.value(secret)) {
            (Some(_), Some(_)) => {
                self.refuse(secret, &format!("is not allowed with {value}: set one of them"));
                None
            }
            (Some(value), None) => Some(SecretSource::Value(Secret::new(value.to_owned()))),
            (None, Some(id)) => Some(SecretSource::SecretsManager { id: id.to_owned(), key }),
            (None, None) => None,
        }
    }

    #[cfg(feature = "webhook")]
    fn webhook(&mut self) -> Option<super::WebhookSettings> {
        let url = self.secret(name::WEBHOOK_URL, name::WEBHOOK_SECRET, "url");
        if let Some(SecretSource::Value(url)) = &url
            && !crate::webhook_url::is_valid(url.reveal())
        {
            self.refuse(
                name::WEBHOOK_URL,
                &format!("is invalid: expected {}", limit(name::WEBHOOK_URL)),
            );
        }
        let text = self.value(name::WEBHOOK_TEMPLATE).unwrap_or("slack").to_owned();
        let template = match crate::template::WebhookTemplate::new(&text) {
            Ok(template) => Some(template),
            Err(error) => {
                let problem =
                    format!("is invalid: {error}; expected {}", limit(name::WEBHOOK_TEMPLATE));
                self.refuse(name::WEBHOOK_TEMPLATE, &problem);
                None
            }
        };
        Some(super::WebhookSettings { url: url?, template: template? })
    }

    #[cfg(feature = "smtp")]
    fn smtp(&mut self) -> Option<super::SmtpSettings> {
        use super::SmtpEncryption;

        let host = self.valid(name::SMTP_HOST, |it| is_host(it).then(|| it.to_owned()));
        let port = self.valid(name::SMTP_PORT, |it| it.parse().ok().filter(|port| *port > 0));
        let encryption = self.parsed(name::SMTP_TLS).unwrap_or(SmtpEncryption::Starttls);
        let password = self.secret(name::SMTP_PASSWORD, name::SMTP_PASSWORD_SECRET, "password");
        let user = self.value(name::SMTP_USER).map(str::to_owned);
        let from = self.parsed(name::SMTP_FROM);
        let to = self.valid(name::SMTP_TO, |it| {
            it.split(',').map(|it| it.trim().parse().ok()).collect::<Option<Vec<_>>>()
        });
        let prefix = self.valid(name::SMTP_SUBJECT_PREFIX, |it| {
            let is_valid =
                it.len() <= 40 && it.chars().all(|it| it.is_ascii_graphic() || it == ' ');
            is_valid.then(|| it.to_owned())
        });
        let host = host?;
        for needed in [name::SMTP_FROM, name::SMTP_TO] {
            if self.value(needed).is_none() {
                let problem =
                    format!("is not set: {} needs it; expected {}", name::SMTP_HOST, limit(needed));
                self.refuse(needed, &problem);
            }
        }
        let login = match (user, password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            (Some(_), None) => {
                let problem =
                    format!("needs {} or {}", name::SMTP_PASSWORD, name::SMTP_PASSWORD_SECRET);
                self.refuse(name::SMTP_USER, &problem);
                None
            }
            (None, Some(_)) => {
                self.refuse(name::SMTP_USER, "is not set: a password needs a user name");
                None
            }
        };
        let default = match encryption {
            SmtpEncryption::Starttls => 587,
            SmtpEncryption::Implicit => 465,
        };
        Some(super::SmtpSettings {
            host,
            port: port.unwrap_or(default),
            encryption,
            login,
            from: from?,
            to: to?,
            subject_prefix: format!("{} ", prefix.as_deref().unwrap_or("[ebb]")),
            ca_file: self.value(name::SMTP_CA_FILE).map(str::to_owned),
        })
    }
}

fn limit(name: &str) -> &'static str {
    NOTIFY_VARIABLES.iter().find(|it| it.name == name).map_or("", |it| it.limit)
}

/// Returns true for the name or the ARN of a bus (EventBridge API reference, PutEvents).
fn is_bus(text: &str) -> bool {
    let name = text.rsplit_once(":event-bus/").map_or(text, |(_, name)| name);
    let is_valid = |it: char| it.is_ascii_alphanumeric() || "/._-".contains(it);
    !name.is_empty() && name.len() <= 256 && name.chars().all(is_valid)
}

/// Returns true for the ARN of a topic. A FIFO topic would need a group for each message.
fn is_topic(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    matches!(parts.as_slice(), ["arn", _, "sns", region, account, name]
        if !region.is_empty() && account.len() == 12 && !name.is_empty() && !name.ends_with(".fifo"))
}

#[cfg(feature = "smtp")]
fn is_host(text: &str) -> bool {
    text.len() <= 253 && text.chars().all(|it| it.is_ascii_alphanumeric() || "-.:".contains(it))
}
