//! What a worker shows of itself: /health, /ready, /metrics.

use std::sync::Arc;

use aws::consumer::Consumer;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::decisions::Decisions;
use super::metrics;

/// What there is to show.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) consumers: Arc<[Consumer; 4]>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) decisions: Decisions,
}

/// Answers until it is dropped.
pub(super) async fn serve(listener: TcpListener, shown: Shown) {
    let pages = Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(all_metrics))
        .with_state(shown);
    if let Err(error) = axum::serve(listener, pages).await {
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
