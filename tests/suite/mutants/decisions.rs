//! Mistakes in a decision.

use std::time::Duration;

use drain::decision::{Action, Decision};
use drain::note::Note;
use drain::observation::Observation;
use drain::reason::Reason;
use drain::signal::Purpose;
use jiff::Timestamp;

use super::mutant::Mutant;

/// Time from one message of the chain to the next, 15 s.
const NEXT_MESSAGE: Duration = Duration::from_secs(15);

/// Makes the mistake in a decision. Mutants of another kind do not change the decision.
pub(super) fn change_decision(
    mutant: Mutant,
    seen: &Observation,
    decision: &mut Decision,
    now: Timestamp,
) {
    match mutant {
        Mutant::WaitsForWhatNeverJoined if decision.reason == Reason::NotRegistered => {
            *decision = Decision::nothing(Reason::NotRegisteredYet);
        }
        Mutant::KeepsItselfAliveByMessages if is_waiting_for_tasks(decision) => {
            decision.actions.push(recheck(now + NEXT_MESSAGE));
        }
        Mutant::SendsNoHeartbeats => decision.actions.retain(|action| !action.keeps_alive()),
        Mutant::ForgetsAFailedCompletion if is_sweep_of_an_empty_instance(seen, decision) => {
            decision.actions.retain(|action| !matches!(action, Action::Complete { .. }));
        }
        Mutant::LeavesTheWarmPoolDraining if decision.reason == Reason::BackInService => {
            *decision = Decision::nothing(Reason::InServiceAgain);
        }
        Mutant::SaysNothingOfAStuckService => {
            decision.notes.retain(|note| !matches!(note, Note::ServiceCannotDrain { .. }));
        }
        _ => {}
    }
}

fn is_waiting_for_tasks(decision: &Decision) -> bool {
    matches!(decision.reason, Reason::TasksLeft(_))
}

fn is_sweep_of_an_empty_instance(seen: &Observation, decision: &Decision) -> bool {
    seen.triggers.sweep().is_some() && decision.reason == Reason::Empty
}

fn recheck(at: Timestamp) -> Action {
    Action::Recheck { at, purpose: Purpose::Deadline }
}
