//! Causes that end the work of an operation before it is done.
//!
//! A cause is written into the state first. So a process that takes over restores the record, and does not begin the work
//! again once the evidence has gone: ECS shows a stopped task for an hour.

use std::time::Duration;

use jiff::Timestamp;

use crate::facts::failure::{failed_replacement, latest_events, shortened, task_sentence};
use crate::facts::rollout::failed_since;
use crate::facts::scaling::own_counts;
use crate::facts::scope::is_new;
use crate::facts::stability::gaps;
use crate::gap::StabilityGap;
use crate::limits::{PROTECTED_STANDSTILL, SHIFT_STANDSTILL, STANDSTILL};
use crate::moment::after;
use crate::observation::DeploymentStrategy;
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;
use crate::state::{OperationState, StopCause};

use super::operation::Operation;
use super::situation::Row;

/// Returns the row of the first cause that ends a recycle.
pub(super) fn recycle_cause(operation: &Operation<'_>) -> Option<Row> {
    let found = count_change(operation)
        .or_else(|| deployment_failure(operation))
        .or_else(|| replacement_failure(operation));
    found.map(|cause| row(operation, cause)).or_else(|| lateness(operation))
}

/// Returns the row of the first cause that ends a restart.
pub(super) fn restart_cause(operation: &Operation<'_>) -> Option<Row> {
    let failure = deployment_failure(operation);
    failure.map(|cause| row(operation, cause)).or_else(|| lateness(operation))
}

/// A cause, before it is written.
struct Cause {
    code: &'static str,
    outcome: OperationOutcome,
    sentence: String,
}

fn failed(code: &'static str, sentence: String) -> Cause {
    Cause { code, outcome: OperationOutcome::Failed, sentence }
}

fn row(operation: &Operation<'_>, cause: Cause) -> Row {
    let Cause { code, outcome, sentence } = cause;
    let stopped = StopCause {
        outcome,
        code: code.to_owned(),
        sentence: shortened(&sentence),
        at: operation.now,
    };
    let reason = match code {
        "count-changed" => OperationReason::CountChanged(stopped.clone()),
        "stale-record" => OperationReason::StaleRecord(stopped.clone()),
        "deployment-failed" => OperationReason::DeploymentFailed(stopped.clone()),
        "replacement-failed" => OperationReason::ReplacementFailed(stopped.clone()),
        "standstill" => OperationReason::Standstill(stopped.clone()),
        _ => OperationReason::TimeoutReached(stopped.clone()),
    };
    let state = OperationState { stopped: Some(stopped), ..operation.state.clone() };
    Row::WorkStopped { reason, state }
}

/// Returns the row of a count that changed before scaling was suspended. Then nothing has been changed yet.
pub(super) fn stale_record(operation: &Operation<'_>) -> Option<Row> {
    let cause = count_change(operation).filter(|cause| cause.code == "stale-record");
    cause.map(|cause| row(operation, cause))
}

/// Returns the cause if another tool changed the desired count.
///
/// Recognised by a count that the operation itself never sets. Before the check that follows the suspension of scaling, any
/// other count than the recorded one is such a change.
fn count_change(operation: &Operation<'_>) -> Option<Cause> {
    let (recorded, found) = (operation.record.desired_count?, operation.service.desired_count);
    if !operation.began() {
        let sentence = format!(
            "the desired count changed from {recorded} to {found} before scaling was suspended; nothing was \
             replaced, begin anew"
        );
        return (found != recorded).then(|| failed("stale-record", sentence));
    }
    let is_own = own_counts(operation.record)?.contains(&found);
    let sentence = format!(
        "another tool set the desired count to {found}, and the record has {recorded}; left unchanged"
    );
    (!is_own).then(|| failed("count-changed", sentence))
}

fn deployment_failure(operation: &Operation<'_>) -> Option<Cause> {
    let deployments = operation.service_deployments;
    let sentence = failed_since(operation.service, deployments, operation.started)?;
    if operation.running_deployment().is_some() {
        return None;
    }
    let events = latest_events(&operation.service.events, operation.started);
    Some(failed("deployment-failed", format!("{sentence}{events}")))
}

/// Returns the cause if a replacement failed. Tasks of a deployment by another tool are left to that deployment.
fn replacement_failure(operation: &Operation<'_>) -> Option<Cause> {
    let primary = operation.service.deployments.iter().find(|it| it.primary);
    let is_foreign = primary.is_some_and(|it| is_new(it.created_at, operation.started));
    if is_foreign || operation.running_deployment().is_some() {
        return None;
    }
    let task = failed_replacement(operation.tasks, operation.started)?;
    let events = latest_events(&operation.service.events, operation.started);
    Some(failed("replacement-failed", format!("{}{events}", task_sentence(task))))
}

/// Returns the row of an operation whose time is up.
fn lateness(operation: &Operation<'_>) -> Option<Row> {
    let timed_out = |code, why: String| {
        let awaited = awaited(operation);
        let sentence = format!("{why}{awaited}");
        row(operation, Cause { code, outcome: OperationOutcome::TimedOut, sentence })
    };
    let is_past = |from: Timestamp, length: Duration| operation.now >= after(from, length);
    if let Some(timeout) = operation.record.request.timeout
        && is_past(operation.started, timeout)
    {
        let why = format!("the timeout of {} seconds has come", timeout.as_secs());
        return Some(timed_out("timeout-reached", why));
    }
    let limit = standstill(operation);
    is_past(last_change(operation), limit).then(|| {
        let why = format!("nothing has changed for {} minutes", limit.as_secs() / 60);
        timed_out("standstill", why)
    })
}

/// Returns what the operation waits for, after a semicolon.
fn awaited(operation: &Operation<'_>) -> String {
    let tasks = operation.protected_left();
    let protection = (tasks > 0).then_some(StabilityGap::Protection { tasks });
    let first = gaps(operation.service, operation.tasks, operation.targets, operation.now);
    let first = first.into_iter().next().or(protection);
    let events = latest_events(&operation.service.events, operation.started);
    first.map_or(events.clone(), |gap| format!("; waiting for {gap}{events}"))
}

/// Returns the longest time without a change.
fn standstill(operation: &Operation<'_>) -> Duration {
    let shifts = operation.service.strategy == DeploymentStrategy::Shifting
        && operation.running_deployment().is_some();
    if shifts {
        SHIFT_STANDSTILL
    } else if operation.protected_left() > 0 {
        PROTECTED_STANDSTILL
    } else {
        STANDSTILL.saturating_add(operation.record.request.wait_time)
    }
}

/// Returns the latest time at which a task was created, started, or stopped.
pub(super) fn last_change(operation: &Operation<'_>) -> Timestamp {
    let times = operation.tasks.iter().flat_map(|task| {
        let [started, stopping, stopped] = [task.started_at, task.stopping_at, task.stopped_at];
        [Some(task.created_at), started, stopping, stopped].into_iter().flatten()
    });
    times.filter(|at| *at <= operation.now).max().unwrap_or_default().max(operation.started)
}
