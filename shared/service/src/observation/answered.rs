//! Answers of AWS, or why there is none.

/// The answer to a question.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Answered<T> {
    /// No call was made yet.
    #[default]
    NotAsked,
    /// AWS was busy, or refused. No absence follows from it. Holds the call and the error, for example
    /// `ecs:DescribeServices: ThrottlingException`.
    Unanswered(String),
    /// AWS answered that there is none.
    Absent,
    /// AWS answered in full: every page, and every chunk.
    Present(T),
}

impl<T> Answered<T> {
    /// Returns the answer, if there is one.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(answer) => Some(answer),
            Self::NotAsked | Self::Unanswered(_) | Self::Absent => None,
        }
    }

    /// Returns true if no call was made yet.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotAsked)
    }
}
