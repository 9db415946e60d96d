//! Recycle: the tasks of a service are replaced a few at a time.
//!
//! With `maintain_service_state` the desired count goes from N to N + batch. Then either ECS scales the service in to N,
//! where only the old tasks are not protected, or ebb stops old tasks and ECS replaces them. Without it the count goes from
//! N to N - batch, or stays at N. No task is stopped before the service is stable at two looks.

use jiff::Timestamp;

use crate::decision::OperationAction;
use crate::facts::scaling::{restoration, suspension};
use crate::facts::stability::surplus;
use crate::gap::StabilityGap;
use crate::limits::{LONGEST_RECOVERY, PROTECTION_LOOK, SECOND_LOOK};
use crate::memory::StableLook;
use crate::moment::after;
use crate::observation::{ObservedTask, ServiceObservation};
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;
use crate::request::StopMethod;
use crate::state::OperationState;

use super::cause::{last_change, recycle_cause};
use super::next_look::next_look;
use super::operation::{Operation, Proof};
use super::restore::{classify_restore, expendable, given_end};
use super::situation::{Ending, Row, Situation};

/// Classifies an open recycle.
pub(super) fn classify_recycle(operation: &Operation<'_>, seen: &ServiceObservation) -> Situation {
    if let Some(ending) = given_end(operation) {
        return classify_restore(operation, seen, ending);
    }
    if is_restored(operation) {
        return classify_restore(operation, seen, replaced());
    }
    if let Some(row) = recycle_cause(operation) {
        return operation.situation(row, Vec::new());
    }
    match work(operation) {
        Work::Row(situation) => *situation,
        Work::Done(look) => {
            let mut situation = classify_restore(operation, seen, replaced());
            situation.memory.stable = Some(look);
            situation
        }
    }
}

/// The next row of the work, or its end.
enum Work {
    Row(Box<Situation>),
    Done(StableLook),
}

fn replaced() -> Ending {
    Ending { reason: OperationReason::Replaced, outcome: OperationOutcome::Done }
}

/// Returns true if all tasks are replaced, and scaling is active again. Then the desired count is no longer ebb's.
///
/// Only a process that was killed between the last calls leaves this behind.
fn is_restored(operation: &Operation<'_>) -> bool {
    let Some(found) = operation.scaling else { return false };
    let is_active = suspension(operation.record, Some(found)).is_some();
    is_active
        && operation.state.began
        && restoration(operation.record, *found).to.is_none()
        && operation.scope().left(operation.tasks).is_empty()
}

fn work(operation: &Operation<'_>) -> Work {
    let at = |row, gaps| Work::Row(Box::new(operation.situation(row, gaps)));
    if let Some(suspend) = suspension(operation.record, operation.scaling) {
        return at(Row::ScalingActive { suspend }, Vec::new());
    }
    if !operation.began() {
        let state = OperationState { began: true, ..operation.state.clone() };
        return at(Row::CountUnchecked { state }, Vec::new());
    }
    if let Some(id) = operation.running_deployment() {
        let unprotect = operation.protections().restore(operation.tasks);
        let gap = StabilityGap::Rollout { id: id.clone(), state: "IN_PROGRESS".to_owned() };
        return at(
            Row::DeploymentRunning { id, unprotect, until: operation.next_look() },
            vec![gap],
        );
    }
    let is_done = operation.scope().left(operation.tasks).is_empty();
    let (desired, recorded) = (operation.service.desired_count, operation.recorded_count());
    if desired < recorded {
        refill(operation, recorded)
    } else if is_done {
        finish(operation, recorded)
    } else if operation.record.request.maintain_service_state && desired == recorded {
        extend(operation, recorded)
    } else {
        replace(operation, recorded)
    }
}

/// Returns the situation while ECS still stops tasks, and none once it has.
fn stopping(operation: &Operation<'_>) -> Option<Work> {
    let leaving = operation.scope().left(operation.tasks).into_iter().filter(|it| it.is_leaving());
    let leaving: Vec<_> = leaving.map(|task| task.id().to_owned()).collect();
    let surplus = u32::try_from(surplus(operation.service, operation.tasks)).unwrap_or(u32::MAX);
    let desired = operation.service.desired_count;
    let running = desired.saturating_add(surplus);
    let gap = match (leaving.is_empty(), surplus) {
        (false, _) => StabilityGap::Stopping { tasks: leaving },
        (true, 1..) => StabilityGap::Surplus { running, desired },
        (true, 0) => return None,
    };
    Some(Work::Row(Box::new(unstable(operation, vec![gap]))))
}

fn unstable(operation: &Operation<'_>, gaps: Vec<StabilityGap>) -> Situation {
    let is_surplus = surplus(operation.service, operation.tasks) > 0;
    let renew = operation.protections().renewals(operation.tasks);
    let renew = if is_surplus { renew } else { Vec::new() };
    let (until, leaving) = next_look(operation, &gaps);
    let mut situation = operation.situation(Row::Unstable { renew, until }, gaps);
    situation.memory.stable = None;
    situation.memory.leaving = leaving;
    situation
}

/// Returns the proof of stability, or the situation while it is missing.
fn proven(operation: &Operation<'_>) -> Result<StableLook, Work> {
    match operation.proof() {
        Proof::Twice(look) => Ok(look),
        Proof::Missing(gaps) => Err(Work::Row(Box::new(unstable(operation, gaps)))),
        Proof::Once(look) => {
            let row = Row::Unstable { renew: Vec::new(), until: after(look.since, SECOND_LOOK) };
            let mut situation = operation.situation(row, vec![StabilityGap::SecondLook]);
            situation.memory.stable = Some(look);
            Err(Work::Row(Box::new(situation)))
        }
    }
}

/// Returns the situation of a service below its recorded count: the stopped tasks are replaced.
fn refill(operation: &Operation<'_>, recorded: u32) -> Work {
    stopping(operation).unwrap_or_else(|| raise(operation, recorded))
}

/// Returns the situation of a service at its recorded count that needs healthy tasks beyond it.
fn extend(operation: &Operation<'_>, recorded: u32) -> Work {
    if let Some(stopping) = stopping(operation) {
        return stopping;
    }
    let candidates = operation.candidates().len();
    if candidates == 0 {
        return protected_by_others(operation);
    }
    let more = u32::try_from(candidates).unwrap_or(u32::MAX).min(operation.record.request.batch);
    raise(operation, recorded.saturating_add(more))
}

fn raise(operation: &Operation<'_>, count: u32) -> Work {
    let mut situation = operation.situation(Row::CapacityMissing { count }, Vec::new());
    situation.memory.stable = None;
    Work::Row(Box::new(situation))
}

fn protected_by_others(operation: &Operation<'_>) -> Work {
    let tasks = operation.protected_left();
    let until = after(operation.now, PROTECTION_LOOK);
    let row = Row::ProtectedByOthers { tasks, until };
    Work::Row(Box::new(operation.situation(row, vec![StabilityGap::Protection { tasks }])))
}

/// Returns the situation once no old task is left: the surplus goes, and the service is proven stable.
fn finish(operation: &Operation<'_>, recorded: u32) -> Work {
    let look = match proven(operation) {
        Ok(look) => look,
        Err(work) => return work,
    };
    if operation.service.desired_count == recorded {
        return Work::Done(look);
    }
    let leavers = expendable(operation, recorded);
    lower(operation, recorded, &leavers, look)
}

/// Returns the situation of a service from which the next old tasks may go.
fn replace(operation: &Operation<'_>, recorded: u32) -> Work {
    if let Proof::Once(look) = operation.proof()
        && let Some(until) = wait_time_end(operation, look)
        && until > after(look.since, SECOND_LOOK)
        && operation.now < until
        && !operation.candidates().is_empty()
    {
        // The look at the end of the time is the second one.
        return between_replacements(operation, look, until);
    }
    let look = match proven(operation) {
        Ok(look) => look,
        Err(work) => return work,
    };
    let candidates = operation.candidates();
    if candidates.is_empty() {
        return protected_by_others(operation);
    }
    if let Some(until) = wait_time_end(operation, look).filter(|until| operation.now < *until) {
        return between_replacements(operation, look, until);
    }
    let maintains = operation.record.request.maintain_service_state;
    let room = if maintains {
        operation.service.desired_count - recorded
    } else {
        operation.record.request.batch.min(recorded)
    };
    let room = usize::try_from(room).unwrap_or(usize::MAX).min(candidates.len());
    let next = &candidates[..room];
    match operation.method() {
        StopMethod::StopTask => stop_tasks(operation, next),
        StopMethod::Scheduler => {
            let fewer = u32::try_from(room).unwrap_or(u32::MAX);
            let count = if maintains { recorded } else { recorded.saturating_sub(fewer) };
            lower(operation, count, &leavers(operation, count, next), look)
        }
    }
}

fn between_replacements(operation: &Operation<'_>, look: StableLook, until: Timestamp) -> Work {
    let row = Row::BetweenReplacements { until };
    let mut situation = operation.situation(row, vec![StabilityGap::WaitTime]);
    situation.memory.stable = Some(look);
    Work::Row(Box::new(situation))
}

/// Returns the tasks that may stop when the count is lowered: the next old ones, and others if ECS has to stop more.
fn leavers<'a>(
    operation: &Operation<'a>,
    count: u32,
    next: &[&'a ObservedTask],
) -> Vec<&'a ObservedTask> {
    let needed = operation.kept().count().saturating_sub(count as usize);
    let others = expendable(operation, count).into_iter();
    let others = others.filter(|task| next.iter().all(|it| it.arn != task.arn));
    next.iter().copied().chain(others).take(needed).collect()
}

fn lower(
    operation: &Operation<'_>,
    count: u32,
    leavers: &[&ObservedTask],
    look: StableLook,
) -> Work {
    let protect = operation.protections().all_but(operation.tasks, leavers);
    let row = if protect.is_empty() {
        Row::OldTasksExposed { count }
    } else {
        Row::ProtectionMissing { protect, unprotected: leavers.len() }
    };
    let mut situation = operation.situation(row, Vec::new());
    situation.memory.stable = Some(look);
    Work::Row(Box::new(situation))
}

fn stop_tasks(operation: &Operation<'_>, next: &[&ObservedTask]) -> Work {
    let reason = format!("ebb: {}", operation.record.id());
    let stop = next
        .iter()
        .map(|task| OperationAction::StopTask { task: task.arn.clone(), reason: reason.clone() });
    let row = Row::OldTasksLeft { stop: stop.collect() };
    Work::Row(Box::new(operation.situation(row, Vec::new())))
}

/// Returns the end of the time between replacements. None before the first replacement.
///
/// The time begins with the first look that found the service stable again. A process without that look counts from its own first
/// one, and from the last change of a task, so that processes that come and go cannot wait for ever.
fn wait_time_end(operation: &Operation<'_>, look: StableLook) -> Option<Timestamp> {
    let left = operation.scope().left(operation.tasks).len();
    let has_replaced = left < operation.record.tasks as usize;
    let wait_time = operation.record.request.wait_time;
    let latest = after(last_change(operation), wait_time.saturating_add(LONGEST_RECOVERY));
    has_replaced.then(|| after(look.since, wait_time).min(latest))
}
