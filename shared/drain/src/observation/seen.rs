//! Answers to questions, or why there is none.

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen<T> {
    /// No call was made yet.
    NotAsked,
    /// AWS did not answer in full. No absence follows from it.
    Unanswered(Unanswered),
    /// AWS answered that there is none.
    Absent,
    /// AWS answered.
    Present(T),
}

impl<T> Seen<T> {
    /// Returns the answer, if there is one.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(it) => Some(it),
            Self::NotAsked | Self::Unanswered(_) | Self::Absent => None,
        }
    }

    /// Returns true if no call was made yet.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotAsked)
    }

    /// Returns true if AWS answered, also if it answered that there is none.
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::Absent | Self::Present(_))
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unanswered {
    /// AWS throttles, fails or cannot be reached for the moment. A later call may succeed.
    Busy(String),
    /// AWS refuses the call: the role or the configuration is wrong, and the operator must act.
    Denied(String),
    /// AWS refuses the read of a cluster in which ebb has never seen the instance.
    ClusterDenied(String),
}
