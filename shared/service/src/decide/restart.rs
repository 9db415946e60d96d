//! Restart: one forced deployment, followed to its end.
//!
//! A forced deployment is not idempotent (J#11). So only the process that created the record forces it at once. Any other process
//! first gives it a minute, and takes a deployment that is newer than the record for the forced one. The end is proven by the
//! deployment and by the tasks: a successful deployment may leave old tasks running (J#32).

use jiff::Timestamp;

use crate::facts::failure::{has_failed, task_sentence};
use crate::facts::rollout::has_no_room;
use crate::facts::scope::is_new;
use crate::gap::StabilityGap;
use crate::limits::{FORCE_GRACE, QUOTED_EVENTS, SECOND_LOOK};
use crate::moment::after;
use crate::note::OperationNote;
use crate::observation::{DeploymentStrategy, ObservedServiceDeployment};
use crate::outcome::OperationOutcome;
use crate::reason::OperationReason;

use super::cause::restart_cause;
use super::operation::{Operation, Proof};
use super::restore::given_end;
use super::situation::{Ending, Row, Situation};

/// Classifies an open restart.
pub(super) fn classify_restart(operation: &Operation<'_>) -> Situation {
    let mut situation = restart_situation(operation);
    situation.notes.extend(deployment_notes(operation));
    situation
}

fn restart_situation(operation: &Operation<'_>) -> Situation {
    if let Some(ending) = given_end(operation) {
        let mut situation = end(operation, ending);
        if operation.running_deployment().is_some() {
            situation.notes.push(OperationNote::DeploymentGoesOn);
        }
        return situation;
    }
    if let Some(row) = restart_cause(operation) {
        return operation.situation(row, Vec::new());
    }
    if !is_forced(operation) {
        return unforced(operation);
    }
    match operation.proof() {
        Proof::Missing(gaps) => rolling_out(operation, gaps),
        Proof::Once(_) | Proof::Twice(_) if old_tasks(operation) > 0 => {
            let gap = StabilityGap::OldTasks { tasks: old_tasks(operation) };
            rolling_out(operation, vec![gap])
        }
        Proof::Once(_) | Proof::Twice(_) if operation.running_deployment().is_some() => {
            rolling_out(operation, Vec::new())
        }
        Proof::Once(look) => {
            let until = after(look.since, SECOND_LOOK);
            let row = Row::RollingOut { stage: stage(operation), until };
            let mut situation = operation.situation(row, vec![StabilityGap::SecondLook]);
            situation.memory.stable = Some(look);
            situation
        }
        Proof::Twice(_) => {
            let reason = OperationReason::Deployed;
            end(operation, Ending { reason, outcome: OperationOutcome::Done })
        }
    }
}

/// Returns the end. A restart changes nothing that has to be restored.
fn end(operation: &Operation<'_>, ending: Ending) -> Situation {
    operation.situation(Row::WorkEnded { restore: None, ending }, Vec::new())
}

/// Returns true if a deployment is newer than the record.
fn is_forced(operation: &Operation<'_>) -> bool {
    let is_new = |created_at: Timestamp| is_new(created_at, operation.started);
    operation.service.deployments.iter().any(|it| is_new(it.created_at))
        || operation.service_deployments.iter().any(|it| is_new(it.created_at))
}

/// Returns the situation while no deployment is newer than the record.
fn unforced(operation: &Operation<'_>) -> Situation {
    if let Some(id) = operation.running_deployment() {
        let until = operation.next_look();
        let gap = StabilityGap::Rollout { id: id.clone(), state: "IN_PROGRESS".to_owned() };
        let row = Row::DeploymentRunning { id, unprotect: Vec::new(), until };
        return operation.situation(row, vec![gap]);
    }
    let memory = operation.memory;
    let wait_from = match (memory.forced_at, memory.created_at) {
        (Some(forced_at), _) => Some(forced_at),
        (None, Some(_)) => None,
        (None, None) => Some(operation.started),
    };
    let until = wait_from.map(|from| after(from, FORCE_GRACE));
    match until.filter(|until| operation.now < *until) {
        Some(until) => {
            let until = until.min(operation.next_look());
            operation.situation(Row::DeploymentAwaited { until }, Vec::new())
        }
        None => operation.situation(Row::DeploymentMissing, Vec::new()),
    }
}

fn rolling_out(operation: &Operation<'_>, gaps: Vec<StabilityGap>) -> Situation {
    let row = Row::RollingOut { stage: stage(operation), until: operation.next_look() };
    let mut situation = operation.situation(row, gaps);
    situation.memory.stable = None;
    situation
}

/// Returns the number of tasks from before the restart that have not ended.
fn old_tasks(operation: &Operation<'_>) -> usize {
    operation.scope().left(operation.tasks).len()
}

/// Returns the stage of the newest deployment: that of its traffic shift, or the counts of its tasks.
fn stage(operation: &Operation<'_>) -> String {
    let since =
        operation.service_deployments.iter().filter(|it| is_new(it.created_at, operation.started));
    let newest = since.max_by_key(|it| (it.created_at, &it.arn));
    let shifts = operation.service.strategy == DeploymentStrategy::Shifting;
    if let Some(newest) = newest.filter(|it| shifts || it.is_rollback()) {
        return shift_stage(newest);
    }
    match operation.service.deployments.iter().find(|it| it.primary) {
        Some(primary) => format!(
            "{} of {} new tasks run, {} old tasks are left",
            primary.running_count,
            primary.desired_count,
            old_tasks(operation)
        ),
        None => format!("{} old tasks are left", old_tasks(operation)),
    }
}

fn shift_stage(deployment: &ObservedServiceDeployment) -> String {
    match &deployment.lifecycle_stage {
        Some(stage) => format!("{}, stage {stage}", deployment.status),
        None => deployment.status.clone(),
    }
}

/// Returns the tasks of the new deployment that failed, and bounds that let it make no progress.
fn deployment_notes(operation: &Operation<'_>) -> Vec<OperationNote> {
    let mut notes = Vec::new();
    let is_of_it = |task: &&_| -> bool {
        let task: &crate::observation::ObservedTask = task;
        is_new(task.created_at, operation.started) && has_failed(task)
    };
    let mut failed: Vec<_> = operation.tasks.iter().filter(is_of_it).collect();
    failed.sort_by_key(|task| std::cmp::Reverse(task.stopping_at.or(task.stopped_at)));
    if !failed.is_empty() {
        let tasks = failed.iter().take(QUOTED_EVENTS).map(|task| task_sentence(task)).collect();
        notes.push(OperationNote::FailedTasks { tasks });
    }
    let rolls = operation.service.strategy == DeploymentStrategy::Rolling;
    if rolls && operation.running_deployment().is_some() && has_no_room(operation.service) {
        notes.push(OperationNote::DeploymentBounds);
    }
    notes
}
