//! The time of a simulated AWS that is served: its clock is its own, and may be faster than ours.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_ecs::Client;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::time::Instant;

/// A clock that was set once, by what the endpoint said, and runs so many times as fast as ours.
#[derive(Debug)]
pub(crate) struct ServedClock {
    then: SystemTime,
    since: Instant,
    speed: u32,
}

/// The endpoint's time is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not tell its time: is `ebb sim` running there?")]
pub struct ServedClockError(String);

impl ServedClock {
    /// Asks the endpoint: every answer of AWS, refusals too, has a `Date` (RFC 9110, 6.6.1).
    pub(crate) async fn read_from(
        ecs: &Client,
        endpoint_url: &str,
        speed: u32,
    ) -> Result<Self, ServedClockError> {
        let date = Date::default();
        let call = ecs.list_clusters().max_results(1).customize().interceptor(date.clone());
        // What it answers is of no interest: without any answer there is no date.
        drop(call.send().await);
        let at = date.get().ok_or_else(|| ServedClockError(endpoint_url.to_owned()))?;
        let since_epoch = Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0));
        Ok(Self { then: UNIX_EPOCH + since_epoch, since: Instant::now(), speed })
    }
}

impl TimeSource for ServedClock {
    fn now(&self) -> SystemTime {
        self.then + self.since.elapsed() * self.speed
    }
}

/// The date of the last answer.
#[derive(Debug, Clone, Default)]
struct Date(Arc<Mutex<Option<Timestamp>>>);

impl Date {
    fn get(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Date {
    fn name(&self) -> &'static str {
        "Date"
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
        Ok(())
    }
}
