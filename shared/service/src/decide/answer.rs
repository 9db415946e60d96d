//! Answers: a part of a classification, or the row that ends it early.

use crate::observation::Answered;

use super::situation::Row;

/// A part of a classification, or the row that ends it early.
pub(super) type Classified<T> = Result<T, Stop>;

/// The reason to stop a classification before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// AWS did not answer, so nothing follows. Holds the call and the error.
    Unanswered(String),
    /// The row is known.
    At(Box<Row>),
}

impl From<Row> for Stop {
    fn from(row: Row) -> Self {
        Self::At(Box::new(row))
    }
}

/// Returns the answer; `None` if AWS answered that there is none. Stops if there is no answer.
pub(super) fn known<'a, T>(answer: &'a Answered<T>, field: &str) -> Classified<Option<&'a T>> {
    match answer {
        Answered::NotAsked => Err(Stop::Unanswered(format!("{field} was not asked for"))),
        Answered::Unanswered(call) => Err(Stop::Unanswered(call.clone())),
        Answered::Absent => Ok(None),
        Answered::Present(answer) => Ok(Some(answer)),
    }
}

/// Returns the answer of a question that has no "none". Stops if there is no answer.
pub(super) fn needed<'a, T>(answer: &'a Answered<T>, field: &str) -> Classified<&'a T> {
    known(answer, field)?.ok_or_else(|| Stop::Unanswered(format!("{field} is missing")))
}
