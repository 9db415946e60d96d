//! A Lambda Runtime API, from which the process of a function gets its events (Lambda developer guide, runtimes-api).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Mutex as Turn;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::serving::Serving;

/// The answer of a function: a response, or an error.
pub type Answer = Result<Value, Value>;

/// Longest time of an invocation: the functions' timeout.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A Runtime API for one process.
#[derive(Debug)]
pub struct RuntimeApi {
    serving: Serving,
    invocations: UnboundedSender<Invocation>,
}

#[derive(Debug)]
struct Invocation {
    event: Value,
    answer: mpsc::Sender<Answer>,
}

struct Api {
    /// Invocations that wait for a process.
    waiting: Turn<UnboundedReceiver<Invocation>>,
    /// Invocations in progress, by their request ids.
    in_hand: Mutex<BTreeMap<String, mpsc::Sender<Answer>>>,
    number: AtomicU64,
}

impl RuntimeApi {
    /// Starts a Runtime API that no process calls yet.
    pub fn start() -> Self {
        let (invocations, waiting) = unbounded_channel();
        let api = Api {
            waiting: Turn::new(waiting),
            in_hand: Mutex::default(),
            number: AtomicU64::new(1),
        };
        let serving = Serving::on_runtime(|listening, ended| async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            listening(listener.local_addr().unwrap());
            let served = axum::serve(listener, routes(api)).into_future();
            futures::future::select(std::pin::pin!(served), ended).await;
        });
        Self { serving, invocations }
    }

    /// Returns the value of `AWS_LAMBDA_RUNTIME_API`: host and port.
    pub fn address(&self) -> String {
        self.serving.address().to_string()
    }

    /// Passes an event to the process as soon as it asks for one, and returns the answer. `None` after the timeout.
    pub fn invoke(&self, event: Value) -> Option<Answer> {
        let (answer, answered) = mpsc::channel();
        self.invocations.send(Invocation { event, answer }).expect("the Runtime API is there");
        answered.recv_timeout(TIMEOUT).ok()
    }
}

fn routes(api: Api) -> Router {
    let invocation = "/2018-06-01/runtime/invocation";
    Router::new()
        .route(&format!("{invocation}/next"), get(next))
        .route(&format!("{invocation}/{{id}}/response"), post(response))
        .route(&format!("{invocation}/{{id}}/error"), post(error))
        .route("/2018-06-01/runtime/init/error", post(async || StatusCode::ACCEPTED))
        .with_state(Arc::new(api))
}

#[allow(clippy::disallowed_methods, reason = "the process goes by the operating system's clock")]
async fn next(State(api): State<Arc<Api>>) -> impl IntoResponse {
    let invocation = api.waiting.lock().await.recv().await;
    let Invocation { event, answer } = invocation.ok_or(StatusCode::GONE)?;
    let deadline = (Timestamp::now() + TIMEOUT).as_millisecond().to_string();
    let number = api.number.fetch_add(1, Ordering::Relaxed);
    let id = format!("8476a536-e9f4-11e8-9739-{number:012x}");
    api.in_hand.lock().unwrap().insert(id.clone(), answer);
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:tried".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned(),
        ),
    ];
    Ok::<_, StatusCode>((headers, event.to_string()))
}

async fn response(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.take(&id, &body, Ok)
}

async fn error(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.take(&id, &body, Err)
}

impl Api {
    fn take(&self, id: &str, body: &[u8], answered: fn(Value) -> Answer) -> StatusCode {
        let Ok(body) = serde_json::from_slice(body) else { return StatusCode::BAD_REQUEST };
        match self.in_hand.lock().unwrap().remove(id) {
            Some(answer) => {
                answer.send(answered(body)).ok();
                StatusCode::ACCEPTED
            }
            None => StatusCode::BAD_REQUEST,
        }
    }
}
