//! SDK clients, and the clock that they sign with.
//!
//! Retries and timeouts are settings of the SDK. They are set here and nowhere else.

use std::time::{Duration, UNIX_EPOCH};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_ecs::config::timeout::TimeoutConfig;
use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::Timestamp;

use crate::limiter::Limiter;
use crate::limits::{
    ATTEMPT_TIMEOUT, CALL_ATTEMPTS, CALL_TIMEOUT, FIRST_RETRY_DELAY, LONGEST_RETRY_DELAY,
};

/// SDK clients of all services that the worker calls, with their clock.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Amazon ECS.
    pub ecs: aws_sdk_ecs::Client,
    /// Amazon EC2 Auto Scaling.
    pub autoscaling: aws_sdk_autoscaling::Client,
    /// Amazon SQS.
    pub sqs: aws_sdk_sqs::Client,
    /// Clock that requests are signed with.
    pub clock: Clock,
    /// Limiter of the calls of Amazon ECS and EC2 Auto Scaling.
    pub limiter: Limiter,
    /// Configuration that the clients are made of, for clients of further services.
    pub config: SdkConfig,
}

impl Clients {
    /// Builds clients over another HTTP client and another clock, such as those of a simulated AWS.
    pub fn over(
        http_client: SharedHttpClient,
        time_source: SharedTimeSource,
        region: &str,
    ) -> Self {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "static");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http_client)
            .time_source(time_source)
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(retries())
            .timeout_config(timeouts())
            .build();
        Self::with_config(&config, 1)
    }

    /// Builds clients from a configuration. `speed` is the number of seconds that pass in the called AWS in one local
    /// second.
    pub(crate) fn with_config(config: &SdkConfig, speed: u32) -> Self {
        let limiter = Limiter::new();
        let mut ecs = aws_sdk_ecs::config::Builder::from(config).retry_partition(quota());
        let mut autoscaling =
            aws_sdk_autoscaling::config::Builder::from(config).retry_partition(quota());
        if let Some(http_client) = config.http_client().map(|it| limiter.over(it)) {
            ecs = ecs.http_client(http_client.clone()).interceptor(limiter.clone());
            autoscaling = autoscaling.http_client(http_client).interceptor(limiter.clone());
        }
        let sqs = aws_sdk_sqs::config::Builder::from(config).retry_partition(quota()).build();
        Self {
            ecs: aws_sdk_ecs::Client::from_conf(ecs.build()),
            autoscaling: aws_sdk_autoscaling::Client::from_conf(autoscaling.build()),
            sqs: aws_sdk_sqs::Client::from_conf(sqs),
            clock: Clock { time: config.time_source().unwrap_or_default(), speed },
            limiter,
            config: config.clone(),
        }
    }
}

pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(CALL_ATTEMPTS)
        .with_initial_backoff(FIRST_RETRY_DELAY)
        .with_max_backoff(LONGEST_RETRY_DELAY)
}

pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(CALL_TIMEOUT)
        .build()
}

/// Returns a retry quota for one client. The SDK's default quota is shared by the process, so two simulated worlds in
/// one process would use up each other's retries.
fn quota() -> RetryPartition {
    RetryPartition::custom("ebb").token_bucket(TokenBucket::default()).build()
}

/// Clock of the AWS that the clients call, real or simulated.
#[derive(Debug, Clone)]
pub struct Clock {
    time: SharedTimeSource,
    speed: u32,
}

impl Clock {
    /// Returns the current time of that AWS.
    pub fn now(&self) -> Timestamp {
        let since = self.time.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::UNIX_EPOCH + since
    }

    /// Sleeps until this much time has passed in that AWS.
    pub async fn sleep(&self, length: Duration) {
        tokio::time::sleep(length / self.speed).await;
    }

    /// Returns the number of seconds that pass in that AWS in one local second.
    pub fn speed(&self) -> u32 {
        self.speed
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_async::time::StaticTimeSource;

    use super::*;

    #[test]
    fn clock_reads_the_time_that_requests_are_signed_with() {
        let time = StaticTimeSource::from_secs(1_772_442_000).into();
        let clock = Clock { time, speed: 1 };

        assert_eq!(clock.now().as_second(), 1_772_442_000);
    }
}
