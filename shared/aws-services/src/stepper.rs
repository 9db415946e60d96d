//! The stepper: clients, decider and memory, which every step of every operation needs.

use std::fmt;
use std::sync::Arc;

use aws::Clients;
use jiff::Timestamp;
use service::decision::OperationDecision;
use service::intent::Intent;
use service::memory::OperationMemory;
use service::observation::ServiceObservation;

use crate::clients::ServiceClients;
use crate::observe::Constants;

/// Function that decides about one service, with the signature of [`service::decide()`].
pub type OperationDecider = Arc<
    dyn Fn(&Intent, &ServiceObservation, &OperationMemory, Timestamp) -> OperationDecision
        + Send
        + Sync,
>;

/// Clients, a decider, and the memory of facts that never change. One for each process.
pub struct Stepper {
    pub(crate) clients: ServiceClients,
    pub(crate) constants: Constants,
    pub(crate) decider: OperationDecider,
}

impl Stepper {
    /// Creates a stepper with the decider [`service::decide()`].
    pub fn new(clients: Clients) -> Self {
        Self {
            clients: ServiceClients::new(clients),
            constants: Constants::default(),
            decider: Arc::new(service::decide),
        }
    }

    /// Returns this stepper with another decider. Tests wrap it to make mistakes on purpose.
    #[must_use]
    pub fn with_decider(self, decider: OperationDecider) -> Self {
        Self { decider, ..self }
    }

    /// Returns the clients.
    pub fn clients(&self) -> &ServiceClients {
        &self.clients
    }

    /// Returns the current time of the AWS that is called.
    pub fn now(&self) -> Timestamp {
        self.clients.aws.clock.now()
    }
}

impl fmt::Debug for Stepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stepper").finish_non_exhaustive()
    }
}
