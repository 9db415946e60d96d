//! Termination of the process: Ctrl-C, or SIGTERM on Unix.

use std::future::pending;
use std::pin::pin;

use futures::future::{Either, select};

/// Receiver of all termination signals since its creation.
pub(crate) struct Termination {
    #[cfg(unix)]
    terminated: Option<tokio::signal::unix::Signal>,
}

impl Termination {
    /// Starts to receive signals. Logs an error if the process cannot handle one of the two. The other still ends the
    /// process.
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(unix)]
            terminated: handler_of(tokio::signal::unix::SignalKind::terminate()),
        }
    }

    /// Waits for the next signal.
    pub(crate) async fn requested(&mut self) {
        let interrupted = pin!(interrupted());
        match select(interrupted, pin!(self.terminated())).await {
            Either::Left(((), _)) | Either::Right(((), _)) => {}
        }
    }

    #[cfg(unix)]
    async fn terminated(&mut self) {
        match &mut self.terminated {
            Some(signal) => drop(signal.recv().await),
            None => pending().await,
        }
    }

    #[cfg(not(unix))]
    async fn terminated(&mut self) {
        pending().await
    }
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!("cannot handle Ctrl-C: {error}; use SIGTERM");
        pending::<()>().await;
    }
}

#[cfg(unix)]
fn handler_of(kind: tokio::signal::unix::SignalKind) -> Option<tokio::signal::unix::Signal> {
    let handler = tokio::signal::unix::signal(kind);
    handler.inspect_err(|error| tracing::warn!("cannot handle SIGTERM: {error}; use Ctrl-C")).ok()
}
