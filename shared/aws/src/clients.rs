//! The SDK's clients, and the clock that they sign with.
//!
//! Retries and timeouts are set here, on the SDK, and nowhere else.

use std::time::{Duration, UNIX_EPOCH};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_ecs::config::timeout::TimeoutConfig;
use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::Timestamp;

/// How often a call is tried, the first time included: three more tries outlast a burst on a bucket that is filled
/// twenty times a second; beyond that it is better to look again later than to hold up the batch.
const ATTEMPTS: u32 = 4;
/// Before the first retry, with jitter: the time in which the ECS read bucket refills by four calls.
const INITIAL_BACKOFF: Duration = Duration::from_millis(200);
/// Between later retries at most: a Spot deadline leaves two minutes for everything.
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);
/// For one attempt: calls take well under a second, so one that has not answered by then is lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// For a call with all its attempts: half a dozen calls in sequence stay within a minute.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// What every function needs.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Amazon ECS.
    pub ecs: aws_sdk_ecs::Client,
    /// Amazon EC2 Auto Scaling.
    pub autoscaling: aws_sdk_autoscaling::Client,
    /// Amazon SQS.
    pub sqs: aws_sdk_sqs::Client,
    /// The clock that requests are signed with.
    pub clock: Clock,
}

impl Clients {
    /// Clients over any other world: what answers in place of AWS, and its time.
    pub fn over(
        http_client: SharedHttpClient,
        time_source: SharedTimeSource,
        region: &str,
    ) -> Self {
        let anybody = Credentials::new("AKIDEXAMPLE", "secret", None, None, "static");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(anybody))
            .http_client(http_client)
            .time_source(time_source)
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(retries())
            .timeout_config(timeouts())
            .build();
        Self::with_config(&config, 1)
    }

    /// `speed` is how many seconds pass in that world in one of ours.
    pub(crate) fn with_config(config: &SdkConfig, speed: u32) -> Self {
        let ecs = aws_sdk_ecs::config::Builder::from(config).retry_partition(quota()).build();
        let autoscaling =
            aws_sdk_autoscaling::config::Builder::from(config).retry_partition(quota()).build();
        let sqs = aws_sdk_sqs::config::Builder::from(config).retry_partition(quota()).build();
        Self {
            ecs: aws_sdk_ecs::Client::from_conf(ecs),
            autoscaling: aws_sdk_autoscaling::Client::from_conf(autoscaling),
            sqs: aws_sdk_sqs::Client::from_conf(sqs),
            clock: Clock { time: config.time_source().unwrap_or_default(), speed },
        }
    }
}

pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(INITIAL_BACKOFF)
        .with_max_backoff(LONGEST_BACKOFF)
}

pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

/// A retry quota of the client's own. The SDK's default one is shared by the whole process, so that two worlds in one
/// process would use up each other's retries.
fn quota() -> RetryPartition {
    RetryPartition::custom("ebb").token_bucket(TokenBucket::default()).build()
}

/// The time of the world that the clients talk to.
#[derive(Debug, Clone)]
pub struct Clock {
    time: SharedTimeSource,
    speed: u32,
}

impl Clock {
    /// Now, in that world.
    pub fn now(&self) -> Timestamp {
        let since = self.time.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::UNIX_EPOCH + since
    }

    /// Until so much time has passed in that world.
    pub async fn sleep(&self, length: Duration) {
        tokio::time::sleep(length / self.speed).await;
    }

    /// How many seconds pass there in one of ours.
    pub fn speed(&self) -> u32 {
        self.speed
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_async::time::StaticTimeSource;

    use super::*;

    #[test]
    fn the_clock_is_the_one_that_requests_are_signed_with() {
        let time = StaticTimeSource::from_secs(1_772_442_000).into();
        let clock = Clock { time, speed: 1 };

        assert_eq!(clock.now().as_second(), 1_772_442_000);
    }
}
