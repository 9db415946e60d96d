//! Questions: the fields of an observation that the next step needs, and that are still open.
//!
//! They come in rounds, because an answer may make the rest needless: a service that is refused is not read further.

use jiff::Timestamp;

use crate::facts::scope::Scope;
use crate::intent::{Beginning, Intent};
use crate::kind::OperationKind;
use crate::memory::OperationMemory;
use crate::observation::{
    Answered, DeploymentController, ObservedService, ObservedTask, ServiceObservation,
    SuspendedScaling,
};
use crate::question::OperationQuestion;
use crate::record::OperationRecord;

use super::known_wait::is_known_wait;
use super::refusal::service_refusal;
use super::step::{bare_operation, has_targets, shutdown_end, stored_record, stored_state};

/// Returns the questions that are open. Call again with their answers, until none is left; then call [`super::decide`].
pub fn questions(
    intent: &Intent,
    seen: &ServiceObservation,
    now: Timestamp,
) -> Vec<OperationQuestion> {
    let mut needed = match intent {
        Intent::Begin(beginning) => beginning_questions(beginning, seen),
        Intent::Step => step_questions(seen, now),
    };
    needed.retain(|question| is_open(seen, *question));
    needed
}

fn is_open(seen: &ServiceObservation, question: OperationQuestion) -> bool {
    match question {
        OperationQuestion::Account => seen.account.is_open(),
        OperationQuestion::Record => seen.record.is_open() || seen.state.is_open(),
        OperationQuestion::Service => seen.service.is_open(),
        OperationQuestion::Tasks => seen.tasks.is_open(),
        OperationQuestion::Protection => seen.protection.is_open(),
        OperationQuestion::Targets => seen.targets.is_open(),
        OperationQuestion::Scaling => seen.scaling.is_open(),
        OperationQuestion::ScheduledActions => seen.scheduled_actions.is_open(),
        OperationQuestion::ServiceDeployments => seen.service_deployments.is_open(),
        OperationQuestion::Agents => seen.agents.is_open(),
        OperationQuestion::DeregistrationDelay => seen.deregistration_delay.is_open(),
    }
}

/// Returns everything that the beginning needs, as far as the answers so far allow.
fn beginning_questions(
    Beginning { request, .. }: &Beginning,
    seen: &ServiceObservation,
) -> Vec<OperationQuestion> {
    use OperationQuestion as Q;
    let mut needed = vec![Q::Record];
    needed.extend((request.kind != OperationKind::Resume).then_some(Q::Service));
    needed.extend(request.account.is_some().then_some(Q::Account));
    let is_free = matches!(seen.record, Answered::Absent);
    let Some(service) = seen.service.present().filter(|_| is_free) else { return needed };
    if service_refusal(request.kind, service).is_some() {
        return needed;
    }
    needed.push(Q::Tasks);
    needed.extend(deployments_question(service));
    if request.kind == OperationKind::Restart {
        return needed;
    }
    needed.push(Q::Scaling);
    let needs_delay = request.kind == OperationKind::Shutdown && request.timeout.is_none();
    needed.extend((needs_delay && has_targets(service)).then_some(Q::DeregistrationDelay));
    let is_recycle = request.kind == OperationKind::Recycle;
    needed.extend(seen.tasks.present().filter(|_| is_recycle).map(|_| Q::Protection));
    let target = seen.scaling.present();
    let is_active = target.is_some_and(|it| it.suspended != SuspendedScaling::ALL);
    needed.extend(is_active.then_some(Q::ScheduledActions));
    needed
}

/// Returns everything that the step needs, as far as the answers so far allow.
///
/// Record, service, tasks and targets come first. If the operation can only wait for them, a recycle needs no more.
fn step_questions(seen: &ServiceObservation, now: Timestamp) -> Vec<OperationQuestion> {
    use OperationQuestion as Q;
    let mut needed = vec![Q::Record];
    let Ok(Some((record, started))) = stored_record(seen) else { return needed };
    if shutdown_end(seen, &record).is_some() {
        return needed;
    }
    needed.push(Q::Service);
    let service = match &seen.service {
        Answered::NotAsked => return needed,
        answer => answer.present().filter(|service| service.status == "ACTIVE"),
    };
    let Some(service) = service else {
        needed.extend(record.scaling.map(|_| Q::Scaling));
        return needed;
    };
    needed.push(Q::Tasks);
    needed.extend(seen.tasks.present().filter(|_| has_targets(service)).map(|_| Q::Targets));
    let is_asking = needed.iter().any(|question| is_open(seen, *question));
    let Some(tasks) = seen.tasks.present().filter(|_| !is_asking) else { return needed };
    if waits(seen, &record, started, service, now) {
        return needed;
    }
    needed.extend(record.scaling.map(|_| Q::Scaling));
    needed.extend(deployments_question(service));
    let is_recycle = record.request.kind == OperationKind::Recycle;
    let is_shutdown = record.request.kind == OperationKind::Shutdown;
    let names_tasks = is_shutdown && tasks.iter().any(|task| !task.has_ended());
    needed.extend((is_recycle || names_tasks).then_some(Q::Protection));
    let is_leaving = is_shutdown && tasks.iter().any(ObservedTask::is_leaving);
    needed.extend(is_leaving.then_some(Q::Agents));
    let is_over =
        Scope::new(&record.request, started).left(tasks).is_empty() || must_end(seen, &record);
    let reports = record.scheduled_actions.is_some() && is_over;
    needed.extend(reports.then_some(Q::ScheduledActions));
    needed
}

/// Returns true if the operation can only wait for what is known already.
fn waits(
    seen: &ServiceObservation,
    record: &OperationRecord,
    started: Timestamp,
    service: &ObservedService,
    now: Timestamp,
) -> bool {
    let Ok(state) = stored_state(seen, record) else { return false };
    let memory = OperationMemory::default();
    let operation = bare_operation(seen, record, &state, started, service, &memory, now);
    operation.is_ok_and(|operation| is_known_wait(&operation))
}

fn deployments_question(service: &ObservedService) -> Option<OperationQuestion> {
    let is_ecs = service.controller == DeploymentController::Ecs;
    is_ecs.then_some(OperationQuestion::ServiceDeployments)
}

/// Returns true if the state demands the end of the operation.
fn must_end(seen: &ServiceObservation, record: &OperationRecord) -> bool {
    let state = stored_state(seen, record);
    state.is_ok_and(|state| {
        state.cancelled.is_some() || state.stopped.is_some() || state.resuming.is_some()
    })
}
