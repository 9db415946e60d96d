//! Faults as data: what goes wrong with one call, one invocation, one delivery or one message. Which one is written
//! down before the run, so that a plan can be printed, replayed and made smaller.

use serde::{Deserialize, Serialize};

use super::{Delivery, Length};

/// Something that goes wrong once. `nth` counts from 1, over the whole run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "of", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PlannedFault {
    /// An API call of a function; tries that the SDK makes again count as well.
    Call {
        /// The function's name; `outside` is whoever calls over the network, and has no process here that could be killed:
        /// such a call is never answered.
        function: String,
        /// The operation, as `DescribeTasks`.
        operation: String,
        /// The so manieth call of the operation by the function.
        nth: u32,
        /// What becomes of it.
        #[serde(rename = "become")]
        become_: CallFault,
    },
    /// An invocation of a function.
    Invocation {
        /// The function's name.
        function: String,
        /// The so manieth invocation of the function.
        nth: u32,
        /// What becomes of it.
        #[serde(rename = "become")]
        become_: InvocationFault,
        /// How long after its code began to run; one that has ended by then is spared.
        after: Length,
    },
    /// An event that a rule matches.
    Delivery {
        /// The rule's name.
        rule: String,
        /// The so manieth event that it matches.
        nth: u32,
        /// What becomes of it.
        #[serde(rename = "become")]
        become_: Delivery,
    },
    /// A message that is delivered once more although nobody failed: standard queues deliver at least once (SQS
    /// developer guide, standard-queues-at-least-once-delivery).
    Message {
        /// The queue's name.
        queue: String,
        /// The so manieth message that was sent to it.
        nth: u32,
        /// How long after it became visible its copy does; zero: two receivers at once.
        again_after: Length,
    },
}

/// Operations whose answer tells entries that failed, and the list that is asked for.
const IN_PART: [(&str, &str); 7] = [
    ("DescribeContainerInstances", "containerInstances"),
    ("DescribeTasks", "tasks"),
    ("DescribeServices", "services"),
    ("UpdateContainerInstancesState", "containerInstances"),
    ("SendMessageBatch", "Entries"),
    ("DeleteMessageBatch", "Entries"),
    ("ChangeMessageVisibilityBatch", "Entries"),
];

/// What goes wrong with an API call.
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
    /// One entry of a list is not done and is told in `failures` (or `Failed`) of an answer with status 200. An
    /// operation without such a list is spared.
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

    /// Its name, as a plan writes it.
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

    /// Whether it can strike calls of an operation at all.
    pub fn can_strike(self, operation: &str) -> bool {
        self != Self::Partial || Self::list_in_part(operation).is_some()
    }

    /// The list of an operation's input that can be done in part.
    pub(crate) fn list_in_part(operation: &str) -> Option<&'static str> {
        let (_, list) = IN_PART.iter().find(|(of_this, _)| *of_this == operation)?;
        Some(list)
    }
}

/// What goes wrong with an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvocationFault {
    /// Its process is killed, wherever it waits.
    Killed,
    /// Its time limit is over.
    OutOfTime,
}

impl InvocationFault {
    /// Its name, as a plan writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::OutOfTime => "out-of-time",
        }
    }
}
