//! Mail by SMTP, over TLS only.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws::Clients;
use aws::clients::Clock;
use aws::fault::Fault;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport, Tokio1Executor};

use super::secrets::Secrets;
use crate::limits::DELIVERY_TIME;
use crate::message::Message;
use crate::settings::{SmtpEncryption, SmtpSettings};

/// A mail server.
#[derive(Debug)]
pub(super) struct MailServer {
    settings: SmtpSettings,
    secrets: Arc<Secrets>,
    clock: Clock,
}

impl MailServer {
    pub(super) fn new(settings: SmtpSettings, clients: &Clients, secrets: Arc<Secrets>) -> Self {
        Self { settings, secrets, clock: clients.clock.clone() }
    }

    /// Sends a message to all receivers.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Fault> {
        let mail = self.mail(message)?;
        let transport = self.transport().await?;
        let sent = tokio::time::timeout(DELIVERY_TIME, transport.send(mail)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                self.secrets.forget();
                Err(self.fault(&error))
            }
            Err(_) => Err(Fault::Busy(format!("{}: no answer in time", self.doing()))),
        }
    }

    fn doing(&self) -> String {
        format!("sending mail by {}:{}", self.settings.host, self.settings.port)
    }

    fn mail(&self, message: &Message) -> Result<lettre::Message, Fault> {
        let now = self.clock.now();
        let date: SystemTime =
            UNIX_EPOCH + Duration::try_from(now.as_duration()).unwrap_or_default();
        let SmtpSettings { from, to, subject_prefix, .. } = &self.settings;
        let id = format!(
            "<{}.{}@{}>",
            message.kind().as_str(),
            now.as_nanosecond(),
            from.email.domain()
        );
        let mut mail = lettre::Message::builder()
            .from(from.clone())
            .subject(message.subject_line(subject_prefix))
            .date(date)
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN);
        for receiver in to {
            mail = mail.to(receiver.clone());
        }
        mail.body(message.text())
            .map_err(|error| Fault::Malformed(format!("the mail cannot be written: {error}")))
    }

    async fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Fault> {
        let SmtpSettings { host, port, encryption, login, .. } = &self.settings;
        let parameters = self.tls_parameters()?;
        let tls = match encryption {
            SmtpEncryption::Starttls => Tls::Required(parameters),
            SmtpEncryption::Implicit => Tls::Wrapper(parameters),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(*port)
            .tls(tls)
            .timeout(Some(DELIVERY_TIME));
        if let Some((user, password)) = login {
            let password = self.secrets.read(password).await?.reveal().to_owned();
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(transport.build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, Fault> {
        let mut parameters = TlsParameters::builder(self.settings.host.clone());
        if let Some(path) = &self.settings.ca_file {
            let unusable = |error: String| {
                Fault::Denied(format!("EBB_NOTIFY_SMTP_CA_FILE={path} cannot be used: {error}"))
            };
            let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
            let certificate = Certificate::from_pem(&pem).map_err(|it| unusable(it.to_string()))?;
            parameters = parameters.add_root_certificate(certificate);
        }
        parameters.build_rustls().map_err(|error| self.fault(&error))
    }

    /// Sorts an error: a refusal is for the operator, and an answer that may change is not.
    fn fault(&self, error: &Error) -> Fault {
        let mut text = format!("{}: {error}", self.doing());
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.ends_with(&cause_text) {
                text.push_str(&format!(": {cause_text}"));
            }
            source = cause.source();
        }
        let is_lasting = error.is_permanent() || error.is_tls() || error.is_client();
        if is_lasting { Fault::Denied(text) } else { Fault::Busy(text) }
    }
}
