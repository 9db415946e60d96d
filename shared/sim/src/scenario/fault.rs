//! Faults as data: each spoils one call, one invocation, one delivery or one message. The plan is made before the
//! run, so that it can be printed, replayed and made smaller.

use serde::{Deserialize, Serialize};

use super::{Delivery, Length};

/// Something that goes wrong once. `nth` counts from 1, over the whole run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "of", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PlannedFault {
    /// An API call of a function; tries that the SDK makes again count as well.
    Call {
        /// Name of the function. `outside` is every caller over the network. Such a caller has no process here that
        /// could be killed: its call is never answered.
        function: String,
        /// The operation, as `DescribeTasks`.
        operation: String,
        /// Number of the call among the function's calls of the operation, from 1.
        nth: u32,
        /// Fault of the call.
        #[serde(rename = "become")]
        become_: CallFault,
    },
    /// An invocation of a function.
    Invocation {
        /// The function's name.
        function: String,
        /// Number of the invocation among those of the function, from 1.
        nth: u32,
        /// Fault of the invocation.
        #[serde(rename = "become")]
        become_: InvocationFault,
        /// Time between the start of the code and the fault. An invocation that has ended by then is spared.
        after: Length,
    },
    /// An event that a rule matches.
    Delivery {
        /// The rule's name.
        rule: String,
        /// Number of the event among those that the rule matches, from 1.
        nth: u32,
        /// Fault of the delivery.
        #[serde(rename = "become")]
        become_: Delivery,
    },
    /// A message that is delivered twice although no process failed: standard queues deliver at least once (SQS
    /// developer guide, standard-queues-at-least-once-delivery).
    Message {
        /// The queue's name.
        queue: String,
        /// Number of the message among those sent to the queue, from 1.
        nth: u32,
        /// Time between the visibility of the message and that of its copy; zero: two receivers at once.
        again_after: Length,
    },
}

/// Operations whose answer names entries that failed, and the list in their input.
const IN_PART: [(&str, &str); 7] = [
    ("DescribeContainerInstances", "containerInstances"),
    ("DescribeTasks", "tasks"),
    ("DescribeServices", "services"),
    ("UpdateContainerInstancesState", "containerInstances"),
    ("SendMessageBatch", "Entries"),
    ("DeleteMessageBatch", "Entries"),
    ("ChangeMessageVisibilityBatch", "Entries"),
];

/// Fault of an API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallFault {
    /// Refused as too many; nothing is done.
    Throttled,
    /// HTTP 500; nothing is done.
    Failed,
    /// Done, and the connection breaks before the answer.
    LostAnswer,
    /// Done, and answered one to six seconds later than usual.
    Slow,
    /// Done, and never answered.
    TimedOut,
    /// One entry of a list is not done, and is in `failures` (or `Failed`) of an answer with status 200. An operation
    /// without such a list is spared.
    Partial,
    /// The function's process is killed before the call is made.
    KilledBefore,
    /// Done, and the function's process is killed before the answer.
    KilledAfter,
}

impl CallFault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Failed,
        Self::LostAnswer,
        Self::Slow,
        Self::TimedOut,
        Self::Partial,
        Self::KilledBefore,
        Self::KilledAfter,
    ];

    /// Returns the name, as a plan writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::LostAnswer => "lost-answer",
            Self::Slow => "slow",
            Self::TimedOut => "timed-out",
            Self::Partial => "partial",
            Self::KilledBefore => "killed-before",
            Self::KilledAfter => "killed-after",
        }
    }

    /// Returns true if the fault can strike calls of an operation at all.
    pub fn can_strike(self, operation: &str) -> bool {
        self != Self::Partial || Self::list_in_part(operation).is_some()
    }

    /// Returns the list of an operation's input that can be done in part.
    pub(crate) fn list_in_part(operation: &str) -> Option<&'static str> {
        let (_, list) = IN_PART.iter().find(|(of_this, _)| *of_this == operation)?;
        Some(list)
    }
}

/// Fault of an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvocationFault {
    /// The process is killed, wherever it waits.
    Killed,
    /// The time limit of the function expires.
    OutOfTime,
}

impl InvocationFault {
    /// Returns the name, as a plan writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::OutOfTime => "out-of-time",
        }
    }
}
