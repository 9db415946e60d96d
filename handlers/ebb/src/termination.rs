//! How a process is told to end: Ctrl-C, or SIGTERM where there is such a thing.

use std::future::pending;
use std::pin::pin;

use futures::future::{Either, select};

/// Hears what tells this process to end, from its making on.
pub(crate) struct Termination {
    #[cfg(unix)]
    terminated: Option<tokio::signal::unix::Signal>,
}

impl Termination {
    /// Where a signal cannot be had, that is logged, and the others are heard.
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(unix)]
            terminated: heard(tokio::signal::unix::SignalKind::terminate()),
        }
    }

    /// The next time that this process is told to end.
    pub(crate) async fn told(&mut self) {
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
        tracing::warn!("Ctrl-C is not heard: {error}");
        pending::<()>().await;
    }
}

#[cfg(unix)]
fn heard(kind: tokio::signal::unix::SignalKind) -> Option<tokio::signal::unix::Signal> {
    let heard = tokio::signal::unix::signal(kind);
    heard.inspect_err(|error| tracing::warn!("SIGTERM is not heard: {error}")).ok()
}
