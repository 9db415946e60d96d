//! Faults as data: each strikes one call, one invocation, one delivery or one message. The plan is made before the run,
//! so a program can print, replay and shrink it.

use serde::{Deserialize, Serialize};

use super::{Delivery, Length};

/// A fault that strikes once. `nth` counts from 1, over the whole run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "of", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PlannedFault {
    /// Fault of an API call of a function. Retries of the SDK count as calls.
    Call {
        /// Name of the function. `outside` is every caller over the network. Such a caller has no process that a fault
        /// could kill, so its call gets no answer.
        function: String,
        /// The operation, as `DescribeTasks`.
        operation: String,
        /// Number of the call among the function's calls of the operation, from 1.
        nth: u32,
        /// Fault of the call.
        #[serde(rename = "become")]
        become_: CallFault,
    },
    /// Fault of an invocation of a function.
    Invocation {
        /// The function's name.
        function: String,
        /// Number of the invocation among those of the function, from 1.
        nth: u32,
        /// Fault of the invocation.
        #[serde(rename = "become")]
        become_: InvocationFault,
        /// Time between the start of the code and the fault. The fault does not strike an invocation that ends before.
        after: Length,
    },
    /// Fault of the delivery of an event that a rule matches.
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
        /// Time between the visibility of the message and that of its copy. With zero, two receivers get the message at
        /// once.
        again_after: Length,
    },
}

/// Operations whose answer names entries that failed, and the list in their input.
const IN_PART: [(&str, &str); 9] = [
    ("DescribeContainerInstances", "containerInstances"),
    ("DescribeTasks", "tasks"),
    ("DescribeServices", "services"),
    ("UpdateContainerInstancesState", "containerInstances"),
    ("UpdateTaskProtection", "tasks"),
    ("DescribeServiceDeployments", "serviceDeploymentArns"),
    ("SendMessageBatch", "Entries"),
    ("DeleteMessageBatch", "Entries"),
    ("ChangeMessageVisibilityBatch", "Entries"),
];

/// Fault of an API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallFault {
    /// Refused as throttled, without effect.
    Throttled,
    /// HTTP 500, without effect.
    Failed,
    /// Carried out, but the connection breaks before the answer.
    LostAnswer,
    /// Carried out, and answered one to six seconds later than usual.
    Slow,
    /// Carried out, but never answered.
    TimedOut,
    /// Carried out except for one entry of a list, which is in `failures` (or `Failed`) of an answer with status 200.
    /// The fault does not strike an operation without such a list.
    Partial,
    /// Not made, because the function's process is killed before.
    KilledBefore,
    /// Carried out, but the function's process is killed before the answer.
    KilledAfter,
}

impl CallFault {
    /// All faults of calls.
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

    /// Returns true if the fault can strike calls of an operation.
    pub fn can_strike(self, operation: &str) -> bool {
        self != Self::Partial || Self::list_in_part(operation).is_some()
    }

    /// Returns the name of the list in an operation's input that can succeed in part.
    pub(crate) fn list_in_part(operation: &str) -> Option<&'static str> {
        let (_, list) = IN_PART.iter().find(|(of_this, _)| *of_this == operation)?;
        Some(list)
    }
}

/// Fault of an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvocationFault {
    /// Kill of the process.
    Killed,
    /// End of the function's time limit.
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
