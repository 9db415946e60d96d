//! Pages of a worker: /health, /ready, /metrics.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time;

use super::metrics;
use super::state::WorkerState;

/// Time for which pages are served after the last message, 200 ms. Requests that a client sent before /health answered
/// 503 arrive within this time. ECS deregisters a task from its load balancer before SIGTERM.
const LATE_REQUESTS: Duration = Duration::from_millis(200);

/// Time for requests in flight after `LATE_REQUESTS`, 1 s. An answer takes milliseconds. The server does not wait for
/// unfinished requests and idle connections.
const IN_FLIGHT: Duration = Duration::from_secs(1);

/// Server of the pages.
pub(super) struct Pages {
    end: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Pages {
    /// Serves the pages until [`Pages::end`], or until the value is dropped.
    pub(super) fn serve(listener: TcpListener, state: WorkerState) -> Self {
        let (end, ended) = oneshot::channel();
        Self { end, served: tokio::spawn(serve(listener, state, ended)) }
    }

    /// Answers the requests in flight and ends, within two seconds.
    pub(super) async fn end(self) {
        time::sleep(LATE_REQUESTS).await;
        drop(self.end);
        if time::timeout(IN_FLIGHT, self.served).await.is_err() {
            tracing::info!("closed connections with unfinished requests for pages");
        }
    }
}

async fn serve(listener: TcpListener, state: WorkerState, end: oneshot::Receiver<()>) {
    let pages = Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(all_metrics))
        .with_state(state);
    let served = axum::serve(listener, pages);
    if let Err(error) = served.with_graceful_shutdown(async { drop(end.await) }).await {
        tracing::error!("cannot serve /health, /ready and /metrics: {error}");
    }
}

/// Answers 200 until the worker stops, and 503 afterwards. A stopping worker should get no traffic, and needs no
/// restart.
async fn health(State(state): State<WorkerState>) -> impl IntoResponse {
    if *state.stopped.borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "ending\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}

/// Answers 200 if the worker receives messages of every feed.
async fn ready(State(state): State<WorkerState>) -> impl IntoResponse {
    let mut all = !*state.stopped.borrow();
    let mut text = String::new();
    for consumer in state.consumers.iter() {
        let receives = consumer.is_receiving();
        all &= receives;
        let line = if receives { "ok" } else { "receives nothing" };
        text += &format!("{}: {line}\n", consumer.feed().name());
    }
    (if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
}

async fn all_metrics(State(state): State<WorkerState>) -> impl IntoResponse {
    match metrics::text(&state) {
        Ok(text) => Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text)),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
