//! The worker: all feeds in one process, without Lambda functions.

mod arguments;
mod error;
mod metrics;
mod notifications;
#[cfg(feature = "operations")]
mod operations;
mod pages;
mod state;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aws::config::Config;
use aws::consumer::Consumer;
use aws::limits::POLL_WAIT;
use aws::{Clients, Feed, telemetry};
use futures::future::{Either, join_all, select};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::address::AddressError;
use crate::exit::Exit;
use crate::termination::Termination;
pub(crate) use arguments::WorkerArguments;
pub use error::WorkerError;
use notifications::Notifications;
use pages::Pages;
use state::WorkerState;

/// End of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WorkerEnd {
    /// End by one signal, with no message in progress.
    AllDone,
    /// End at once, by a second signal.
    AtOnce,
}

/// Runs `ebb worker` until Ctrl-C or SIGTERM.
pub(crate) fn command(arguments: &WorkerArguments) -> Exit {
    telemetry::init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(WorkerError::Runtime);
    match ended.and_then(|runtime| runtime.block_on(work(arguments))) {
        Ok(WorkerEnd::AllDone) => Exit::NothingLost,
        Ok(WorkerEnd::AtOnce) => Exit::Lost,
        Err(error) => {
            complain(&error);
            error.exit()
        }
    }
}

async fn work(arguments: &WorkerArguments) -> Result<WorkerEnd, WorkerError> {
    let config = Config::without_queues(std::env::vars())?;
    let clients = Clients::with(&arguments.access()).await?;
    let notifications = Notifications::from_environment(&clients)?;
    let of_feed = |feed| {
        Consumer::new(feed, &arguments.queue_prefix, config.clone(), clients.clone())
            .with_observer(notifications.of_drains())
    };
    let consumers = Arc::new(Feed::QUEUES.map(of_feed));
    let (stop, stopped) = watch::channel(false);
    let refused = |source| AddressError { address: arguments.listen, source };
    let listener = TcpListener::bind(arguments.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let state = WorkerState {
        consumers: Arc::clone(&consumers),
        stopped: stopped.clone(),
        notifications: notifications.clone(),
    };
    let pages = Pages::serve(listener, state);
    // This comes before the log line: a process that waits for the line may send SIGTERM at once.
    let termination = Termination::new();
    let (queue_prefix, mode) = (&arguments.queue_prefix, config.policy.mode);
    let queues = Feed::QUEUES.map(|feed| format!("{queue_prefix}{}", feed.name())).join(", ");
    tracing::info!(
        %address,
        queue_prefix,
        ?mode,
        "worker started: receiving from queues {queues}; serving /health, /ready and /metrics on {address}"
    );
    #[cfg(feature = "operations")]
    let operations = operations::serve(
        queue_prefix,
        config.clone(),
        clients,
        notifications.of_operations(),
        stopped.clone(),
    );
    #[cfg(not(feature = "operations"))]
    let operations = std::future::ready(());
    let sending = notifications.start(stopped.clone());
    let drains = run_until_terminated(
        termination,
        consumers.as_slice(),
        pages,
        &stop,
        stopped,
        arguments.grace,
    );
    let end = match select(Box::pin(drains), Box::pin(operations)).await {
        Either::Left((WorkerEnd::AllDone, operations)) => {
            // The last poll for requests ends by itself. Its messages would stay hidden otherwise.
            drop(tokio::time::timeout(POLL_WAIT, operations).await);
            WorkerEnd::AllDone
        }
        Either::Left((WorkerEnd::AtOnce, _)) => WorkerEnd::AtOnce,
        Either::Right(((), drains)) => drains.await,
    };
    if end == WorkerEnd::AllDone {
        drop(tokio::time::timeout(notify::limits::DELIVERY_TIME, sending).await);
        notifications.notifier().flush_all().await;
    }
    Ok(end)
}

/// Receives messages until SIGTERM or Ctrl-C. The pages are served until no message is in progress.
async fn run_until_terminated(
    mut termination: Termination,
    consumers: &[Consumer],
    pages: Pages,
    stop: &watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
    grace: Duration,
) -> WorkerEnd {
    let out_of_time = async {
        termination.requested().await;
        tracing::info!(
            ?grace,
            "worker stops: finishing the messages in progress, for up to {grace:?}"
        );
        stop.send_replace(true);
        let again = pin!(termination.requested());
        matches!(select(again, pin!(tokio::time::sleep(grace))).await, Either::Right(_))
    };
    let work = async {
        join_all(consumers.iter().map(|consumer| consumer.run(stopped.clone()))).await;
        pages.end().await;
    };
    // Dropping `work` drops the batches in progress. Only then are their messages returned.
    let in_time = match select(Box::pin(work), pin!(out_of_time)).await {
        Either::Left(_) => true,
        Either::Right((false, _)) => return WorkerEnd::AtOnce,
        Either::Right((true, _)) => false,
    };
    if !in_time {
        join_all(consumers.iter().map(Consumer::return_messages)).await;
    }
    tracing::info!("worker stopped");
    WorkerEnd::AllDone
}

#[allow(clippy::print_stderr, reason = "a command line reports mistakes on standard error")]
fn complain(error: &WorkerError) {
    anstream::eprintln!("ebb: {error}");
}
