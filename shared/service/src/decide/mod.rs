//! The policy of operations: one table.
//!
//! [`decide`] finds the first row that applies, and does what the row says. `decide` is total, and each step stands alone: what
//! is left to do follows from AWS and the record. A step that is done twice does no harm, and a process that is killed
//! between two calls leaves a situation of this table.
//!
//! | situation | decision | reason |
//! |---|---|---|
//! | unanswered | wait | unanswered |
//! | refused | nothing | refused |
//! | record-unusable | nothing; the operator must act | record-unusable |
//! | nothing-to-do | nothing | nothing-to-do |
//! | unrecorded | create the record | recording |
//! | no-operation | nothing | no-operation |
//! | state-left | delete the state | state-left |
//! | service-gone | restore scaling; delete record and state | service-gone |
//! | work-stopped | write the state | replacement-failed, count-changed, stale-record, deployment-failed, standstill, timeout-reached |
//! | scaling-active | suspend scaling, with bounds that correct no count | suspending-scaling |
//! | count-unchecked | write the state | beginning |
//! | deployment-running | end ebb's protection; wait | deployment-running |
//! | unstable | renew ebb's protection; wait | settling |
//! | between-replacements | wait | between-replacements |
//! | protected-by-others | wait | awaiting-protection |
//! | capacity-missing | raise the desired count | raising |
//! | protection-missing | protect all tasks but the next old ones | protecting |
//! | old-tasks-exposed | lower the desired count | lowering |
//! | old-tasks-left | stop tasks | stopping-tasks |
//! | deployment-missing | force a new deployment | forcing-deployment |
//! | deployment-awaited | wait | awaiting-deployment |
//! | rolling-out | wait | rolling-out |
//! | count-above-zero | set the desired count to 0; without a grace stop tasks | shutting-down |
//! | grace-ended | stop tasks | stopping-tasks |
//! | tasks-left | wait | settling |
//! | empty | wait | proving-empty |
//! | shutdown-ended | write the state; keep the record | shut-down |
//! | shut-down | nothing | shut-down |
//! | resumable | write the state | resuming |
//! | count-to-resume | set the desired count of the record | raising |
//! | resumed-unstable | wait | awaiting-tasks |
//! | count-to-restore | protect healthy tasks; set the desired count of the record | restoring-count |
//! | protection-to-restore | end or restore protection | restoring-protection |
//! | work-ended | restore scaling; delete record and state | replaced, deployed, stopped, cancelled, resumed |

mod answer;
mod begin;
mod cause;
mod known_wait;
mod next_look;
mod operation;
mod questions;
mod recycle;
mod refusal;
mod restart;
mod restore;
mod resume;
mod shutdown;
mod situation;
mod step;

use jiff::Timestamp;

use crate::decision::{OperationAction, OperationDecision};
use crate::intent::Intent;
use crate::limits::CHANGE_SHOWS;
use crate::memory::OperationMemory;
use crate::moment::after;
use crate::observation::ServiceObservation;
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;

pub use questions::questions;
use situation::{Ending, Row, Situation};

/// Returns the decision about one service.
///
/// Fields of the observation that were not asked for count as unanswered: call [`questions`] before.
pub fn decide(
    intent: &Intent,
    seen: &ServiceObservation,
    memory: &OperationMemory,
    now: Timestamp,
) -> OperationDecision {
    decision(classify(intent, seen, memory, now), now)
}

/// Returns the first row of the table that applies.
fn classify(
    intent: &Intent,
    seen: &ServiceObservation,
    memory: &OperationMemory,
    now: Timestamp,
) -> Situation {
    match intent {
        Intent::Begin(beginning) => begin::classify_begin(beginning, seen, memory, now),
        Intent::Step => step::classify_step(seen, memory, now),
    }
}

fn decision(situation: Situation, now: Timestamp) -> OperationDecision {
    let Situation { row, progress, notes, mut memory } = situation;
    match row {
        Row::Unrecorded { .. } => memory.created_at = Some(now),
        Row::DeploymentMissing => memory.forced_at = Some(now),
        _ => {}
    }
    let (mut actions, reason, outcome) = row_decision(row);
    if actions.iter().any(OperationAction::changes_service) {
        actions.push(OperationAction::Wait { until: after(now, CHANGE_SHOWS) });
    }
    OperationDecision { actions, reason, progress, outcome, notes, memory }
}

/// Actions, reason and outcome of a row.
type RowDecision = (Vec<OperationAction>, OperationReason, OperationOutcome);

/// Returns what the table says. One line per row, and no other policy anywhere.
fn row_decision(row: Row) -> RowDecision {
    use OperationAction as Act;
    use OperationOutcome::{Failed, NothingToDo};
    use OperationReason as Why;
    let waiting = |until, reason| open([Act::Wait { until }], reason);
    match row {
        Row::Unanswered { call, until } => waiting(until, Why::Unanswered(call)),
        Row::Refused(refusal) => ended([], Why::Refused(refusal), Failed),
        Row::RecordUnusable(error) => ended([], Why::RecordUnusable(error), Failed),
        Row::NothingToDo => ended([], Why::NothingToDo, NothingToDo),
        Row::Unrecorded { record } => open([Act::CreateRecord(record)], Why::Recording),
        Row::NoOperation => ended([], Why::NoOperation, NothingToDo),
        Row::StateLeft => ended([Act::DeleteState], Why::StateLeft, NothingToDo),
        Row::ServiceGone { restore } => ended(closing(restore), Why::ServiceGone, Failed),
        Row::WorkStopped { reason, state } => open([Act::SaveState(state)], reason),
        Row::ScalingActive { suspend } => open([suspend], Why::SuspendingScaling),
        Row::CountUnchecked { state } => open([Act::SaveState(state)], Why::Beginning),
        Row::DeploymentRunning { id, unprotect, until } => {
            open(then_wait(unprotect, until), Why::DeploymentRunning { id })
        }
        Row::Unstable { renew, until } => open(then_wait(renew, until), Why::Settling),
        Row::BetweenReplacements { until } => waiting(until, Why::BetweenReplacements { until }),
        Row::ProtectedByOthers { tasks, until } => {
            waiting(until, Why::AwaitingProtection { tasks })
        }
        Row::CapacityMissing { count } => open([set(count)], Why::Raising { count }),
        Row::ProtectionMissing { protect, unprotected } => {
            open(protect, Why::Protecting { unprotected })
        }
        Row::OldTasksExposed { count } => open([set(count)], Why::Lowering { count }),
        Row::OldTasksLeft { stop } => {
            let tasks = stop.len();
            open(stop, Why::StoppingTasks { tasks })
        }
        Row::DeploymentMissing => open([Act::ForceNewDeployment], Why::ForcingDeployment),
        Row::DeploymentAwaited { until } => waiting(until, Why::AwaitingDeployment),
        Row::RollingOut { stage, until } => waiting(until, Why::RollingOut { stage }),
        Row::CountAboveZero { stop } => {
            let actions: Vec<_> = std::iter::once(set(0)).chain(stop).collect();
            open(actions, Why::ShuttingDown)
        }
        Row::GraceEnded { stop } => {
            let tasks = stop.len();
            open(stop, Why::StoppingTasks { tasks })
        }
        Row::TasksLeft { until } => waiting(until, Why::Settling),
        Row::Empty { until } => waiting(until, Why::ProvingEmpty),
        Row::ShutdownEnded { state, end } => {
            let outcome = end.outcome;
            ended([Act::SaveState(state)], Why::ShutDown(end), outcome)
        }
        Row::ShutDown { end } => {
            let outcome = end.outcome;
            ended([], Why::ShutDown(end), outcome)
        }
        Row::Resumable { state } => open([Act::SaveState(state)], Why::Resuming),
        Row::CountToResume { count } => open([set(count)], Why::Raising { count }),
        Row::ResumedUnstable { until } => waiting(until, Why::AwaitingTasks),
        Row::CountToRestore { actions, count } => open(actions, Why::RestoringCount { count }),
        Row::ProtectionToRestore { restore } => open(restore, Why::RestoringProtection),
        Row::WorkEnded { restore, ending: Ending { reason, outcome } } => {
            ended(closing(restore), reason, outcome)
        }
    }
}

fn open(actions: impl Into<Vec<OperationAction>>, reason: OperationReason) -> RowDecision {
    (actions.into(), reason, OperationOutcome::Open)
}

fn ended(
    actions: impl Into<Vec<OperationAction>>,
    reason: OperationReason,
    outcome: OperationOutcome,
) -> RowDecision {
    (actions.into(), reason, outcome)
}

fn set(count: u32) -> OperationAction {
    OperationAction::SetDesiredCount { count }
}

fn then_wait(mut actions: Vec<OperationAction>, until: Timestamp) -> Vec<OperationAction> {
    actions.push(OperationAction::Wait { until });
    actions
}

/// Returns the last actions of an operation.
///
/// The record goes before the state. A state without its record is ignored, while a record without its state would begin a
/// cancelled operation anew.
fn closing(restore: Option<OperationAction>) -> Vec<OperationAction> {
    let deletes = [OperationAction::DeleteRecord, OperationAction::DeleteState];
    restore.into_iter().chain(deletes).collect()
}

#[cfg(test)]
mod tests;
