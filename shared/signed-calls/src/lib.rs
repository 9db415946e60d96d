//! Calls of a service without its SDK: a signed request, and the text of its answer.
//!
//! The runtime is that of the SDK: its signer, its retries, its timeouts, and the HTTP client and the clock of the other
//! clients. Only the shapes of requests and answers are written here. An SDK crate for a handful of operations takes
//! minutes to build; `tests/README.md` has the times.

mod answer_error;
mod endpoint;
mod form;
mod xml;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_ecs::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_types::region::SigningRegion;
use serde_json::Value;

pub use answer_error::AnswerError;
pub use xml::XmlElement;

/// Error of a signed call.
pub type SignedCallError = SdkError<AnswerError, HttpResponse>;

/// Protocol of a service (Smithy, aws-json-1_1-protocol and aws-query-protocol).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// awsJson 1.1, with the prefix of `X-Amz-Target`.
    Json(&'static str),
    /// awsQuery, with the version of the API.
    Query(&'static str),
}

/// A service that is called without an SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedService {
    /// Name in endpoints, and in signatures.
    pub name: &'static str,
    /// `serviceId` of the model, with which a variable or a profile names an endpoint.
    pub id: &'static str,
    /// Protocol of requests and answers.
    pub protocol: Protocol,
}

/// A request before it is signed.
#[derive(Debug, Clone)]
struct UnsignedRequest {
    operation: &'static str,
    body: String,
}

/// A client of one service.
#[derive(Debug, Clone)]
pub struct SignedClient {
    operation: Operation<UnsignedRequest, String, AnswerError>,
}

impl SignedClient {
    /// Creates a client with the HTTP client, the clock, the credentials and the limits of a configuration.
    pub fn new(config: &SdkConfig, service: SignedService) -> Self {
        let region = config.region().cloned().unwrap_or_else(|| Region::new(""));
        let mut operation = Operation::builder()
            .service_name(service.name)
            .operation_name("signed call")
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&endpoint::endpoint_url(config, service, region.as_ref()))
            .runtime_plugin(plugin(config, service, region))
            .serializer(move |request: UnsignedRequest| http_request(service.protocol, &request))
            .deserializer(answer_text);
        if let Some(http_client) = config.http_client() {
            operation = operation.http_client(http_client);
        }
        if let Some(retries) = config.retry_config() {
            operation = operation.standard_retry(retries);
        }
        if let Some(timeouts) = config.timeout_config() {
            operation = operation.timeout_config(timeouts.clone());
        }
        if let Some(sleep) = config.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        if let Some(time) = config.time_source() {
            operation = operation.time_source(time);
        }
        Self { operation: operation.build() }
    }

    /// Calls an operation of a service that speaks awsJson.
    pub async fn call_json(
        &self,
        operation: &'static str,
        input: &Value,
    ) -> Result<Value, SignedCallError> {
        let request = UnsignedRequest { operation, body: input.to_string() };
        let text = self.operation.invoke(request).await?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Calls an operation of a service that speaks awsQuery. Returns the XML of its answer.
    pub async fn call_query(
        &self,
        operation: &'static str,
        parameters: &[(String, String)],
    ) -> Result<String, SignedCallError> {
        let request = UnsignedRequest { operation, body: form::encode(parameters) };
        self.operation.invoke(request).await
    }
}

/// Returns the parts of a client that sign and retry.
fn plugin(config: &SdkConfig, service: SignedService, region: Region) -> StaticRuntimePlugin {
    let mut layer = Layer::new("signed call");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(region)),
        name: Some(service.name.into()),
        signing_options: SigningOptions::default(),
        ..SigV4OperationSigningConfig::default()
    });
    // Each client has retries of its own, as the clients of the SDK have.
    let quota = RetryPartition::custom("ebb").token_bucket(TokenBucket::default()).build();
    layer.store_put(quota);
    let mut components = RuntimeComponentsBuilder::new("signed call")
        .with_auth_scheme(SigV4AuthScheme::new())
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![
            SCHEME_ID,
        ])))
        .with_retry_classifier(TransientErrorClassifier::<AnswerError>::new())
        .with_retry_classifier(AwsErrorCodeClassifier::<AnswerError>::new())
        .with_retry_classifier(HttpStatusCodeClassifier::default());
    if let Some(credentials) = config.credentials_provider() {
        components = components.with_identity_resolver(SCHEME_ID, credentials);
    }
    if let Some(cache) = config.identity_cache() {
        components = components.with_identity_cache(Some(cache));
    }
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

fn http_request(protocol: Protocol, request: &UnsignedRequest) -> Result<HttpRequest, BoxError> {
    let operation = request.operation;
    let body = match protocol {
        Protocol::Json(_) => request.body.clone(),
        Protocol::Query(version) => {
            let separator = if request.body.is_empty() { "" } else { "&" };
            format!("Action={operation}&Version={version}{separator}{}", request.body)
        }
    };
    let mut http = HttpRequest::new(SdkBody::from(body));
    http.set_method("POST")?;
    http.set_uri("/")?;
    match protocol {
        Protocol::Json(target) => {
            http.headers_mut().insert("content-type", "application/x-amz-json-1.1");
            http.headers_mut().insert("x-amz-target", format!("{target}.{operation}"));
        }
        Protocol::Query(_) => {
            http.headers_mut().insert("content-type", "application/x-www-form-urlencoded");
        }
    }
    Ok(http)
}

fn answer_text(response: &HttpResponse) -> Result<String, OrchestratorError<AnswerError>> {
    let body = response.body().bytes().unwrap_or_default();
    let text = String::from_utf8_lossy(body).into_owned();
    match response.status().is_success() {
        true => Ok(text),
        false => Err(OrchestratorError::operation(AnswerError::of_answer(response, &text))),
    }
}
