//! Rechecks that are on their way and need no second message.
//!
//! Every check of an instance computes the same next recheck, and one message in the queue is enough. A process without memory
//! sends one more, which does no harm.

use drain::decision::Action;
use jiff::Timestamp;

use super::Worker;
use crate::act::{ActionResults, Order};

impl Worker {
    /// Returns the order without the rechecks that are on their way, and without any that would make a chain too long.
    /// Returns `None` if no action is left.
    pub(super) fn without_sent_rechecks(&self, mut order: Order, now: Timestamp) -> Option<Order> {
        if !order.chain.allows_recheck() {
            order.actions.retain(|action| !matches!(action, Action::Recheck { .. }));
        }
        let memory = self.memory();
        let is_sent = |action: &Action| {
            let key = recheck_key(&order.ec2_instance, action, now);
            key.is_some_and(|key| memory.sent_rechecks.contains(&key, now))
        };
        let actions = order.actions.iter().filter(|action| !is_sent(action)).cloned().collect();
        order.actions = actions;
        (!order.actions.is_empty()).then_some(order)
    }

    /// Remembers the rechecks of orders in which no call failed.
    pub(super) fn remember_rechecks(
        &self,
        orders: &[Order],
        results: &ActionResults,
        now: Timestamp,
    ) {
        let has_failed = |order: &Order| {
            results.get(&order.ec2_instance).is_some_and(|result| !result.faults.is_empty())
        };
        let mut memory = self.memory();
        for order in orders.iter().filter(|order| !has_failed(order)) {
            for action in &order.actions {
                if let Some(key) = recheck_key(&order.ec2_instance, action, now) {
                    memory.sent_rechecks.insert(key, (), now);
                }
            }
        }
    }
}

/// Returns the key of a recheck that lies ahead.
fn recheck_key(ec2_instance: &str, action: &Action, now: Timestamp) -> Option<String> {
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
        recheck_key("i-1", &Action::Recheck { at: at(second), purpose }, at(10))
    }

    #[test]
    fn rechecks_of_one_second_and_purpose_have_one_key() {
        assert_eq!(key(20, Purpose::Deadline), key(20, Purpose::Deadline));
        assert_ne!(key(20, Purpose::Deadline), key(20, Purpose::Heartbeat));
        assert_ne!(key(20, Purpose::Deadline), key(21, Purpose::Deadline));
    }

    #[test]
    fn recheck_that_is_due_may_have_been_delivered_and_has_no_key() {
        assert_eq!(key(10, Purpose::Settle), None);
        assert_eq!(recheck_key("i-1", &Action::Drain, at(10)), None);
    }
}
