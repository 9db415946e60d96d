//! Calls by caller and by purpose.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{MANAGED_DRAINING, rounded};
use crate::history::{Caller, Fact};

/// Calls for each instance drained, by purpose, to the thousandth. Calls of SQS are not included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CallsPerInstance {
    /// Calls for any other purpose.
    pub drain: f64,
    /// RecordLifecycleActionHeartbeat, by any function.
    pub heartbeat: f64,
    /// Calls of sweeps: invocations that received a message of the sweep's queue.
    pub sweep: f64,
    /// PutEvents.
    pub notify: f64,
}

/// Names by which the calls of functions are counted for their purpose.
#[derive(Debug, Clone, Copy)]
pub struct CallPurposes<'a> {
    /// Queue of the sweep. Invocations with its messages are sweeps.
    pub sweep_queue: &'a str,
    /// Functions that drain no instance. Their calls are not divided by the instances drained.
    pub other_functions: &'a [&'a str],
}

impl<'a> From<&'a str> for CallPurposes<'a> {
    fn from(sweep_queue: &'a str) -> Self {
        Self { sweep_queue, other_functions: &[] }
    }
}

pub(super) struct Calls<'a> {
    pub(super) by_functions: BTreeMap<String, usize>,
    pub(super) by_managed_draining: BTreeMap<String, usize>,
    purposes: CallPurposes<'a>,
    /// Messages that came out of the sweep's queue.
    swept: BTreeSet<String>,
    /// Invocations that received one of these messages.
    sweeps: BTreeSet<u64>,
    counted: CallsPerInstance,
}

impl<'a> Calls<'a> {
    pub(super) fn new(purposes: CallPurposes<'a>) -> Self {
        Self {
            by_functions: BTreeMap::new(),
            by_managed_draining: BTreeMap::new(),
            purposes,
            swept: BTreeSet::new(),
            sweeps: BTreeSet::new(),
            counted: CallsPerInstance::default(),
        }
    }

    pub(super) fn record(&mut self, fact: &Fact) {
        match fact {
            Fact::Message { queue, message, .. } if queue == self.purposes.sweep_queue => {
                self.swept.insert(message.clone());
            }
            Fact::Invoked { invocation, messages, .. }
                if messages.iter().any(|message| self.swept.contains(message)) =>
            {
                self.sweeps.insert(*invocation);
            }
            Fact::Call { by, service, operation, .. } => self.record_call(by, service, operation),
            _ => {}
        }
    }

    fn record_call(&mut self, by: &Caller, service: &str, operation: &str) {
        let name = format!("{service}:{operation}");
        match by {
            Caller::Function { name: function, invocation } => {
                *self.by_functions.entry(name).or_default() += 1;
                if self.purposes.other_functions.contains(&function.as_str()) {
                    return;
                }
                let swept = invocation.is_some_and(|number| self.sweeps.contains(&number));
                match (service, operation) {
                    ("sqs", _) => {}
                    (_, "RecordLifecycleActionHeartbeat") => self.counted.heartbeat += 1.0,
                    (_, "PutEvents") => self.counted.notify += 1.0,
                    _ if swept => self.counted.sweep += 1.0,
                    _ => self.counted.drain += 1.0,
                }
            }
            Caller::Aws(MANAGED_DRAINING) => {
                *self.by_managed_draining.entry(name).or_default() += 1;
            }
            _ => {}
        }
    }

    pub(super) fn per_instance(&self, instances: usize) -> Option<CallsPerInstance> {
        let share = |calls: f64| rounded(calls / instances as f64);
        let counted = &self.counted;
        (instances > 0).then(|| CallsPerInstance {
            drain: share(counted.drain),
            heartbeat: share(counted.heartbeat),
            sweep: share(counted.sweep),
            notify: share(counted.notify),
        })
    }
}
