//! Answers: a part of a classification, or the reason to stop before its end.

use crate::decision::Question;
use crate::observation::{Seen, Unanswered};

/// A part of a classification.
pub(in crate::decide) type Answer<T> = Result<T, Stop>;

/// The reason to stop a classification before its end.
#[derive(Debug)]
pub(in crate::decide) enum Stop {
    /// These questions are open.
    Ask(Vec<Question>),
    /// AWS did not answer, so nothing follows.
    Unanswered(Unanswered),
}

/// Returns the answer; `None` if AWS answered that there is none. Stops if there is no answer.
pub(in crate::decide) fn known<T>(seen: &Seen<T>, question: Question) -> Answer<Option<&T>> {
    match seen {
        Seen::NotAsked => Err(Stop::Ask(vec![question])),
        Seen::Unanswered(why) => Err(Stop::Unanswered(why.clone())),
        Seen::Absent => Ok(None),
        Seen::Present(answer) => Ok(Some(answer)),
    }
}
