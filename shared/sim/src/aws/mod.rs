//! The simulated AWS as a program meets it: an HTTP client, a time source, functions that are invoked, and virtual
//! time.
//!
//! Time jumps whenever every task waits. The whole simulation runs on one current-thread runtime with a paused clock:
//! see [`block_on`].

mod driver;
pub(crate) mod handle;

use std::future::Future;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::deployment::Deployment;
use crate::region::REGION;
use crate::wire::{Who, Wire};
pub use driver::{Fatal, RunEnd};
use handle::lock;
pub use handle::{Aws, Environment, Handler, Past, as_part};

impl Aws {
    /// Deploys queues, rules, functions, mappings and schedules.
    ///
    /// # Errors
    ///
    /// Every mistake in the deployment. Nothing is deployed then.
    pub fn deploy(&self, deployment: Deployment) -> Result<(), Vec<String>> {
        self.touch(|world| world.deploy(deployment))
    }

    /// Sets the code of a function: `factory` is called once for each new environment.
    pub fn function(
        &self,
        name: &str,
        factory: impl Fn(Environment) -> Handler + Send + Sync + 'static,
    ) {
        lock(&self.0.factories).insert(name.to_owned(), Arc::new(factory));
    }

    /// Ends every environment, and drops all code. A function's code holds clients, and each client holds this AWS.
    /// Without this call the AWS is never freed.
    pub fn dismiss(&self) {
        lock(&self.0.environments).clear();
        lock(&self.0.factories).clear();
    }

    /// Returns a client for a caller outside the deployment: an operator, another tool.
    pub fn http_client(&self, who: &str) -> SharedHttpClient {
        self.client(Who::Other(who.to_owned()))
    }

    fn client(&self, who: Who) -> SharedHttpClient {
        SharedHttpClient::new(Wire { aws: self.clone(), who })
    }

    /// Returns the code that runs in an environment. Makes the code for a new environment.
    fn code(&self, function: &str, number: u64) -> Option<Handler> {
        let key = (function.to_owned(), number);
        if let Some(handler) = lock(&self.0.environments).get(&key) {
            return Some(handler.clone());
        }
        let factory = lock(&self.0.factories).get(function).cloned()?;
        let handler = factory(Environment {
            http_client: self.client(Who::Function(function.to_owned())),
            time_source: self.time_source(),
            region: REGION,
            number,
        });
        lock(&self.0.environments).insert(key, handler.clone());
        Some(handler)
    }
}

/// Runs a future on a separate runtime: one thread, and a clock that jumps when every task waits. The seed determines
/// the SDK's own randomness (retry delays, invocation ids).
///
/// # Errors
///
/// The operating system's error if it refuses a runtime.
pub fn block_on<F: Future>(seed: u64, future: F) -> std::io::Result<F::Output> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build()?;
    fastrand::seed(seed);
    Ok(runtime.block_on(future))
}

#[cfg(test)]
mod tests;
