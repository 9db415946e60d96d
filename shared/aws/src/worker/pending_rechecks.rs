//! Delayed looks that are still to be asked for.
//!
//! Every closer look finds the same next moment, and one look at it is enough: what was sent lies safe in the queue
//! until then. A process that remembers nothing asks once more, which does no harm.

use drain::decision::Action;
use jiff::Timestamp;

use super::Worker;
use crate::act::{ActionResults, Order};

impl Worker {
    /// The order without looks that are on their way, and without any where they would make a chain too long; none where
    /// nothing is left of it.
    pub(super) fn without_pending_rechecks(
        &self,
        mut order: Order,
        now: Timestamp,
    ) -> Option<Order> {
        if !order.chain.allows_recheck() {
            order.actions.retain(|action| !matches!(action, Action::Recheck { .. }));
        }
        let memory = self.memory();
        let asked = |action: &Action| {
            let pending = pending(&order.ec2_instance, action, now);
            pending.is_some_and(|key| memory.looks.get(&key, now).is_some())
        };
        let actions = order.actions.iter().filter(|action| !asked(action)).cloned().collect();
        order.actions = actions;
        (!order.actions.is_empty()).then_some(order)
    }

    /// Keeps the looks of orders in which nothing failed.
    pub(super) fn remember_rechecks(
        &self,
        orders: &[Order],
        outcome: &ActionResults,
        now: Timestamp,
    ) {
        let failed = |id: &String| outcome.get(id).is_some_and(|done| !done.faults.is_empty());
        let mut memory = self.memory();
        for order in orders.iter().filter(|order| !failed(&order.ec2_instance)) {
            for action in &order.actions {
                if let Some(key) = pending(&order.ec2_instance, action, now) {
                    memory.looks.put(key, (), now);
                }
            }
        }
    }
}

/// What tells a look from others, if it is one that lies ahead.
fn pending(ec2_instance: &str, action: &Action, now: Timestamp) -> Option<String> {
    match action {
        Action::Recheck { at, purpose } if *at > now => {
            Some(format!("{ec2_instance} {purpose:?} {}", at.as_second()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use drain::signal::Purpose;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn key(second: i64, purpose: Purpose) -> Option<String> {
        pending("i-1", &Action::Recheck { at: at(second), purpose }, at(10))
    }

    #[test]
    fn looks_of_one_moment_and_purpose_are_one_look() {
        assert_eq!(key(20, Purpose::Deadline), key(20, Purpose::Deadline));
        assert_ne!(key(20, Purpose::Deadline), key(20, Purpose::Heartbeat));
        assert_ne!(key(20, Purpose::Deadline), key(21, Purpose::Deadline));
    }

    #[test]
    fn a_look_that_is_due_may_have_been_made_already() {
        assert_eq!(key(10, Purpose::Settle), None);
        assert_eq!(pending("i-1", &Action::Drain, at(10)), None);
    }
}
