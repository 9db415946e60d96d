//! Resume: the record of a shutdown is restored, count first and scaling second.
//!
//! Application Auto Scaling starts from the running count (K#11). So scaling stays suspended until the service is stable, or
//! until nothing has changed for too long. A count that another tool set meanwhile is reported, and left.

use crate::gap::StabilityGap;
use crate::limits::{SECOND_LOOK, STANDSTILL};
use crate::moment::after;
use crate::observation::ServiceObservation;
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;
use crate::state::StopCause;

use super::cause::last_change;
use super::operation::{Operation, Proof};
use super::restore::close;
use super::situation::{Ending, Row, Situation};

/// Classifies the resume of a shutdown.
pub(super) fn classify_resume(operation: &Operation<'_>, seen: &ServiceObservation) -> Situation {
    let recorded = operation.recorded_count();
    if operation.service.desired_count == 0 && recorded > 0 {
        return operation.situation(Row::CountToResume { count: recorded }, Vec::new());
    }
    let (gaps, look) = match operation.proof() {
        Proof::Twice(look) => return with_look(resumed(operation, seen), Some(look)),
        Proof::Once(look) => (vec![StabilityGap::SecondLook], Some(look)),
        Proof::Missing(gaps) => (gaps, None),
    };
    if is_late(operation) {
        return close(operation, seen, late(operation, &gaps));
    }
    let second = look.map(|look| after(look.since, SECOND_LOOK));
    let until = second.unwrap_or_else(|| operation.next_look());
    with_look(operation.situation(Row::ResumedUnstable { until }, gaps), look)
}

fn with_look(situation: Situation, look: Option<crate::memory::StableLook>) -> Situation {
    let memory = crate::memory::OperationMemory { stable: look, ..situation.memory };
    Situation { memory, ..situation }
}

fn resumed(operation: &Operation<'_>, seen: &ServiceObservation) -> Situation {
    let ending = Ending { reason: OperationReason::Resumed, outcome: OperationOutcome::Done };
    close(operation, seen, ending)
}

/// Returns true if the resumed service has not changed for too long.
fn is_late(operation: &Operation<'_>) -> bool {
    let begun = operation.state.resuming.as_ref().map(|it| it.at).unwrap_or_default();
    operation.now >= after(last_change(operation).max(begun), STANDSTILL)
}

/// Returns the end of a resume that never became stable. The record is restored all the same.
fn late(operation: &Operation<'_>, gaps: &[StabilityGap]) -> Ending {
    let awaited = gaps.first().map(|gap| format!("; waiting for {gap}")).unwrap_or_default();
    let minutes = STANDSTILL.as_secs() / 60;
    let cause = StopCause {
        outcome: OperationOutcome::TimedOut,
        code: "standstill".to_owned(),
        sentence: format!(
            "the service is resumed, and nothing has changed for {minutes} minutes{awaited}"
        ),
        at: operation.now,
    };
    Ending { reason: OperationReason::Stopped(cause), outcome: OperationOutcome::TimedOut }
}
