//! What a worker shows of itself: /health, /ready, /metrics.

use std::sync::Arc;
use std::time::Duration;

use aws::consumer::Consumer;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time;

use super::decisions::Decisions;
use super::metrics;

/// What there is to show.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) consumers: Arc<[Consumer; 4]>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) decisions: Decisions,
}

/// How long pages are still served when nothing is in hand any more. What was sent before /health said 503 has come by
/// then: ECS deregisters a task from its load balancer before SIGTERM, so nothing needs longer there.
const ON_THE_WAY: Duration = Duration::from_millis(200);

/// How long what is in flight may take then. An answer takes milliseconds: whoever has not finished its request is not
/// waited for, nor is a connection that is kept open.
const IN_FLIGHT: Duration = Duration::from_secs(1);

/// Pages that are served.
pub(super) struct Pages {
    end: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Pages {
    /// Answers until they are to end. Dropped, they end as well, and nobody waits for it.
    pub(super) fn serve(listener: TcpListener, shown: Shown) -> Self {
        let (end, ended) = oneshot::channel();
        Self { end, served: tokio::spawn(serve(listener, shown, ended)) }
    }

    /// Answers what is in flight, and takes no more: within two seconds.
    pub(super) async fn end(self) {
        time::sleep(ON_THE_WAY).await;
        drop(self.end);
        if time::timeout(IN_FLIGHT, self.served).await.is_err() {
            tracing::info!("requests for pages that were never finished are not waited for");
        }
    }
}

async fn serve(listener: TcpListener, shown: Shown, end: oneshot::Receiver<()>) {
    let pages = Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(all_metrics))
        .with_state(shown);
    let served = axum::serve(listener, pages);
    if let Err(error) = served.with_graceful_shutdown(async { drop(end.await) }).await {
        tracing::error!("no pages are served: {error}");
    }
}

/// Whether it goes on: what is to end should get no traffic, and needs no restart.
async fn health(State(shown): State<Shown>) -> impl IntoResponse {
    if *shown.stopped.borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "ending\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}

/// Whether it gets messages of every feed.
async fn ready(State(shown): State<Shown>) -> impl IntoResponse {
    let mut all = !*shown.stopped.borrow();
    let mut text = String::new();
    for consumer in shown.consumers.iter() {
        let receives = consumer.receives();
        all &= receives;
        let said = if receives { "ok" } else { "receives nothing" };
        text += &format!("{}: {said}\n", consumer.feed().name());
    }
    (if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
}

async fn all_metrics(State(shown): State<Shown>) -> impl IntoResponse {
    match metrics::text(&shown) {
        Ok(text) => Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text)),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
