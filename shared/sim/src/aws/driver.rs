//! The driver of virtual time. It moves the world to the next event on its agenda, and runs the code of invocations. It ends
//! the run when no event is left that keeps the run going.

use std::any::Any;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{AbortHandle, AbortRegistration, Abortable, BoxFuture};
use futures::stream::{FuturesUnordered, StreamExt};

use super::handle::{Aws, Handler, INVOCATION, lock};
use crate::lambda::{InvocationEnd, InvocationStart};
use crate::scenario::InvocationFault;

/// End of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// No event left on the agenda that holds the run.
    Quiet,
    /// Limit of the run's length.
    Limit,
}

/// Error of a run that cannot go on, because the simulator does not know a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fatal(pub String);

/// Virtual time for which a world with an empty agenda waits for a new event.
const FAR_AHEAD: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

type Running = FuturesUnordered<BoxFuture<'static, (u64, InvocationEnd)>>;

impl Aws {
    /// Lets time pass until nothing more will happen by itself, and then for `linger`. Stops earlier if `limit` has
    /// passed since the start of the world. Three things do not keep a run going: schedules and their messages,
    /// retention, and idle messages of queues that no function reads.
    ///
    /// # Errors
    ///
    /// An operation, or a use of an operation, that the simulator does not know. A function without code.
    pub async fn run(&self, linger: Duration, limit: Duration) -> Result<RunEnd, Fatal> {
        let mut running = Running::new();
        let mut quiet_since = None;
        loop {
            self.begin_due(&mut running);
            let progress = self.progress();
            if let Some(reason) = progress.fatal {
                return Err(Fatal(reason));
            }
            if progress.now >= limit {
                return Ok(RunEnd::Limit);
            }
            quiet_since = if progress.eventful { None } else { quiet_since.or(Some(progress.now)) };
            let end = quiet_since.filter(|_| !progress.busy).map(|since| since + linger);
            if end.is_some_and(|end| end <= progress.now) {
                return Ok(RunEnd::Quiet);
            }
            let next = [progress.next, end].into_iter().flatten().fold(limit, Duration::min);
            for (invocation, outcome) in self.wait(&mut running, next).await {
                lock(&self.0.running).remove(&invocation);
                self.touch(|world| crate::lambda::finish(world, invocation, outcome));
            }
        }
    }

    /// Lets time pass for ever, for callers from outside. Such a world has no functions. An operation that the simulator does
    /// not know is logged, and does not end the run.
    pub(crate) async fn keep_time(&self) -> Infallible {
        let mut running = Running::new();
        loop {
            let (next, fatal) = self.touch(|world| (world.next_at(), world.take_fatality()));
            if let Some(reason) = fatal {
                tracing::warn!("{reason}");
            }
            self.forget_history();
            self.wait(&mut running, next.unwrap_or(FAR_AHEAD)).await;
        }
    }

    /// Starts the code of the invocations that are due, each in its environment.
    fn begin_due(&self, running: &mut Running) {
        let (due, gone) = self.touch(|world| (world.lambda.take_due(), world.lambda.take_gone()));
        for environment in gone {
            lock(&self.0.environments).remove(&environment);
        }
        for start in due {
            match self.code(&start.function, start.environment) {
                Some(handler) => {
                    let (process, registration) = AbortHandle::new_pair();
                    lock(&self.0.running).insert(start.invocation, process);
                    running.push(self.clone().invoke(handler, start, registration).boxed());
                }
                None => self.touch(|world| {
                    world.fatal(format!("function {} is deployed without code", start.function));
                }),
            }
        }
    }

    /// Runs a function's code to its end. Drops the code at the timeout, or when a fault kills its process.
    async fn invoke(
        self,
        handler: Handler,
        start: InvocationStart,
        registration: AbortRegistration,
    ) -> (u64, InvocationEnd) {
        let InvocationStart { invocation, timeout, event, fault, .. } = start;
        let (limit, at_limit) = match fault {
            Some((InvocationFault::Killed, after)) if after < timeout => {
                (after, InvocationEnd::Killed)
            }
            Some((InvocationFault::OutOfTime, after)) => {
                (after.min(timeout), InvocationEnd::TimedOut)
            }
            _ => (timeout, InvocationEnd::TimedOut),
        };
        let work = INVOCATION.scope(invocation, async move { handler(event).await });
        let work = Abortable::new(AssertUnwindSafe(work).catch_unwind(), registration);
        let outcome = match tokio::time::timeout(limit, work).await {
            Err(_) => {
                self.cut_short(invocation, fault.filter(|_| limit < timeout));
                at_limit
            }
            Ok(Err(_killed)) => InvocationEnd::Killed,
            Ok(Ok(Err(panic))) => InvocationEnd::Panicked(words_of(panic.as_ref())),
            Ok(Ok(Ok(Err(error)))) => InvocationEnd::Failed(error),
            Ok(Ok(Ok(Ok(answer)))) => InvocationEnd::Returned(answer),
        };
        (invocation, outcome)
    }

    /// Writes down that a fault ended an invocation before its timeout.
    fn cut_short(&self, invocation: u64, fault: Option<(InvocationFault, Duration)>) {
        let Some((fault, after)) = fault else { return };
        let what = format!("invocation {invocation}, {:.3} s after its start", after.as_secs_f64());
        self.touch(|world| world.struck(fault.name(), what));
    }

    fn progress(&self) -> Progress {
        let mut world = lock(&self.0.world);
        Progress {
            now: world.elapsed(),
            next: world.next_at(),
            eventful: world.is_eventful(),
            busy: world.lambda.is_busy(),
            fatal: world.fatality().map(str::to_owned),
        }
    }

    /// Waits for the next event on the agenda, for a new event, or for the end of an invocation. Returns the
    /// invocations that ended.
    async fn wait(&self, running: &mut Running, next: Duration) -> Vec<(u64, InvocationEnd)> {
        let mut time = pin!(tokio::time::sleep_until(self.0.origin + self.real(next)));
        let mut woken = pin!(self.0.wake.notified());
        let mut ended = Vec::new();
        poll_fn(|cx| {
            while let Poll::Ready(Some(one)) = running.poll_next_unpin(cx) {
                ended.push(one);
            }
            let woken = woken.as_mut().poll(cx).is_ready();
            let passed = time.as_mut().poll(cx).is_ready();
            if woken || passed || !ended.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        ended
    }
}

struct Progress {
    now: Duration,
    next: Option<Duration>,
    eventful: bool,
    busy: bool,
    fatal: Option<String>,
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
