//! How long a chain of ebb's own messages is.
//!
//! Lambda ends a chain after "approximately 16" invocations of one function, and the message that would go on with it ends in the
//! dead-letter queue (Lambda developer guide, invocation-recursion). Looks and messages that are sent again are links alike, and
//! which message of a batch an invocation goes on from is not documented: the longest chain among them counts. So ebb ends it
//! before: a look is left to the sweep, and what the sweep does not find to its queue.

/// How many messages of our own a chain has at most.
const LONGEST: u32 = 13;
/// How many it has at most when a look is added: looks only bring forward what the sweep does, and leave the last links to
/// messages that tell something.
const LONGEST_WITH_A_LOOK: u32 = 10;

/// How many of ebb's own messages led here, each to the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageChain(u32);

impl MessageChain {
    /// The message attribute that counts them. A message of AWS has none.
    pub const ATTRIBUTE: &str = "ebb.chain";

    /// The chain that a message continues whose attribute reads so. What is no count is none of ours.
    pub fn parse(attribute: &str) -> Self {
        Self(attribute.parse().unwrap_or(0))
    }

    /// The attribute of a message that is sent now.
    pub fn attribute(self) -> (&'static str, String) {
        (Self::ATTRIBUTE, self.0.saturating_add(1).to_string())
    }

    /// Whether a message may be sent that tells something.
    pub fn allows_resend(self) -> bool {
        self.0 < LONGEST
    }

    /// Whether a look may be sent.
    pub fn allows_recheck(self) -> bool {
        self.0 < LONGEST_WITH_A_LOOK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many messages follow from one of AWS, each from the last.
    fn length(allows_resend: fn(MessageChain) -> bool) -> usize {
        let next = |chain: &MessageChain| {
            allows_resend(*chain).then(|| MessageChain::parse(&chain.attribute().1))
        };
        std::iter::successors(Some(MessageChain::default()), next).skip(1).take(100).count()
    }

    #[test]
    fn a_chain_ends_before_lambda_ends_it_and_with_looks_sooner() {
        assert_eq!(
            (length(MessageChain::allows_resend), length(MessageChain::allows_recheck)),
            (13, 10)
        );
    }

    #[test]
    fn an_attribute_that_is_no_count_of_ours_begins_a_chain() {
        for text in ["", "-1", "three", "4294967296"] {
            assert_eq!(MessageChain::parse(text), MessageChain::default());
        }
        assert!(!MessageChain::parse("4294967295").allows_resend());
    }
}
