//! The plan of faults, made before the run. Calls and events are counted until the turn of each fault.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::scenario::{CallFault, Delivery, InvocationFault, PlannedFault};

/// Faults that have not struck yet, and the number of calls, invocations, events and messages so far.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    pub(crate) calls: BTreeMap<(String, u32), CallFault>,
    pub(crate) invocations: BTreeMap<(String, u32), (InvocationFault, Duration)>,
    pub(crate) deliveries: BTreeMap<(String, u32), Delivery>,
    pub(crate) messages: BTreeMap<(String, u32), Duration>,
    counted: BTreeMap<String, u32>,
}

impl FaultPlan {
    pub(crate) fn add(&mut self, fault: &PlannedFault) {
        match fault.clone() {
            PlannedFault::Call { function, operation, nth, become_ } => {
                self.calls.insert((of_call(&function, &operation), nth), become_);
            }
            PlannedFault::Invocation { function, nth, become_, after } => {
                self.invocations.insert((of_invocation(&function), nth), (become_, after.0));
            }
            PlannedFault::Delivery { rule, nth, become_ } => {
                self.deliveries.insert((of_delivery(&rule), nth), become_);
            }
            PlannedFault::Message { queue, nth, again_after } => {
                self.messages.insert((of_message(&queue), nth), again_after.0);
            }
        }
    }

    /// Counts a call, invocation, event or message. Returns it with its number among its kind.
    pub(crate) fn count(&mut self, thing: String) -> (String, u32) {
        let count = self.counted.entry(thing.clone()).or_insert(0);
        *count += 1;
        (thing, *count)
    }
}

pub(crate) fn of_call(function: &str, operation: &str) -> String {
    format!("call of {operation} by {function}")
}

pub(crate) fn of_invocation(function: &str) -> String {
    format!("invocation of {function}")
}

pub(crate) fn of_delivery(rule: &str) -> String {
    format!("delivery by {rule}")
}

pub(crate) fn of_message(queue: &str) -> String {
    format!("message to {queue}")
}
