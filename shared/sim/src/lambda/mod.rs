//! Lambda: functions behind queues, by event source mappings.
//!
//! A mapping receives batches, invokes its function and deletes handled messages. Lambda reuses, loses and starts
//! environments, kills an invocation at its timeout, and detects loops. The control plane stops and restores functions.
//! Left out: direct invocations, event filters, on-failure destinations, provisioned pollers, and the slower polling after errors (documented without figures:
//! Lambda developer guide, services-sqs-errorhandling).
//!
//! The world decides when an invocation begins and how its end affects the batch. The code itself runs outside, see
//! [`Aws::run`](crate::aws::Aws::run).

mod api;
mod batch;
mod execution;
mod invocation;
mod mapping;
mod mapping_change;
mod poll_plan;
mod poller;
mod trigger;
mod trigger_end;
mod work;

use std::collections::{BTreeMap, VecDeque};

pub(crate) use api::{OPERATIONS, call};
pub(crate) use execution::finish;
pub(crate) use invocation::{InvocationEnd, InvocationStart};
pub(crate) use poller::happen;

use serde_json::{Map, Value, json};

use crate::deployment;
use crate::history::Caller;
use crate::iam::Role;
use crate::sqs::{Lineage, Received};
use invocation::Invocation;
use mapping::Mapping;
use work::{Feed, Work};

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
    /// Work of a function of another team. The code of all other functions runs outside.
    work: Option<Work>,
    created_at: jiff::Timestamp,
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
    /// The state of a mapping changes for the second time: to Enabled or to Disabled.
    Changed { mapping: usize },
    /// The invocation of another team's function ends, before its timeout or at it.
    Works { invocation: u64, in_time: bool },
    /// The queue of another team's function gets a message.
    Feeds { feed: Box<Feed> },
}

impl Function {
    fn new(
        spec: deployment::DeployedFunction,
        work: Option<Work>,
        created_at: jiff::Timestamp,
    ) -> Self {
        Self { spec, work, created_at, running: 0, idle: Vec::new(), environments: 0 }
    }
}

impl Lambda {
    pub(crate) fn create_function(
        &mut self,
        spec: deployment::DeployedFunction,
        created_at: jiff::Timestamp,
    ) {
        self.functions.insert(spec.name.clone(), Function::new(spec, None, created_at));
    }

    /// Returns the role of a function; none if it has no role.
    pub(crate) fn role_of(&self, function: &str) -> Option<&Role> {
        self.functions.get(function)?.spec.role.as_ref()
    }

    /// Returns true if a batch is in progress, or waits for a throttled function. A batch of another team's function
    /// counts only while its invocation is under way.
    pub(crate) fn is_busy(&self) -> bool {
        let busy =
            |mapping: &Mapping| mapping.running > 0 && !self.has_work(&mapping.spec.function);
        self.mappings.iter().any(busy)
            || self.invocations.values().any(|invocation| self.has_work(&invocation.function))
    }

    /// Returns true if a function is one of another team.
    pub(crate) fn has_work(&self, function: &str) -> bool {
        self.functions.get(function).is_some_and(|function| function.work.is_some())
    }

    /// Returns the names of the deployed functions. Those of other teams are not among them.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &str> {
        let deployed = self.functions.iter().filter(|(_, function)| function.work.is_none());
        deployed.map(|(name, _)| name.as_str())
    }

    /// Returns true if there is a function of this name, of the deployment or of another team.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// Returns the states of the mappings by UUID, and the reserved concurrencies by function.
    pub(crate) fn settings(&self) -> (Map<String, Value>, Map<String, Value>) {
        let mappings = self.mappings.iter();
        let states = mappings.map(|mapping| (mapping.uuid.clone(), mapping.state.name().into()));
        let functions = self.functions.iter();
        let reserved =
            functions.map(|(name, it)| (name.clone(), json!(it.spec.reserved_concurrency)));
        (states.collect(), reserved.collect())
    }

    /// Returns the queues from which a deployed function takes messages.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &str> {
        let mappings = self.mappings.iter().filter(|mapping| mapping.polls);
        let deployed = mappings.filter(|mapping| !self.has_work(&mapping.spec.function));
        deployed.map(|mapping| mapping.spec.queue.as_str())
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
