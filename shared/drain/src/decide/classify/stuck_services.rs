//! Rule 15. Services that hold up a drain, as notes for the operator.

use crate::decide::facts::drain_state::DrainState;
use crate::note::Note;
use crate::task::{Owner, Service, Task};

/// Returns the notes about the services of the tasks, and about managed draining.
pub(super) fn service_notes(state: &DrainState<'_>, all: &[Task], left: &[&Task]) -> Vec<Note> {
    let standalone_runs = left.iter().any(|task| task.is_running_standalone());
    let mut notes = Vec::new();
    for task in all {
        let Owner::Service { name, service: Some(service) } = &task.owner else { continue };
        notes.extend(service_note(state, task, name, service, standalone_runs));
    }
    if state.seen.group.present().is_some_and(|group| group.managed_draining) {
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
        Some(Note::DaemonStoppedEarly { service: name })
    } else if !task.stopping && service.cannot_drain() {
        Some(Note::ServiceCannotDrain { service: name })
    } else if !task.stopping && state.record.interrupted_at.is_some() && keeps_all_healthy(service)
    {
        Some(Note::NoTimeToReplace { service: name })
    } else {
        None
    }
}

/// Returns true if a task that has stopped, or stops, ran when the drain began.
pub(super) fn is_stopped_by_the_drain(state: &DrainState<'_>, task: &Task) -> bool {
    let since = state.record.draining_since;
    task.stopping && task.stopped_at.is_none_or(|at| since.is_none_or(|since| at >= since))
}

fn keeps_all_healthy(service: &Service) -> bool {
    !service.daemon && service.minimum_healthy_percent >= 100
}
