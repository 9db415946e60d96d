//! A step: the record and the state, then the rules of the kind.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::facts::health::Targets;
use crate::facts::scaling::restoration;
use crate::gap::StabilityGap;
use crate::kind::OperationKind;
use crate::limits::{ANSWERS_AGE, LOOK_INTERVAL, RECORD_SHOWS};
use crate::memory::OperationMemory;
use crate::moment::after;
use crate::note::OperationNote;
use crate::observation::{DeploymentController, ObservedService, ServiceObservation};
use crate::record::OperationRecord;
use crate::state::{OperationState, ShutdownEnd};

use super::answer::{Classified, Stop, known, needed};
use super::known_wait::is_known_wait;
use super::operation::Operation;
use super::situation::{Row, Situation};
use super::{recycle, restart, resume, shutdown};

/// Classifies a step of the operation that the record holds.
pub(super) fn classify_step(
    seen: &ServiceObservation,
    memory: &OperationMemory,
    now: Timestamp,
) -> Situation {
    match open_operation(seen, memory, now) {
        Ok(situation) => situation,
        Err(stop) => early(stop, memory, now),
    }
}

/// Returns the situation of a classification that ended early.
pub(super) fn early(stop: Stop, memory: &OperationMemory, now: Timestamp) -> Situation {
    let row = match stop {
        Stop::At(row) => *row,
        Stop::Unanswered(call) => Row::Unanswered { call, until: after(now, LOOK_INTERVAL) },
    };
    Situation { row, progress: None, notes: Vec::new(), memory: memory.clone() }
}

/// Returns the record and the start of the operation.
pub(super) fn stored_record(
    seen: &ServiceObservation,
) -> Classified<Option<(OperationRecord, Timestamp)>> {
    let Some(stored) = known(&seen.record, "the record")? else { return Ok(None) };
    let record = OperationRecord::parse(&stored.value).map_err(Row::RecordUnusable)?;
    Ok(Some((record, stored.modified_at)))
}

/// Returns the state of the operation. A state of another operation is an empty one.
pub(super) fn stored_state(
    seen: &ServiceObservation,
    record: &OperationRecord,
) -> Classified<OperationState> {
    let Some(stored) = known(&seen.state, "the state")? else {
        return Ok(OperationState::new(record));
    };
    let state = OperationState::parse(&stored.value).map_err(Row::RecordUnusable)?;
    Ok(if state.operation == record.id() { state } else { OperationState::new(record) })
}

/// Returns the end of a shutdown after which no step follows, until the operator resumes or cancels it.
pub(super) fn shutdown_end(
    seen: &ServiceObservation,
    record: &OperationRecord,
) -> Option<ShutdownEnd> {
    let state = stored_state(seen, record).ok()?;
    let goes_on = state.resuming.is_some() || state.cancelled.is_some() || state.stopped.is_some();
    state.shut_down.filter(|_| !goes_on)
}

fn open_operation(
    seen: &ServiceObservation,
    memory: &OperationMemory,
    now: Timestamp,
) -> Classified<Situation> {
    let Some((record, started)) = stored_record(seen)? else {
        return Err(without_record(seen, memory, now)?.into());
    };
    let state = stored_state(seen, &record)?;
    if let Some(end) = shutdown_end(seen, &record) {
        let memory = memory.clone();
        let row = Row::ShutDown { end };
        return Ok(Situation { row, progress: None, notes: Vec::new(), memory });
    }
    let service = known(&seen.service, "the service")?.filter(|it| it.status == "ACTIVE");
    let Some(service) = service else { return service_gone(seen, &record, memory) };
    let mut operation = bare_operation(seen, &record, &state, started, service, memory, now)?;
    if record.request.kind == OperationKind::Recycle && seen.protection.is_open() {
        return Ok(known_wait(&operation, seen));
    }
    if record.request.kind == OperationKind::Recycle {
        operation.protection = needed(&seen.protection, "the protection")?;
    }
    if record.scaling.is_some() {
        operation.scaling = known(&seen.scaling, "the scalable target")?;
    }
    if service.controller == DeploymentController::Ecs {
        operation.service_deployments =
            needed(&seen.service_deployments, "the service deployments")?;
    }
    Ok(match record.request.kind {
        OperationKind::Recycle => recycle::classify_recycle(&operation, seen),
        OperationKind::Restart => restart::classify_restart(&operation),
        // A resume has no record of its own: it takes up that of its shutdown.
        OperationKind::Shutdown | OperationKind::Resume if state.resuming.is_some() => {
            resume::classify_resume(&operation, seen)
        }
        OperationKind::Shutdown | OperationKind::Resume => {
            shutdown::classify_shutdown(&operation, seen)
        }
    })
}

/// Returns an operation of which only the service, its tasks and their targets are known.
pub(super) fn bare_operation<'a>(
    seen: &'a ServiceObservation,
    record: &'a OperationRecord,
    state: &'a OperationState,
    started: Timestamp,
    service: &'a ObservedService,
    memory: &'a OperationMemory,
    now: Timestamp,
) -> Classified<Operation<'a>> {
    let tasks = needed(&seen.tasks, "the tasks")?;
    let targets =
        if has_targets(service) { needed(&seen.targets, "the targets")? } else { &NO_TARGETS };
    Ok(Operation {
        record,
        state,
        started,
        service,
        tasks,
        protection: &NO_PROTECTION,
        targets,
        scaling: None,
        service_deployments: &[],
        memory,
        now,
    })
}

static NO_TARGETS: Targets = Targets::new();
static NO_PROTECTION: BTreeMap<String, Option<Timestamp>> = BTreeMap::new();

/// Returns true if tasks of the service are registered in target groups.
pub(super) fn has_targets(service: &ObservedService) -> bool {
    service.load_balancers.iter().any(|it| !it.target_groups.is_empty())
}

/// Returns the situation of a look that asked only for what it waits for.
///
/// The wait may have ended since the questions. Then the next look asks for everything.
fn known_wait(operation: &Operation<'_>, seen: &ServiceObservation) -> Situation {
    if is_known_wait(operation) {
        return recycle::classify_recycle(operation, seen);
    }
    let row = Row::Unstable { renew: Vec::new(), until: after(operation.now, ANSWERS_AGE) };
    operation.situation(row, vec![StabilityGap::SecondLook])
}

/// Returns the row without a record. One that this process has just created may be missing in the answer.
fn without_record(
    seen: &ServiceObservation,
    memory: &OperationMemory,
    now: Timestamp,
) -> Classified<Row> {
    if memory.created_at.is_some_and(|at| now < after(at, RECORD_SHOWS)) {
        return Err(Stop::Unanswered("the record does not show yet".to_owned()));
    }
    let has_state = known(&seen.state, "the state")?.is_some();
    Ok(if has_state { Row::StateLeft } else { Row::NoOperation })
}

/// Returns the situation of an operation whose service is gone. Suspended scaling may have outlived it.
fn service_gone(
    seen: &ServiceObservation,
    record: &OperationRecord,
    memory: &OperationMemory,
) -> Classified<Situation> {
    let mut restore = None;
    if record.scaling.is_some()
        && let Some(found) = known(&seen.scaling, "the scalable target")?
    {
        restore = restoration(record, *found).action();
    }
    let notes = vec![OperationNote::ServiceGone];
    Ok(Situation {
        row: Row::ServiceGone { restore },
        progress: None,
        notes,
        memory: memory.clone(),
    })
}
