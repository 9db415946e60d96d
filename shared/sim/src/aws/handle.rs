//! The handle of a simulated AWS: its world behind a lock, its clock, and the wake-ups of waiting calls.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use futures::future::AbortHandle;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use crate::world::World;

tokio::task_local! {
    /// Invocation in which a function's code runs. The history names the invocation as the caller of its API calls.
    pub(crate) static INVOCATION: u64;
    /// Part of an outside program that makes the API calls.
    static PART: &'static str;
}

/// Runs the code of one part of a program outside the deployment. The history names the caller of its API calls `who/part`.
pub async fn as_part<F: Future>(part: &'static str, code: F) -> F::Output {
    PART.scope(part, code).await
}

/// Returns the name of a caller outside the deployment: its own name, and the name of the part that runs.
pub(crate) fn outside_name(who: &str) -> String {
    PART.try_with(|part| format!("{who}/{part}")).unwrap_or_else(|_| who.to_owned())
}

/// A function's code in one environment. The code gets the event of a batch, and returns the answer or the text of an
/// error.
pub type Handler =
    Arc<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<Value, String>> + Send>> + Send + Sync>;

pub(super) type Factory = Arc<dyn Fn(Environment) -> Handler + Send + Sync>;

/// The clients and facts that a new environment of a function gets.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The client for all calls to AWS. The history names the function as their caller.
    pub http_client: SharedHttpClient,
    /// Virtual time.
    pub time_source: SharedTimeSource,
    /// The Region.
    pub region: &'static str,
    /// The number of the environment among the environments of the function, from 1.
    pub number: u64,
}

/// A handle to one simulated AWS.
#[derive(Clone)]
pub struct Aws(pub(super) Arc<Shared>);

/// Treatment of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The history is kept for a reader at the end.
    Kept,
    /// Each fact is forgotten as it comes.
    Forgotten,
}

pub(super) struct Shared {
    pub(super) world: Mutex<World>,
    pub(super) past: Past,
    pub(super) origin: Instant,
    /// Seconds of virtual time in one second of the runtime's clock.
    pub(super) speed: u32,
    /// Wakes the driver, because the agenda may have a new event.
    pub(super) wake: Notify,
    /// Wakes the calls that wait, because something happened.
    pub(super) changed: Notify,
    pub(super) factories: Mutex<BTreeMap<String, Factory>>,
    pub(super) environments: Mutex<BTreeMap<(String, u64), Handler>>,
    /// Invocations whose code runs.
    pub(super) running: Mutex<BTreeMap<u64, AbortHandle>>,
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}

impl Aws {
    /// Returns a handle to a world that starts now. Call it on the runtime that will run the world, as
    /// [`super::block_on`] makes it.
    pub fn new(world: World) -> Self {
        Self::at_speed(world, 1, Past::Kept)
    }

    /// Returns a handle as `new` does, for a runtime whose clock runs. Virtual time passes `speed` times as fast for
    /// callers from outside. The code of functions keeps the runtime's own time.
    pub fn at_speed(world: World, speed: u32, past: Past) -> Self {
        Self(Arc::new(Shared {
            world: Mutex::new(world),
            past,
            origin: Instant::now(),
            speed: speed.max(1),
            wake: Notify::new(),
            changed: Notify::new(),
            factories: Mutex::default(),
            environments: Mutex::default(),
            running: Mutex::default(),
        }))
    }

    /// Returns the virtual time, for the SDK and for every other reader of a clock.
    pub fn time_source(&self) -> SharedTimeSource {
        SharedTimeSource::new(VirtualTime {
            start: lock(&self.0.world).start().into(),
            origin: self.0.origin,
            speed: self.0.speed,
        })
    }

    /// Returns the virtual time of day.
    pub fn now(&self) -> Timestamp {
        self.touch(|world| world.now())
    }

    /// Reads or changes the world, now.
    pub fn world<T>(&self, visit: impl FnOnce(&mut World) -> T) -> T {
        self.touch(visit)
    }

    /// Advances the world to the present time, changes the world, and wakes the calls that wait for a change.
    pub(crate) fn touch<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = lock(&self.0.world);
        let (next, noted) = (world.next_at(), world.history().len());
        world.advance(self.0.origin.elapsed().saturating_mul(self.0.speed));
        let result = change(&mut world);
        if world.next_at() != next || world.lambda.is_due() || world.fatality().is_some() {
            self.0.wake.notify_one();
        }
        if world.history().len() > noted {
            self.0.changed.notify_waiters();
        }
        result
    }

    /// Ends when something happens in the world after this call.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.0.changed.notified()
    }

    /// Kills the process of an invocation.
    pub(crate) fn kill(&self, invocation: u64) {
        if let Some(running) = lock(&self.0.running).get(&invocation) {
            running.abort();
        }
    }

    /// Returns the time that a length of virtual time takes on the runtime's clock.
    pub(crate) fn real(&self, length: Duration) -> Duration {
        length / self.0.speed
    }

    /// Removes the facts so far from the history, unless the past is kept.
    pub(crate) fn forget_history(&self) {
        if self.0.past == Past::Forgotten {
            lock(&self.0.world).forget_history();
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
struct VirtualTime {
    start: SystemTime,
    origin: Instant,
    speed: u32,
}

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        self.start + self.origin.elapsed().saturating_mul(self.speed)
    }
}
