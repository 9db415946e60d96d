//! Access to AWS: Region, credentials and endpoint, as given or as every AWS SDK finds them.

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::clients::{Clients, retries, timeouts};
use crate::served_clock::{ServedClock, ServedClockError};

/// Settings of the access to AWS. The SDK finds each one that is not given.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// AWS Region.
    pub region: Option<String>,
    /// Profile of the shared configuration files.
    pub profile: Option<String>,
    /// ARN of a role to assume.
    pub role_arn: Option<String>,
    /// Access key.
    pub access_key: Option<AccessKey>,
    /// URL of an endpoint that serves every service.
    pub endpoint_url: Option<String>,
    /// Seconds that pass at the endpoint in one local second, at least 1. If it is set, the clock of the endpoint is
    /// used.
    pub speed: Option<u32>,
}

/// An access key. `Debug` prints no secret.
#[derive(Debug, Clone)]
pub struct AccessKey(Credentials);

impl AccessKey {
    /// Creates an access key. A temporary one has a session token.
    pub fn new(id: String, secret: String, session_token: Option<String>) -> Self {
        Self(Credentials::new(id, secret, session_token, None, "given"))
    }
}

/// Settings that do not lead to an AWS.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// No Region is given or found.
    #[error("no Region: give --region, or set AWS_REGION or the region of a profile")]
    NoRegion,
    /// The endpoint answers without a time.
    #[error(transparent)]
    NoClock(#[from] ServedClockError),
}

impl Clients {
    /// Creates clients for the account and Region of the environment.
    pub async fn from_environment() -> Self {
        Self::with_config(&loader(https()).load().await, 1)
    }

    /// Creates clients with these settings, and with those of the environment for the rest.
    ///
    /// # Errors
    ///
    /// No Region is known, or `speed` is given for an endpoint that answers without a time.
    pub async fn with(access: &Access) -> Result<Self, AccessError> {
        let mut loader = loader(https());
        if let Some(region) = &access.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &access.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(AccessKey(credentials)) = &access.access_key {
            loader =
                loader.credentials_provider(SharedCredentialsProvider::new(credentials.clone()));
        }
        if let Some(url) = &access.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let mut config = loader.load().await;
        if config.region().is_none() {
            return Err(AccessError::NoRegion);
        }
        if let Some(role) = &access.role_arn {
            config = assume_role(config, role).await;
        }
        let speed = access.speed.unwrap_or(1).max(1);
        if let (Some(_), Some(url)) = (access.speed, &access.endpoint_url) {
            let time = ServedClock::ask(&Self::with_config(&config, 1).ecs, url, speed).await?;
            let time = SharedTimeSource::new(time);
            config = config.to_builder().time_source(time).build();
        }
        Ok(Self::with_config(&config, speed))
    }
}

async fn assume_role(config: SdkConfig, role_arn: &str) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(role_arn).session_name("ebb").configure(&config);
    let provider = provider.build().await;
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

fn loader(https: SharedHttpClient) -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https)
        .retry_config(retries())
        .timeout_config(timeouts())
}

fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}
