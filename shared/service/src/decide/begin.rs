//! The beginning of an operation: a refusal, or the record.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::facts::rollout::has_no_room;
use crate::facts::scaling::digest;
use crate::facts::scope::Scope;
use crate::intent::Beginning;
use crate::kind::OperationKind;
use crate::limits::SHUTDOWN_TIMEOUT;
use crate::memory::OperationMemory;
use crate::moment::whole_seconds;
use crate::note::OperationNote;
use crate::observation::{
    DeploymentController, ObservedScalableTarget, ObservedService, ObservedTask,
    ServiceObservation, SuspendedScaling,
};
use crate::reason::OperationRefusal;
use crate::record::{OperationRecord, RecordError};
use crate::request::OperationRequest;
use crate::state::{OperationState, Resumption};

use super::answer::{Classified, Stop, known, needed};
use super::refusal::{deployment_refusal, service_refusal};
use super::situation::{Row, Situation};
use super::step::has_targets;
use super::step::{early, stored_record, stored_state};

/// Classifies the beginning of an operation.
pub(super) fn classify_begin(
    beginning: &Beginning,
    seen: &ServiceObservation,
    memory: &OperationMemory,
    now: Timestamp,
) -> Situation {
    match beginning_row(beginning, seen, now) {
        Ok((row, notes)) => Situation { row, progress: None, notes, memory: memory.clone() },
        Err(stop) => early(stop, memory, now),
    }
}

fn refused(refusal: OperationRefusal) -> Stop {
    Row::Refused(refusal).into()
}

fn beginning_row(
    Beginning { request, by }: &Beginning,
    seen: &ServiceObservation,
    now: Timestamp,
) -> Classified<(Row, Vec<OperationNote>)> {
    refuse_other_account(request, seen)?;
    if request.kind == OperationKind::Resume {
        return Ok((resumable(request, by, seen, whole_seconds(now))?, Vec::new()));
    }
    refuse_other_operation(seen)?;
    if request.kind == OperationKind::Shutdown && !request.confirmed {
        return Err(refused(OperationRefusal::NotConfirmed));
    }
    let service = acceptable_service(request, seen)?;
    let tasks = needed(&seen.tasks, "the tasks")?;
    refuse_unknown_tasks(request, tasks)?;
    let now = whole_seconds(now);
    let is_shutdown = request.kind == OperationKind::Shutdown;
    let left = if is_shutdown {
        tasks.iter().filter(|task| !task.has_ended()).count()
    } else {
        tasks_in_scope(request, tasks, now)
    };
    let has_work = if is_shutdown {
        left > 0 || service.desired_count > 0
    } else {
        left > 0 && service.desired_count > 0
    };
    if !has_work {
        return Ok((Row::NothingToDo, Vec::new()));
    }
    let mut record = OperationRecord {
        request: request.clone(),
        by: by.clone(),
        at: now,
        tasks: u32::try_from(left).unwrap_or(u32::MAX),
        desired_count: None,
        scaling: None,
        protected: BTreeMap::new(),
        scheduled_actions: None,
    };
    if request.kind != OperationKind::Restart {
        record.desired_count = Some(service.desired_count);
        add_scaling(&mut record, service, seen)?;
    }
    if request.kind == OperationKind::Recycle {
        add_protection(&mut record, tasks, seen)?;
    }
    let mut notes = Vec::new();
    if is_shutdown && request.timeout.is_none() && has_targets(service) {
        let delay = *needed(&seen.deregistration_delay, "the deregistration delay")?;
        let timeout = SHUTDOWN_TIMEOUT.saturating_add(delay);
        record.request.timeout = Some(timeout);
        notes.push(OperationNote::DeregistrationDelay { delay, timeout });
    }
    if let Err(RecordError::TooLarge(bytes)) = record.to_json() {
        return Err(refused(OperationRefusal::RecordTooLarge(bytes)));
    }
    notes.extend(beginning_notes(&record, service));
    Ok((Row::Unrecorded { record: Box::new(record) }, notes))
}

fn refuse_other_operation(seen: &ServiceObservation) -> Classified<()> {
    match stored_record(seen)? {
        None => Ok(()),
        Some((other, _)) => {
            Err(refused(OperationRefusal::OtherOperation { id: other.id(), by: other.by }))
        }
    }
}

/// Returns the row that begins the resume of a shutdown.
fn resumable(
    request: &OperationRequest,
    by: &str,
    seen: &ServiceObservation,
    now: Timestamp,
) -> Classified<Row> {
    let Some((record, _)) = stored_record(seen)? else {
        let service = request.service.clone();
        return Err(refused(OperationRefusal::NoShutdown { service }));
    };
    let state = stored_state(seen, &record)?;
    let (id, of) = (record.id(), record.by.clone());
    if record.request.kind != OperationKind::Shutdown {
        return Err(refused(OperationRefusal::OtherOperation { id, by: of }));
    }
    if state.shut_down.is_none() {
        return Err(refused(OperationRefusal::NotShutDown { id, by: of }));
    }
    let resuming = state.resuming.clone().unwrap_or(Resumption { by: by.to_owned(), at: now });
    Ok(Row::Resumable { state: OperationState { resuming: Some(resuming), ..state } })
}

fn refuse_other_account(request: &OperationRequest, seen: &ServiceObservation) -> Classified<()> {
    let Some(expected) = &request.account else { return Ok(()) };
    let found = needed(&seen.account, "the account")?;
    if found == expected {
        return Ok(());
    }
    let (expected, found) = (expected.clone(), found.clone());
    Err(refused(OperationRefusal::OtherAccount { expected, found }))
}

fn acceptable_service<'a>(
    request: &OperationRequest,
    seen: &'a ServiceObservation,
) -> Classified<&'a ObservedService> {
    let Some(service) = known(&seen.service, "the service")? else {
        let (cluster, service) = (seen.cluster.clone(), seen.service_name.clone());
        return Err(refused(OperationRefusal::ServiceMissing { cluster, service }));
    };
    if let Some(refusal) = service_refusal(request.kind, service) {
        return Err(refused(refusal));
    }
    let is_ecs = service.controller == DeploymentController::Ecs;
    let deployments = if is_ecs {
        needed(&seen.service_deployments, "the service deployments")?
    } else {
        &Vec::new()
    };
    match deployment_refusal(request.kind, service, deployments) {
        Some(refusal) => Err(refused(refusal)),
        None => Ok(service),
    }
}

fn refuse_unknown_tasks(request: &OperationRequest, tasks: &[ObservedTask]) -> Classified<()> {
    let is_running = |id: &str| tasks.iter().any(|task| task.id() == id && !task.has_ended());
    match request.only.iter().find(|id| !is_running(id)) {
        Some(id) => Err(refused(OperationRefusal::UnknownTask(id.clone()))),
        None => Ok(()),
    }
}

/// Returns the number of tasks that the operation replaces.
fn tasks_in_scope(request: &OperationRequest, tasks: &[ObservedTask], now: Timestamp) -> usize {
    Scope::new(request, now).left(tasks).len()
}

/// Adds to the record the tasks that other owners protect.
fn add_protection(
    record: &mut OperationRecord,
    tasks: &[ObservedTask],
    seen: &ServiceObservation,
) -> Classified<()> {
    let protection = needed(&seen.protection, "the protection")?;
    let protected = tasks.iter().filter_map(|task| {
        let until = protection.get(&task.arn).copied().flatten()?;
        Some((task.id().to_owned(), whole_seconds(until)))
    });
    record.protected = protected.collect();
    Ok(())
}

/// Adds to the record the scalable target, unless it is suspended already.
fn add_scaling(
    record: &mut OperationRecord,
    service: &ObservedService,
    seen: &ServiceObservation,
) -> Classified<()> {
    let Some(target) = known(&seen.scaling, "the scalable target")? else { return Ok(()) };
    if target.suspended == SuspendedScaling::ALL {
        return Ok(());
    }
    refuse_count_outside_bounds(service.desired_count, target)?;
    record.scaling = Some((*target).into());
    let actions = needed(&seen.scheduled_actions, "the scheduled actions")?;
    record.scheduled_actions = Some(digest(actions));
    Ok(())
}

/// Refuses a count that the restoring call would move into the bounds (K#3).
fn refuse_count_outside_bounds(count: u32, target: &ObservedScalableTarget) -> Classified<()> {
    let (min, max) = (target.min, target.max);
    if (min..=max).contains(&count) {
        return Ok(());
    }
    Err(refused(OperationRefusal::CountOutsideBounds { count, min, max }))
}

fn beginning_notes(record: &OperationRecord, service: &ObservedService) -> Vec<OperationNote> {
    let mut notes = Vec::new();
    let until = record.protected.values().copied().max();
    if until.is_some() {
        let tasks = record.protected.keys().cloned().collect();
        notes.push(OperationNote::ProtectedByOthers { tasks, until });
    }
    if record.request.kind == OperationKind::Restart && has_no_room(service) {
        notes.push(OperationNote::DeploymentBounds);
    }
    notes
}
