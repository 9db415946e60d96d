//! Webhook: a POST of JSON over HTTPS.

use std::sync::Arc;
use std::time::Duration;

use aws::Clients;
use aws::clients::Clock;
use aws::fault::Fault;
use aws_config::BehaviorVersion;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;

use super::secrets::Secrets;
use crate::limits::{
    ANSWER_CHARACTERS, DELIVERY_TIME, LONGEST_WEBHOOK_DELAY, WEBHOOK_ATTEMPTS, WEBHOOK_DELAY,
};
use crate::message::Message;
use crate::settings::WebhookSettings;
use crate::webhook_url;

/// A webhook.
#[derive(Debug)]
pub(super) struct Webhook {
    settings: WebhookSettings,
    secrets: Arc<Secrets>,
    clock: Clock,
    clients: Clients,
    http_client: SharedHttpClient,
}

/// Answer of a webhook.
#[derive(Debug)]
struct Answer {
    status: u16,
    retry_after: Option<Duration>,
    text: String,
}

impl Webhook {
    pub(super) fn new(settings: WebhookSettings, clients: &Clients, secrets: Arc<Secrets>) -> Self {
        let http_client = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let (clock, clients) = (clients.clock.clone(), clients.clone());
        Self { settings, secrets, clock, clients, http_client }
    }

    /// Sends a message. Repeats it while the webhook is busy. No error has the URL, because the URL is a secret.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Fault> {
        let url = self.secrets.read(&self.settings.url).await?;
        if !webhook_url::is_valid(url.reveal()) {
            let problem = "the secret of the webhook is no URL with https; store the URL";
            return Err(Fault::Denied(problem.to_owned()));
        }
        let body = self.settings.template.render(message);
        let body = body.map_err(|error| Fault::Malformed(error.to_string()))?;
        let mut attempt = 1;
        loop {
            let answer = self.post(url.reveal(), &body).await?;
            let is_busy = answer.status == 429 || answer.status >= 500;
            match answer.status {
                200..300 => return Ok(()),
                _ if is_busy && attempt < WEBHOOK_ATTEMPTS => {
                    let delay = answer.retry_after.unwrap_or(WEBHOOK_DELAY);
                    self.clock.sleep(delay.min(LONGEST_WEBHOOK_DELAY)).await;
                    attempt += 1;
                }
                status => {
                    let text: String = answer.text.chars().take(ANSWER_CHARACTERS).collect();
                    let problem = format!("the webhook answers with status {status}: {text}");
                    self.secrets.forget();
                    let fault = if is_busy { Fault::Busy } else { Fault::Denied };
                    return Err(fault(problem));
                }
            }
        }
    }

    async fn post(&self, url: &str, body: &str) -> Result<Answer, Fault> {
        let start = url.find("://").map_or(0, |at| at + 3);
        let end = url[start..].find('/').map_or(url.len(), |at| start + at);
        let (origin, path) = (url[..end].to_owned(), url[end..].to_owned());
        let body = body.to_owned();
        let mut operation = Operation::builder()
            .service_name("webhook")
            .operation_name("post")
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&origin)
            .http_client(self.http_client.clone())
            .no_auth()
            .no_retry()
            .timeout_config(TimeoutConfig::builder().operation_timeout(DELIVERY_TIME).build())
            .serializer(move |(): ()| {
                let mut request = HttpRequest::new(SdkBody::from(body.clone()));
                request.set_method("POST")?;
                request.set_uri(if path.is_empty() { "/" } else { path.as_str() })?;
                request.headers_mut().insert("content-type", "application/json");
                Ok(request)
            })
            .deserializer::<Answer, std::convert::Infallible>(answer);
        if let Some(sleep) = self.clients.config.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        let sent = operation.build().invoke(()).await;
        sent.map_err(|_| Fault::Busy("no answer of the webhook".to_owned()))
    }
}

fn answer(response: &HttpResponse) -> Result<Answer, OrchestratorError<std::convert::Infallible>> {
    let seconds = response.headers().get("retry-after").and_then(|it| it.parse().ok());
    let body = response.body().bytes().unwrap_or_default();
    Ok(Answer {
        status: response.status().as_u16(),
        retry_after: seconds.map(Duration::from_secs),
        text: String::from_utf8_lossy(body).into_owned(),
    })
}
