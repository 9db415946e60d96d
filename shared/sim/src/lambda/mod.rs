//! Lambda: functions behind queues, by event source mappings.
//!
//! A mapping receives batches, invokes its function and deletes handled messages. Lambda reuses, loses and starts
//! environments, kills an invocation at its timeout, and detects loops. Left out: direct invocations, event filters,
//! on-failure destinations, provisioned pollers, and the slower polling after errors (documented without figures:
//! Lambda developer guide, services-sqs-errorhandling).
//!
//! The world decides when an invocation begins and how its end affects the batch. The code itself runs outside, see
//! [`Aws::run`](crate::aws::Aws::run).

mod batch;
mod execution;
mod invocation;
mod mapping;
mod poll_plan;
mod poller;

use std::collections::{BTreeMap, VecDeque};

pub(crate) use execution::finish;
pub(crate) use invocation::{InvocationEnd, InvocationStart};
pub(crate) use poller::happen;

use crate::deployment;
use crate::history::Caller;
use crate::iam::Role;
use crate::sqs::{Lineage, Received};
use invocation::Invocation;
use mapping::Mapping;

#[derive(Debug, Default)]
pub(crate) struct Lambda {
    functions: BTreeMap<String, Function>,
    mappings: Vec<Mapping>,
    invocations: BTreeMap<u64, Invocation>,
    invoked: u64,
    /// Invocations whose environment is ready. The driver has to run their code now.
    due: VecDeque<InvocationStart>,
    /// Lost environments, by function and number. The driver has to drop their code.
    gone: Vec<(String, u64)>,
    /// Time until which every invocation ends with an error.
    pub(crate) broken_until: Option<std::time::Duration>,
}

#[derive(Debug)]
struct Function {
    spec: deployment::DeployedFunction,
    running: usize,
    /// Environments that wait for an invocation, with the time since which they wait. The last used environment is the
    /// next to be used.
    idle: Vec<(u64, std::time::Duration)>,
    environments: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum LambdaEvent {
    /// A poller polls its queue.
    Poll { mapping: usize },
    /// A throttled invocation is tried again.
    Retry { mapping: usize, batch: Vec<Received> },
    /// An environment is ready for its invocation.
    Begin { invocation: u64 },
}

impl Lambda {
    pub(crate) fn create_function(&mut self, spec: deployment::DeployedFunction) {
        let function = Function { spec, running: 0, idle: Vec::new(), environments: 0 };
        self.functions.insert(function.spec.name.clone(), function);
    }

    /// Returns the role of a function; none if it has no role.
    pub(crate) fn role_of(&self, function: &str) -> Option<&Role> {
        self.functions.get(function)?.spec.role.as_ref()
    }

    pub(crate) fn create_mapping(&mut self, spec: deployment::DeployedMapping) {
        self.mappings.push(Mapping::new(spec));
    }

    /// Returns true if a batch is in progress, or waits for a throttled function.
    pub(crate) fn is_busy(&self) -> bool {
        self.mappings.iter().any(|mapping| mapping.running > 0)
    }

    /// Returns the names of the functions.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Returns the queues from which a function takes messages.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &str> {
        self.mappings.iter().map(|mapping| mapping.spec.queue.as_str())
    }

    /// Returns the chain of messages that led to a caller's action. A message that the caller sends continues the
    /// chain.
    pub(crate) fn lineage_of(&self, caller: &Caller) -> Lineage {
        let Caller::Function { invocation: Some(invocation), .. } = caller else {
            return Lineage::new();
        };
        self.invocations.get(invocation).map(|found| found.lineage.clone()).unwrap_or_default()
    }

    /// Returns true if the driver has to run the code of an invocation now.
    pub(crate) fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Takes the invocations whose code the driver has to run now.
    pub(crate) fn take_due(&mut self) -> VecDeque<InvocationStart> {
        std::mem::take(&mut self.due)
    }

    /// Takes the lost environments, whose code the driver has to drop.
    pub(crate) fn take_gone(&mut self) -> Vec<(String, u64)> {
        std::mem::take(&mut self.gone)
    }
}

#[cfg(test)]
mod tests;
