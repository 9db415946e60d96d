//! Chains of ebb's own messages, each sent by the invocation that handled the last one.
//!
//! Lambda ends a chain after "approximately 16" invocations of one function, and the message that would continue it
//! ends in the dead-letter queue (Lambda developer guide, invocation-recursion). Rechecks and resent messages are links
//! alike. No page says which message of a batch an invocation continues, so the longest chain of the batch counts. ebb
//! ends the chain first. The sweep then does the work of a recheck, and other messages go back to their queue.

use crate::limits::{LONGEST_CHAIN, LONGEST_CHAIN_OF_RECHECKS};

/// Number of ebb's own messages that led to a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageChain(u32);

impl MessageChain {
    /// Name of the message attribute with the number. A message of AWS has none.
    pub const ATTRIBUTE: &str = "ebb.chain";

    /// Parses the message attribute. A value that is not a number starts a new chain.
    pub fn parse(attribute: &str) -> Self {
        Self(attribute.parse().unwrap_or(0))
    }

    /// Returns the attribute of the next message of the chain.
    pub fn next_attribute(self) -> (&'static str, String) {
        (Self::ATTRIBUTE, self.0.saturating_add(1).to_string())
    }

    /// Returns true if one more resent message fits under Lambda's recursive-loop limit.
    pub fn allows_resend(self) -> bool {
        self.0 < LONGEST_CHAIN
    }

    /// Returns true if one more recheck fits, with links left for messages that must be resent.
    pub fn allows_recheck(self) -> bool {
        self.0 < LONGEST_CHAIN_OF_RECHECKS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the messages that follow a message of AWS.
    fn length(allows: fn(MessageChain) -> bool) -> usize {
        let next = |chain: &MessageChain| {
            allows(*chain).then(|| MessageChain::parse(&chain.next_attribute().1))
        };
        std::iter::successors(Some(MessageChain::default()), next).skip(1).take(100).count()
    }

    #[test]
    fn chain_ends_before_the_limit_of_lambda() {
        assert_eq!(length(MessageChain::allows_resend), 13);
    }

    #[test]
    fn chain_of_rechecks_ends_sooner() {
        assert_eq!(length(MessageChain::allows_recheck), 10);
    }

    #[test]
    fn attribute_that_is_no_number_starts_a_chain() {
        for text in ["", "-1", "three", "4294967296"] {
            assert_eq!(MessageChain::parse(text), MessageChain::default());
        }
        assert!(!MessageChain::parse("4294967295").allows_resend());
    }
}
