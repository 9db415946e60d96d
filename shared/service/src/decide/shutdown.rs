//! Shutdown: the service is recorded, nothing scales it, and no task is left at two looks a minute apart.
//!
//! ECS stops the tasks once the desired count is 0 (J#4). Tasks that it has not begun to stop after the grace get StopTask:
//! protection and a running deployment keep tasks alive otherwise (J#6). A task counts as left until it has ended, over the RUNNING and
//! the STOPPED list. The record stays, so that a resume can restore it.

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::OperationAction;
use crate::facts::failure::{latest_events, shortened};
use crate::facts::scaling::{own_counts, suspension};
use crate::facts::stability::fingerprint;
use crate::gap::StabilityGap;
use crate::limits::{
    DEREGISTRATION_DELAY, EMPTY_LOOK, NAMED_TASKS, SHUTDOWN_TIMEOUT, STOPS_PER_STEP,
};
use crate::memory::StableLook;
use crate::moment::{after, whole_seconds};
use crate::observation::{ObservedTask, ServiceObservation, TargetState, TaskStatus};
use crate::outcome::OperationOutcome;
use crate::state::{OperationState, ShutdownEnd};

use super::cause::stale_record;
use super::operation::Operation;
use super::restore::{classify_restore, given_end};
use super::situation::{Row, Situation};

/// Classifies an open shutdown, or one that has ended.
pub(super) fn classify_shutdown(operation: &Operation<'_>, seen: &ServiceObservation) -> Situation {
    if let Some(ending) = given_end(operation) {
        return classify_restore(operation, seen, ending);
    }
    if let Some(end) = operation.state.shut_down.clone() {
        return operation.situation(Row::ShutDown { end }, Vec::new());
    }
    if let Some(suspend) = suspension(operation.record, operation.scaling) {
        return operation.situation(Row::ScalingActive { suspend }, Vec::new());
    }
    if let Some(row) = stale_record(operation) {
        return operation.situation(row, Vec::new());
    }
    if !operation.began() {
        let state = OperationState { began: true, ..operation.state.clone() };
        return operation.situation(Row::CountUnchecked { state }, Vec::new());
    }
    let desired = operation.service.desired_count;
    let is_own = own_counts(operation.record).is_some_and(|counts| counts.contains(&desired));
    if !is_own {
        let sentence = format!("another tool set the desired count to {desired}; left unchanged");
        return ended(operation, OperationOutcome::Failed, sentence);
    }
    if desired > 0 {
        return count_above_zero(operation, desired);
    }
    empty_or_left(operation, seen)
}

/// Returns the situation of a service whose count is not 0 yet, or no longer.
///
/// Without a grace StopTask follows in the same step. A count that this process saw at 0 before was raised by another tool, and
/// after the deadline it is left.
fn count_above_zero(operation: &Operation<'_>, desired: u32) -> Situation {
    let was_zero = operation.memory.zero_since.is_some();
    if was_zero && operation.now >= deadline(operation) {
        let sentence =
            format!("another tool, or scaling, set the desired count to {desired} again");
        return ended(operation, OperationOutcome::TimedOut, sentence);
    }
    let is_now = operation.record.request.grace.is_zero();
    let stop = if is_now { stops(operation, operation.kept()) } else { Vec::new() };
    let mut situation = operation.situation(Row::CountAboveZero { stop }, Vec::new());
    situation.memory.zero_since = None;
    situation.memory.stable = None;
    situation
}

fn empty_or_left(operation: &Operation<'_>, seen: &ServiceObservation) -> Situation {
    let left: Vec<_> = operation.tasks.iter().filter(|task| !task.has_ended()).collect();
    if left.is_empty() {
        return empty(operation);
    }
    let zero_since = operation.memory.zero_since.unwrap_or(operation.now);
    let mut situation = if operation.now >= deadline(operation) {
        ended(operation, OperationOutcome::TimedOut, left_sentence(operation, seen, &left))
    } else {
        stopping(operation, &left, after(zero_since, operation.record.request.grace))
    };
    situation.memory.zero_since = Some(zero_since);
    situation.memory.stable = None;
    situation
}

/// Returns the situation of tasks that are left: after the grace, those that ECS has not begun to stop get StopTask.
fn stopping(operation: &Operation<'_>, left: &[&ObservedTask], grace_end: Timestamp) -> Situation {
    let kept: Vec<_> = left.iter().filter(|task| task.is_kept()).collect();
    if !kept.is_empty() && operation.now >= grace_end {
        let stop = stops(operation, kept.into_iter().copied());
        return operation.situation(Row::GraceEnded { stop }, Vec::new());
    }
    let looks = [operation.next_look(), deadline(operation)];
    let grace = (!kept.is_empty()).then_some(grace_end);
    let until = looks.into_iter().chain(grace).min().unwrap_or_default();
    let tasks = left.iter().map(|task| task.id().to_owned()).collect();
    operation.situation(Row::TasksLeft { until }, vec![StabilityGap::Stopping { tasks }])
}

/// Returns the actions that stop tasks, as many as one step may stop.
fn stops<'a>(
    operation: &Operation<'_>,
    tasks: impl Iterator<Item = &'a ObservedTask>,
) -> Vec<OperationAction> {
    let reason = format!("ebb: {}", operation.record.id());
    let stop = |task: &ObservedTask| OperationAction::StopTask {
        task: task.arn.clone(),
        reason: reason.clone(),
    };
    tasks.take(STOPS_PER_STEP).map(stop).collect()
}

/// Returns the situation of a service without tasks: the proof by a second look, or the end.
fn empty(operation: &Operation<'_>) -> Situation {
    let of = fingerprint(operation.service, operation.tasks);
    let first = operation.memory.stable.filter(|look| look.of == of);
    let look = first.unwrap_or(StableLook { since: operation.now, of });
    let until = after(look.since, EMPTY_LOOK);
    let mut situation = if operation.now >= until {
        let killed = operation.tasks.iter().filter(|task| was_killed(operation, task)).count();
        let sentence = match killed {
            0 => "no task is left".to_owned(),
            killed => format!(
                "no task is left; {killed} ended with exit code 137, killed or out of memory"
            ),
        };
        ended(operation, OperationOutcome::Done, sentence)
    } else {
        operation.situation(Row::Empty { until }, vec![StabilityGap::SecondLook])
    };
    situation.memory.stable = Some(look);
    situation
}

/// Returns true if a container of the task was killed during the shutdown (O#29).
fn was_killed(operation: &Operation<'_>, task: &ObservedTask) -> bool {
    let is_of_it = task.stopped_at.is_some_and(|at| at >= operation.started);
    is_of_it && task.containers.iter().any(|container| container.exit_code == Some(137))
}

fn ended(operation: &Operation<'_>, outcome: OperationOutcome, sentence: String) -> Situation {
    let end = ShutdownEnd { outcome, sentence: shortened(&sentence), at: operation.now };
    let state = OperationState { shut_down: Some(end.clone()), ..operation.state.clone() };
    operation.situation(Row::ShutdownEnded { state, end }, Vec::new())
}

/// Returns the end of the timeout. Behind a load balancer ECS deregisters the tasks first, which takes its time.
fn deadline(operation: &Operation<'_>) -> Timestamp {
    let balanced = operation.service.is_load_balanced();
    let delay = if balanced { DEREGISTRATION_DELAY } else { Duration::ZERO };
    let length = operation.record.request.timeout.unwrap_or(SHUTDOWN_TIMEOUT + delay);
    after(operation.started, length)
}

/// Returns a sentence about the tasks that are left, and about what keeps them.
fn left_sentence(
    operation: &Operation<'_>,
    seen: &ServiceObservation,
    left: &[&ObservedTask],
) -> String {
    let named = left.iter().take(NAMED_TASKS).map(|task| task_left(task, seen, operation.now));
    let names = named.collect::<Vec<_>>().join("; ");
    let deployment = operation.running_deployment();
    let deployment = deployment.map(|id| format!("; deployment {id} is running"));
    let events = latest_events(&operation.service.events, operation.started);
    let are_left = if left.len() == 1 { "task is" } else { "tasks are" };
    format!("{} {are_left} left: {names}{}{events}", left.len(), deployment.unwrap_or_default())
}

/// Returns the task with its status and its starter, and with what keeps it.
fn task_left(task: &ObservedTask, seen: &ServiceObservation, now: Timestamp) -> String {
    let starter = task.started_by.as_deref().unwrap_or("unknown");
    let mut sentence = format!("{} is {}, started by {starter}", task.id(), task.last_status);
    let mut add = |keeper: Option<String>| {
        sentence.extend(keeper.map(|keeper| format!(", {keeper}")));
    };
    add(task.stopping_at.map(|at| format!("stopping since {}", whole_seconds(at))));
    let is_signalled = task.last_status == TaskStatus::Stopping;
    let stop_time = task.stop_time.filter(|_| is_signalled);
    add(stop_time.map(|length| format!("SIGKILL after its stop timeout of {} s", length.as_secs())));
    let targets = seen.targets.present().and_then(|found| found.get(&task.arn));
    let drains = targets.is_some_and(|it| it.iter().any(|it| it.state == TargetState::Draining));
    add(drains.then(|| "in its deregistration delay".to_owned()));
    let protection = seen.protection.present().and_then(|found| found.get(&task.arn).copied());
    let until = protection.flatten().filter(|until| *until > now);
    add(until.map(|until| format!("protected until {}", whole_seconds(until))));
    let agents = seen.agents.present().zip(task.container_instance.as_ref());
    let is_lost = agents.is_some_and(|(agents, host)| agents.get(host) == Some(&false));
    add(is_lost.then(|| "its agent is disconnected".to_owned()));
    sentence
}
