//! Rule 15. Services that hold up a drain, as notes for the operator.

use crate::decide::facts::drain_state::DrainState;
use crate::limits::EXPLAINED_AFTER;
use crate::moment::since;
use crate::note::Note;
use crate::observation::Group;
use crate::stuck_service::{StuckCause, may_be_stuck};
use crate::task::{Owner, Service, Task};

/// Returns the notes about the services of the tasks, and about managed draining.
pub(super) fn service_notes(state: &DrainState<'_>, all: &[Task], left: &[&Task]) -> Vec<Note> {
    let standalone_runs = left.iter().any(|task| task.is_running_standalone());
    let mut notes = Vec::new();
    for task in all {
        let Owner::Service { name, service: Some(service) } = &task.owner else { continue };
        notes.extend(service_note(state, task, name, service, standalone_runs));
    }
    if state.seen.group.present().is_some_and(Group::has_managed_draining) {
        notes.push(Note::ManagedDrainingToo);
    }
    notes.sort();
    notes.dedup();
    notes
}

fn service_note(
    state: &DrainState<'_>,
    task: &Task,
    name: &str,
    service: &Service,
    standalone_runs: bool,
) -> Option<Note> {
    let name = name.to_owned();
    if service.daemon && standalone_runs && is_stopped_by_the_drain(state, task) {
        return Some(Note::DaemonStoppedEarly { service: name });
    }
    let stuck = state.seen.stuck.present();
    if let Some(cause) = StuckCause::of_task(task, state.record.draining_since, stuck) {
        Some(Note::ServiceCannotDrain { service: name, cause })
    } else if !task.stopping && state.record.interrupted_at.is_some() && keeps_all_healthy(service)
    {
        Some(Note::NoTimeToReplace { service: name })
    } else {
        None
    }
}

/// Returns true if this sweep reads why service tasks stay: ten minutes after DRAINING, or after a Spot warning.
pub(super) fn needs_explanation(state: &DrainState<'_>, left: &[&Task]) -> bool {
    let is_long = |began| since(began, state.now) >= EXPLAINED_AFTER;
    let is_due =
        state.record.interrupted_at.is_some() || state.record.draining_since.is_some_and(is_long);
    is_due
        && state.seen.stuck.is_open()
        && state.seen.triggers.sweep().is_some()
        && left.iter().any(|task| may_be_stuck(task))
}

/// Returns true if a task that has stopped, or stops, ran when the drain began.
pub(super) fn is_stopped_by_the_drain(state: &DrainState<'_>, task: &Task) -> bool {
    let since = state.record.draining_since;
    task.stopping && task.stopped_at.is_none_or(|at| since.is_none_or(|since| at >= since))
}

fn keeps_all_healthy(service: &Service) -> bool {
    !service.daemon && service.minimum_healthy_percent >= 100
}
