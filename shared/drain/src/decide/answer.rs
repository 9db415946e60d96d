//! How a decision stops early: at a question that is open, or at an answer that AWS did not give.

use crate::decision::{Decision, Question};
use crate::mutant::Mutant;
use crate::observation::Seen;
use crate::reason::Reason;

/// A part of a decision, or why it cannot be made.
pub(super) type Answer<T> = Result<T, Stop>;

/// Why a decision stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// These questions are open.
    Ask(Vec<Question>),
    /// There is nothing more to decide.
    Settled(Box<Decision>),
}

impl Stop {
    pub(super) fn settled(decision: Decision) -> Self {
        Self::Settled(Box::new(decision))
    }
}

/// What was answered: something, or that there is nothing. An open question stops to be asked; an answer that was not
/// given stops the decision, since nothing follows from it.
pub(super) fn known<T>(seen: &Seen<T>, question: Question) -> Answer<Option<&T>> {
    match seen {
        Seen::NotAsked => Err(Stop::Ask(vec![question])),
        Seen::Unanswered(_) if Mutant::TakesSilenceForAbsence.is_on() => Ok(None),
        Seen::Unanswered(why) => {
            Err(Stop::settled(Decision::nothing(Reason::Unanswered(why.clone()))))
        }
        Seen::Absent => Ok(None),
        Seen::Present(it) => Ok(Some(it)),
    }
}
