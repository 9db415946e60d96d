//! The four feeds in one process, for those who run no Lambda functions.

mod arguments;
mod decisions;
mod error;
mod metrics;
mod pages;
mod state;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aws::config::Config;
use aws::consumer::Consumer;
use aws::{Clients, Feed, telemetry};
use futures::future::{Either, join_all, select};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::address::NoAddress;
use crate::exit::Exit;
use crate::termination::Termination;
pub(crate) use arguments::Arguments;
use decisions::DecisionCounts;
pub use error::WorkerError;
use pages::Pages;
use state::WorkerState;

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It was told to, and has nothing in hand.
    WithNothingInHand,
    /// It was told to twice.
    AtOnce,
}

/// `ebb worker`: until Ctrl-C or SIGTERM.
pub(crate) fn command(arguments: &Arguments) -> Exit {
    let decisions = DecisionCounts::default();
    telemetry::init_with(decisions.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(WorkerError::Runtime);
    match ended.and_then(|runtime| runtime.block_on(work(arguments, decisions))) {
        Ok(Ended::WithNothingInHand) => Exit::NothingLost,
        Ok(Ended::AtOnce) => Exit::Lost,
        Err(error) => {
            complain(&error);
            error.exit()
        }
    }
}

async fn work(arguments: &Arguments, decisions: DecisionCounts) -> Result<Ended, WorkerError> {
    let config = Config::without_queues(std::env::vars())?;
    let clients = Clients::with(&arguments.access()).await?;
    let of_feed =
        |feed| Consumer::new(feed, &arguments.queue_prefix, config.clone(), clients.clone());
    let consumers = Arc::new(Feed::ALL.map(of_feed));
    let (stop, stopped) = watch::channel(false);
    let refused = |source| NoAddress { address: arguments.listen, source };
    let listener = TcpListener::bind(arguments.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let state =
        WorkerState { consumers: Arc::clone(&consumers), stopped: stopped.clone(), decisions };
    let pages = Pages::serve(listener, state);
    // Before it is said that the worker begins: whoever waits for that may tell it to end.
    let termination = Termination::new();
    tracing::info!(%address, queue_prefix = arguments.queue_prefix, mode = ?config.mode, "the worker begins");
    Ok(until_told(termination, consumers.as_slice(), pages, &stop, stopped, arguments.grace).await)
}

/// Takes messages until it is told to end, and ends in order: the pages are served as long as anything is in hand.
async fn until_told(
    mut termination: Termination,
    consumers: &[Consumer],
    pages: Pages,
    stop: &watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
    grace: Duration,
) -> Ended {
    let out_of_time = async {
        termination.told().await;
        tracing::info!(?grace, "told to end: nothing new is taken");
        stop.send_replace(true);
        let again = pin!(termination.told());
        matches!(select(again, pin!(tokio::time::sleep(grace))).await, Either::Right(_))
    };
    let work = async {
        join_all(consumers.iter().map(|consumer| consumer.run(stopped.clone()))).await;
        pages.end().await;
    };
    // What is under way is dropped with `work`: only then is it given back.
    let in_time = match select(Box::pin(work), pin!(out_of_time)).await {
        Either::Left(_) => true,
        Either::Right((false, _)) => return Ended::AtOnce,
        Either::Right((true, _)) => false,
    };
    if !in_time {
        join_all(consumers.iter().map(Consumer::give_back)).await;
    }
    tracing::info!("the worker ends");
    Ended::WithNothingInHand
}

#[allow(clippy::print_stderr, reason = "a command line tells its mistakes on standard error")]
fn complain(error: &WorkerError) {
    anstream::eprintln!("ebb: {error}");
}
