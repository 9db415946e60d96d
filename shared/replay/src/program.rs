//! Program under test.

use std::fmt;
use std::sync::Arc;

use aws::worker::{Decider, Worker};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Wrapper around the HTTP client that the SDK clients of ebb's functions use.
pub type HttpClientWrapper = Arc<dyn Fn(SharedHttpClient) -> SharedHttpClient + Send + Sync>;

/// Program under test: unchanged ebb, or ebb with a mistake that a test makes on purpose.
///
/// Runs on several threads share one program. A wrapper creates the state of a single run, because each environment of
/// a function wraps its own HTTP client.
#[derive(Clone, Default)]
pub struct Program {
    decider: Option<Decider>,
    http_client: Option<HttpClientWrapper>,
}

impl Program {
    /// Replaces `drain::decide::decide`.
    #[must_use]
    pub fn with_decider(self, decider: Decider) -> Self {
        Self { decider: Some(decider), ..self }
    }

    /// Wraps the HTTP client of every function, between the SDK and the simulated AWS.
    #[must_use]
    pub fn with_http_client(self, wrapper: HttpClientWrapper) -> Self {
        Self { http_client: Some(wrapper), ..self }
    }

    /// Wraps an HTTP client that the simulated AWS has given to a function.
    pub(crate) fn wrap(&self, http_client: SharedHttpClient) -> SharedHttpClient {
        match &self.http_client {
            Some(wrapper) => wrapper(http_client),
            None => http_client,
        }
    }

    /// Gives a worker the program's decider.
    pub(crate) fn equip(&self, worker: Worker) -> Worker {
        match &self.decider {
            Some(decider) => worker.with_decider(Arc::clone(decider)),
            None => worker,
        }
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("replaces_decider", &self.decider.is_some())
            .field("wraps_http_client", &self.http_client.is_some())
            .finish()
    }
}
