//! How to get into AWS: what every AWS SDK finds by itself, and what was given in its place.

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::clients::{Clients, retries, timeouts};
use crate::served_clock::{ServedClock, ServedClockError};

/// What was given; nothing of it has to be.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The Region.
    pub region: Option<String>,
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// A role that is assumed.
    pub role_arn: Option<String>,
    /// An access key.
    pub keys: Option<AccessKey>,
    /// Where every service is.
    pub endpoint_url: Option<String>,
    /// How many seconds pass there in one of ours, and that its clock is the one that counts. At least 1.
    pub speed: Option<u32>,
}

/// An access key. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct AccessKey(Credentials);

impl AccessKey {
    /// A key, with a session token if it is a temporary one.
    pub fn new(id: String, secret: String, session_token: Option<String>) -> Self {
        Self(Credentials::new(id, secret, session_token, None, "given"))
    }
}

/// Why it is not known which AWS is meant.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Neither given nor found.
    #[error("no Region: give --region, or set AWS_REGION or the region of a profile")]
    NoRegion,
    /// The endpoint does not tell its time.
    #[error(transparent)]
    ServedClockError(#[from] ServedClockError),
}

impl Clients {
    /// Clients for the account and Region that the environment names.
    pub async fn from_environment() -> Self {
        Self::with_config(&loader(https()).load().await, 1)
    }

    /// Clients for what was given, and for what the environment names where nothing was.
    ///
    /// # Errors
    ///
    /// No Region is known, or the time of an endpoint that is said to be faster than the clock.
    pub async fn with(access: &Access) -> Result<Self, AccessError> {
        let mut loader = loader(https());
        if let Some(region) = &access.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &access.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(AccessKey(keys)) = &access.keys {
            loader = loader.credentials_provider(SharedCredentialsProvider::new(keys.clone()));
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
            let time =
                ServedClock::read_from(&Self::with_config(&config, 1).ecs, url, speed).await?;
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
