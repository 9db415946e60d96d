//! Limiter below the SDK clients: ebb takes a share of each request bucket of the account, the most valuable calls first.
//!
//! ECS gives an account and Region a bucket of tokens for each kind of call, and every other tool takes from the same ones
//! (ECS API reference, request-throttling). A process cannot see the other processes of ebb. So a function begins with a part
//! of the share, and a worker with the whole. Each halves its rate when AWS throttles a call, and raises it again within
//! seconds. Calls that wait are sent by their value. One that waits too long fails as busy, and its message is sent again.

mod bucket;
mod limited_call;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tokio::task_local;
use tokio::time::{Instant, sleep_until};

use crate::limits::{ECS_SHARE, LONGEST_WAIT_FOR_A_TOKEN};
pub use bucket::BucketLimit;
use bucket::{Bucket, Ticket};
use limited_call::{BucketName, LimitedCall, is_throttled};

task_local! {
    static IN_BACKGROUND: ();
}

/// Awaits a future whose calls have the least value. They wait for all others.
pub async fn in_background<F: Future>(future: F) -> F::Output {
    IN_BACKGROUND.scope((), future).await
}

/// Request buckets of one process, shared by its clients.
#[derive(Clone)]
pub struct Limiter {
    buckets: Arc<Mutex<BTreeMap<BucketName, Bucket>>>,
}

/// Error of a call that got no token in time.
#[derive(Debug, thiserror::Error)]
#[error("EBB_ECS_SHARE allows no call within {} s", LONGEST_WAIT_FOR_A_TOKEN.as_secs_f64())]
pub struct NoToken;

impl Limiter {
    /// Creates a limiter that takes [`ECS_SHARE`] percent of each bucket. It begins with a part of that, because other
    /// processes of ebb may have begun as well.
    pub fn new() -> Self {
        let bucket = |name: BucketName| (name, Bucket::new(name.limit(), name.first_part()));
        let buckets = BucketName::ALL.into_iter().map(bucket).collect();
        let limiter = Self { buckets: Arc::new(Mutex::new(buckets)) };
        limiter.set_share(ECS_SHARE);
        limiter
    }

    /// Sets the share of each bucket that calls may take, in percent.
    pub fn set_share(&self, percent: u32) {
        self.buckets().values_mut().for_each(|bucket| bucket.set_share(f64::from(percent) / 100.0));
    }

    /// Begins with the whole share. Workers run in small numbers, unlike the processes of a function.
    pub fn use_whole_share(&self) {
        self.buckets().values_mut().for_each(Bucket::use_whole_share);
    }

    /// Returns the calls that change something which the share carries: at once, and in a second after that.
    pub fn writes(&self) -> BucketLimit {
        self.buckets().get(&BucketName::EcsModify).map(Bucket::limit).unwrap_or_default()
    }

    /// Returns an HTTP client whose calls pass this limiter.
    pub fn over(&self, http_client: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(LimitedHttpClient { http_client, limiter: self.clone() })
    }

    /// Waits for a token.
    ///
    /// # Errors
    ///
    /// [`NoToken`] after [`LONGEST_WAIT_FOR_A_TOKEN`].
    async fn token(&self, call: LimitedCall) -> Result<(), NoToken> {
        let give_up_at = Instant::now() + LONGEST_WAIT_FOR_A_TOKEN;
        let waiting = self.wait(call);
        loop {
            let now = Instant::now();
            let free_at = match self.buckets().get_mut(&call.bucket) {
                Some(bucket) => match bucket.take(waiting.ticket, now) {
                    Ok(()) => return Ok(()),
                    Err(free_at) => free_at,
                },
                None => return Ok(()),
            };
            if now >= give_up_at {
                return Err(NoToken);
            }
            sleep_until(free_at.min(give_up_at)).await;
        }
    }

    fn wait(&self, call: LimitedCall) -> Waiting<'_> {
        let mut buckets = self.buckets();
        let ticket = buckets.get_mut(&call.bucket).map(|bucket| bucket.queue(call.priority));
        Waiting { limiter: self, bucket: call.bucket, ticket: ticket.unwrap_or_default() }
    }

    fn throttled(&self, bucket: BucketName) {
        if let Some(bucket) = self.buckets().get_mut(&bucket) {
            bucket.throttled(Instant::now());
        }
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<BucketName, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// A call that waits for a token. It leaves the queue when it is dropped.
struct Waiting<'a> {
    limiter: &'a Limiter,
    bucket: BucketName,
    ticket: Ticket,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(bucket) = self.limiter.buckets().get_mut(&self.bucket) {
            bucket.leave(self.ticket);
        }
    }
}

/// HTTP client of an SDK client.
#[derive(Debug)]
struct LimitedHttpClient {
    http_client: SharedHttpClient,
    limiter: Limiter,
}

impl HttpClient for LimitedHttpClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.http_client.http_connector(settings, components);
        SharedHttpConnector::new(LimitedConnector { connector, limiter: self.limiter.clone() })
    }
}

#[derive(Debug)]
struct LimitedConnector {
    connector: SharedHttpConnector,
    limiter: Limiter,
}

impl HttpConnector for LimitedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(call) = LimitedCall::of_request(&request) else {
            return self.connector.call(request);
        };
        let is_in_background = IN_BACKGROUND.try_with(|()| ()).is_ok();
        let call = if is_in_background { call.in_background() } else { call };
        let (connector, limiter) = (self.connector.clone(), self.limiter.clone());
        HttpConnectorFuture::new(async move {
            let no_token = |error: NoToken| ConnectorError::other(error.into(), None);
            limiter.token(call).await.map_err(no_token)?;
            connector.call(request).await
        })
    }
}

impl Intercept for Limiter {
    fn name(&self) -> &'static str {
        "Limiter"
    }

    /// Remembers the call, because its request no longer exists when its answer comes.
    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = LimitedCall::of_request(context.request()) {
            cfg.interceptor_state().store_put(call);
        }
        Ok(())
    }

    /// Slows the bucket of a call down that AWS throttled.
    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = cfg.load::<LimitedCall>()
            && context.response().is_some_and(is_throttled)
        {
            self.throttled(call.bucket);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use bucket::Priority;
    use futures::future::Either;

    const LIST: LimitedCall = LimitedCall { bucket: BucketName::EcsRead, priority: Priority::Read };
    const FIND: LimitedCall = LimitedCall { priority: Priority::Drain, ..LIST };

    /// Takes tokens until the next call would wait.
    async fn emptied() -> Limiter {
        let limiter = Limiter::new();
        let start = Instant::now();
        while Instant::now() == start {
            limiter.token(LIST).await.unwrap();
        }
        limiter
    }

    #[tokio::test(start_paused = true)]
    async fn search_for_an_instance_overtakes_waiting_lists() {
        let limiter = emptied().await;
        let start = Instant::now();
        let lists = (0..20).map(|_| limiter.token(LIST));
        let lists = futures::future::join_all(lists);
        let first = futures::future::select(lists, Box::pin(limiter.token(FIND))).await;

        assert!(matches!(first, Either::Right((Ok(()), _))));
        assert!(Instant::now() < start + LONGEST_WAIT_FOR_A_TOKEN / 4);
    }

    #[tokio::test(start_paused = true)]
    async fn call_without_a_token_fails_after_the_longest_wait() {
        let limiter = emptied().await;
        let start = Instant::now();

        let calls = (0..100).map(|_| limiter.token(LIST));
        let answers = futures::future::join_all(calls).await;

        assert!(answers.iter().any(Result::is_err));
        assert_eq!(Instant::now(), start + LONGEST_WAIT_FOR_A_TOKEN);
    }

    #[tokio::test(start_paused = true)]
    async fn process_uses_its_share_while_calls_wait() {
        let limiter = Limiter::new();
        limiter.use_whole_share();
        let start = Instant::now();

        let calls = (0..1_200).map(|_| async {
            while limiter.token(LIST).await.is_err() {}
            Instant::now()
        });
        let mut sent = futures::future::join_all(calls).await;

        sent.sort();
        let within =
            |seconds: u64| sent.partition_point(|at| *at < start + Duration::from_secs(seconds));
        // Three quarters of a burst of 100 and of 20 a second.
        assert!((75 + 15 * 58..=75 + 15 * 60).contains(&within(60)), "{}", within(60));
    }
}
