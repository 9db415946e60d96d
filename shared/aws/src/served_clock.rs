//! Clock of a simulated AWS that is served over HTTP, which may run faster than the local clock.

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

/// A clock that was set once to the time of an endpoint, and runs `speed` times as fast as the local clock.
#[derive(Debug)]
pub(crate) struct ServedClock {
    set_to: SystemTime,
    set_at: Instant,
    speed: u32,
}

/// An endpoint whose answer has no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} answers without a Date header: start `ebb sim` there, or leave out --speed")]
pub struct ServedClockError(String);

impl ServedClock {
    /// Asks the endpoint for its time. Every answer, a refusal too, has a `Date` (RFC 9110, 6.6.1).
    pub(crate) async fn ask(
        ecs: &Client,
        endpoint_url: &str,
        speed: u32,
    ) -> Result<Self, ServedClockError> {
        let date = AnswerDate::default();
        let call = ecs.list_clusters().max_results(1).customize().interceptor(date.clone());
        // Only the header matters: without an answer there is none.
        drop(call.send().await);
        let at = date.get().ok_or_else(|| ServedClockError(endpoint_url.to_owned()))?;
        let since_epoch = Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0));
        Ok(Self { set_to: UNIX_EPOCH + since_epoch, set_at: Instant::now(), speed })
    }
}

impl TimeSource for ServedClock {
    fn now(&self) -> SystemTime {
        self.set_to + self.set_at.elapsed() * self.speed
    }
}

/// Interceptor that keeps the `Date` of the last answer.
#[derive(Debug, Clone, Default)]
struct AnswerDate(Arc<Mutex<Option<Timestamp>>>);

impl AnswerDate {
    fn get(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for AnswerDate {
    fn name(&self) -> &'static str {
        "AnswerDate"
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
