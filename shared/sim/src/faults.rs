//! Planned faults that strike calls, invocations, deliveries and messages.

use std::time::Duration;

use crate::fault_plan::{of_call, of_delivery, of_invocation, of_message};
use crate::history::{Caller, Fact};
use crate::scenario::{CallFault, Delivery, InvocationFault, PlannedFault};
use crate::world::World;

fn numbered((thing, nth): (String, u32)) -> String {
    format!("{thing}, number {nth}")
}

impl World {
    /// Adds planned faults.
    pub(crate) fn plan_faults(&mut self, faults: &[PlannedFault]) {
        faults.iter().for_each(|fault| self.faults.add(fault));
    }

    /// Returns the fault of the next call of an operation, if the fault can strike the call.
    pub(crate) fn fault_of_call(
        &mut self,
        caller: &Caller,
        operation: &str,
        can_strike: impl FnOnce(CallFault) -> bool,
    ) -> Option<CallFault> {
        let name = match caller {
            Caller::Function { name, .. } => name,
            Caller::Other(who) if caller.is_outside() => who,
            Caller::Other(_) | Caller::Aws(_) => return None,
        };
        let key = self.faults.count(of_call(name, operation));
        let fault = self.faults.calls.remove(&key).filter(|fault| can_strike(*fault))?;
        self.strike(fault.name(), key);
        Some(fault)
    }

    /// Returns the fault of the next invocation of a function, and the time between the start of its code and the
    /// fault.
    pub(crate) fn fault_of_invocation(
        &mut self,
        function: &str,
    ) -> Option<(InvocationFault, Duration)> {
        let key = self.faults.count(of_invocation(function));
        self.faults.invocations.remove(&key)
    }

    /// Returns the fault of the next event that a rule matches. `about` is the subject of the event.
    pub(crate) fn fault_of_delivery(&mut self, rule: &str, about: &str) -> Option<Delivery> {
        let key = self.faults.count(of_delivery(rule));
        let fault = self.faults.deliveries.remove(&key)?;
        let (what, about) = (numbered(key), Some(about.to_owned()));
        self.note(Fact::Fault { kind: fault.name(), what, about });
        Some(fault)
    }

    /// Returns the delay after which the next message of a queue is delivered a second time.
    pub(crate) fn fault_of_message(&mut self, queue: &str) -> Option<Duration> {
        let key = self.faults.count(of_message(queue));
        let again_after = self.faults.messages.remove(&key)?;
        let kind = if again_after.is_zero() { "two-at-once" } else { "message-twice" };
        self.strike(kind, key);
        Some(again_after)
    }

    /// Writes down that a fault struck.
    pub(crate) fn struck(&mut self, kind: &'static str, what: String) {
        self.note(Fact::Fault { kind, what, about: None });
    }

    fn strike(&mut self, kind: &'static str, key: (String, u32)) {
        self.struck(kind, numbered(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Switches;

    #[test]
    fn fault_strikes_only_its_planned_call() {
        let mut world = World::new(1, Switches::default());
        let sweep = Caller::Function { name: "sweep".to_owned(), invocation: None };
        let operator = Caller::Other("operator".to_owned());
        world.plan_faults(&[PlannedFault::Call {
            function: "sweep".to_owned(),
            operation: "ListTasks".to_owned(),
            nth: 2,
            become_: CallFault::Throttled,
        }]);

        let calls = [&sweep, &operator, &sweep, &sweep];
        let struck = calls.map(|caller| world.fault_of_call(caller, "ListTasks", |_| true));

        assert_eq!(struck, [None, None, Some(CallFault::Throttled), None]);
        assert_eq!(world.history().len(), 1);
    }

    #[test]
    fn a_fault_can_strike_who_calls_over_the_network() {
        let mut world = World::new(1, Switches::default());
        world.plan_faults(&[PlannedFault::Call {
            function: "outside".to_owned(),
            operation: "ReceiveMessage".to_owned(),
            nth: 1,
            become_: CallFault::Failed,
        }]);

        let struck = world.fault_of_call(&Caller::outside(), "ReceiveMessage", |_| true);

        assert_eq!(struck, Some(CallFault::Failed));
    }
}
