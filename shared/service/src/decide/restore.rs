//! The way back: desired count, protection and scaling as recorded, then the end of the record.
//!
//! The count comes first, because the call that restores scaling moves a count outside the bounds (K#3). Protection lasts until
//! ECS has stopped the surplus, so that no healthy task goes. The end comes when everything was as recorded at two looks, as far
//! apart as a step of another process lasts. What another tool changed is reported, and left.

use jiff::Timestamp;

use crate::decision::OperationAction;
use crate::facts::health::TaskHealth;
use crate::facts::scaling::{digest, own_counts, restoration, suspension};
use crate::facts::stability::surplus;
use crate::gap::StabilityGap;
use crate::limits::{CLOCK_SKEW, DECISION_HOLDS, STANDSTILL, WORK_SHOWS};
use crate::moment::after;
use crate::note::OperationNote;
use crate::observation::{Answered, DeploymentStrategy, ObservedTask, ServiceObservation};
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;

use super::operation::Operation;
use super::situation::{Ending, Row, Situation};

/// Returns the end that the state demands.
pub(super) fn given_end(operation: &Operation<'_>) -> Option<Ending> {
    let state = operation.state;
    let stopped = state
        .stopped
        .clone()
        .map(|cause| Ending { outcome: cause.outcome, reason: OperationReason::Stopped(cause) });
    let cancelled = || {
        state.cancelled.clone().map(|cancellation| Ending {
            outcome: OperationOutcome::Cancelled,
            reason: OperationReason::Cancelled(cancellation),
        })
    };
    stopped.or_else(cancelled)
}

/// Classifies an operation whose work has ended.
pub(super) fn classify_restore(
    operation: &Operation<'_>,
    seen: &ServiceObservation,
    ending: Ending,
) -> Situation {
    if let Some(until) = shows_at(operation).filter(|until| operation.now < *until) {
        let row = Row::Unstable { renew: Vec::new(), until };
        return operation.situation(row, vec![StabilityGap::SecondLook]);
    }
    let running = operation.running_deployment();
    if let Some(id) = running.clone()
        && operation.service.strategy == DeploymentStrategy::Shifting
    {
        let unprotect = operation.protections().restore(operation.tasks);
        let row = Row::DeploymentRunning { id, unprotect, until: operation.next_look() };
        return operation.situation(row, Vec::new());
    }
    if let Some((row, gaps)) = count_to_restore(operation, running.is_some()) {
        return changing(operation, row, gaps);
    }
    let restore = operation.protections().restore(operation.tasks);
    if !restore.is_empty() && running.is_none() && is_lowered(operation) {
        let renew = operation.protections().renewals(operation.tasks);
        let desired = operation.service.desired_count;
        let more = u32::try_from(surplus(operation.service, operation.tasks)).unwrap_or(u32::MAX);
        let gap = StabilityGap::Surplus { running: desired.saturating_add(more), desired };
        let row = Row::Unstable { renew, until: operation.next_look() };
        return operation.situation(row, vec![gap]);
    }
    if !restore.is_empty() {
        return changing(operation, Row::ProtectionToRestore { restore }, Vec::new());
    }
    let since = operation.memory.restored_since.unwrap_or(operation.now);
    let until = after(since, DECISION_HOLDS);
    let mut situation = if operation.now < until {
        let row = Row::Unstable { renew: Vec::new(), until };
        operation.situation(row, vec![StabilityGap::SecondLook])
    } else {
        close(operation, seen, ending)
    };
    situation.memory.restored_since = Some(since);
    situation
}

/// Returns the situation of a row after which everything has to be found as recorded anew.
fn changing(operation: &Operation<'_>, row: Row, gaps: Vec<StabilityGap>) -> Situation {
    let mut situation = operation.situation(row, gaps);
    situation.memory.restored_since = None;
    situation
}

/// Returns the end: scaling as recorded, no record, and a report of what changed meanwhile.
pub(super) fn close(
    operation: &Operation<'_>,
    seen: &ServiceObservation,
    ending: Ending,
) -> Situation {
    let restore = operation.scaling.and_then(|it| restoration(operation.record, *it).action());
    let mut situation = operation.situation(Row::WorkEnded { restore, ending }, Vec::new());
    situation.notes.extend(changes(operation, seen));
    situation
}

/// Returns the time from which ECS shows every change of the work.
///
/// Another process may be in the middle of a step at the moment of the cancellation, and an answer may be seconds old. A time
/// far ahead is that of a wrong clock.
fn shows_at(operation: &Operation<'_>) -> Option<Timestamp> {
    let state = operation.state;
    let stopped = state.stopped.as_ref().map(|cause| cause.at);
    let at = stopped.or(state.cancelled.as_ref().map(|cancellation| cancellation.at))?;
    (at <= after(operation.now, CLOCK_SKEW)).then(|| after(at, WORK_SHOWS))
}

/// Returns true if ECS has not yet chosen the tasks to stop after ebb lowered the count.
///
/// Under a count that another tool set, ebb's protection only keeps ECS from stopping tasks.
fn is_lowered(operation: &Operation<'_>) -> bool {
    let is_recorded = operation.record.desired_count == Some(operation.service.desired_count);
    is_recorded && surplus(operation.service, operation.tasks) > 0
}

/// Returns the row that restores the desired count, if it is one of ebb's, and what it waits for.
fn count_to_restore(operation: &Operation<'_>, deploys: bool) -> Option<(Row, Vec<StabilityGap>)> {
    let (recorded, desired) = (operation.record.desired_count?, operation.service.desired_count);
    let is_own = own_counts(operation.record)?.contains(&desired);
    if desired == recorded || !is_own || !operation.began() || scales_again(operation) {
        return None;
    }
    let leavers = expendable(operation, recorded);
    let leaving = recently_leaving(operation);
    let batch = operation.record.request.batch as usize;
    if !leaving.is_empty() && !leavers.is_empty() && leaving.len() + leavers.len() > batch {
        let row = Row::Unstable { renew: Vec::new(), until: operation.next_look() };
        return Some((row, vec![StabilityGap::Stopping { tasks: leaving }]));
    }
    let protect = if desired > recorded && !deploys && !leavers.is_empty() {
        operation.protections().all_but(operation.tasks, &leavers)
    } else {
        Vec::new()
    };
    let set = || vec![OperationAction::SetDesiredCount { count: recorded }];
    let actions = if protect.is_empty() { set() } else { protect };
    Some((Row::CountToRestore { actions, count: recorded }, Vec::new()))
}

/// Returns the ids of the tasks on their way out, so that no more than the batch leave at once.
///
/// A task on a disconnected agent may never end. It is not waited for.
fn recently_leaving(operation: &Operation<'_>) -> Vec<String> {
    let is_recent = |task: &&ObservedTask| {
        task.stopping_at.is_none_or(|at| operation.now < after(at, STANDSTILL))
    };
    let leaving = operation.tasks.iter().filter(|task| task.is_leaving()).filter(is_recent);
    leaving.map(|task| task.id().to_owned()).collect()
}

/// Returns true if scaling is active again, so that the desired count is no longer ebb's.
fn scales_again(operation: &Operation<'_>) -> bool {
    let Some(found) = operation.scaling else { return false };
    suspension(operation.record, Some(found)).is_some()
        && restoration(operation.record, *found).to.is_none()
}

/// Returns the tasks that go first when the count is lowered to `count`: unhealthy ones, then the newest.
///
/// Tasks that another owner protects stay. Empty if ECS has nothing to stop.
pub(super) fn expendable<'a>(operation: &Operation<'a>, count: u32) -> Vec<&'a ObservedTask> {
    let needed = operation.kept().count().saturating_sub(count as usize);
    let protections = operation.protections();
    let mut tasks: Vec<_> = operation.kept().filter(|it| !protections.is_of_others(it)).collect();
    tasks.sort_by_key(|task| {
        let is_healthy = operation.health(task) == TaskHealth::Healthy;
        (is_healthy, std::cmp::Reverse(task.created_at), &task.arn)
    });
    tasks.truncate(needed);
    tasks
}

/// Returns what changed meanwhile, or did not happen.
fn changes(operation: &Operation<'_>, seen: &ServiceObservation) -> Vec<OperationNote> {
    let (record, found) = (operation.record, operation.service.desired_count);
    let mut notes = Vec::new();
    if let Some(recorded) = record.desired_count.filter(|recorded| *recorded != found) {
        notes.push(OperationNote::DesiredCountChanged { recorded, found });
    }
    match (record.scaling, &seen.scaling) {
        (Some(_), Answered::Absent) => notes.push(OperationNote::ScalableTargetGone),
        (Some(_), Answered::Present(found)) => {
            let fields = restoration(record, *found).changed;
            if !fields.is_empty() {
                notes.push(OperationNote::ScalingChanged { fields });
            }
        }
        _ => {}
    }
    if let (Some(before), Some(actions)) =
        (&record.scheduled_actions, seen.scheduled_actions.present())
    {
        if *before != digest(actions) {
            notes.push(OperationNote::ScheduledActionsChanged);
        }
        if !actions.is_empty() {
            let names = actions.iter().map(|it| format!("{} ({})", it.name, it.schedule));
            notes.push(OperationNote::ScheduledActionsSuspended { actions: names.collect() });
        }
    }
    notes
}
