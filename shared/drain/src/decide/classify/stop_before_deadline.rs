//! Rule 5. A task whose host is certain to go gets StopTask early enough for its own stop time.
//!
//! Standalone tasks are stopped before every deadline. Service tasks are stopped only if the host is certain to go, because
//! their service can move them as long as it stays.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::deadline::{Deadline, DeadlineKind};
use crate::decide::facts::answer::{Answer, Stop, known};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::planned_stops::{follows_a_plan, makes_a_plan, repaired_from};
use crate::decide::facts::task_listing::second_listing_sweep;
use crate::decision::{Action, Question};
use crate::limits::SERVICE_STOPS_AHEAD;
use crate::moment::{before, since};
use crate::note::Note;
use crate::policy::{CompletionResult, ServiceTaskPolicy};
use crate::recheck::{Wait, next_recheck};
use crate::task::{Owner, Task};

/// Stops that a deadline requires.
pub(super) struct DueStops<'a> {
    /// The deadline.
    pub(super) deadline: Deadline,
    /// Tasks that must stop now, in the order of their stops.
    pub(super) now: Vec<&'a Task>,
    /// Plans of the later stops. Without a queue for plans, one recheck at the time of the first later stop.
    pub(super) later: Vec<Action>,
}

/// Returns the stops that the deadline requires, if there is a deadline and a task that may be stopped for it.
///
/// A group's tag can exempt its service tasks, so the group is asked for before they are stopped. If Auto Scaling does not
/// answer, the configuration decides, because the host goes all the same.
pub(super) fn due_stops<'a>(
    state: &DrainState<'_>,
    left: &[&'a Task],
) -> Answer<Option<DueStops<'a>>> {
    let has_candidates = left.iter().any(|task| !task.stopping);
    let Some(deadline) = state.deadline()?.filter(|_| has_candidates) else { return Ok(None) };
    let with_services = stops_service_tasks(state, deadline, left)?;
    let stops = |task: &&Task| {
        task.is_running_standalone() || with_services && task.is_running_in_service()
    };
    let tasks: Vec<&Task> = left.iter().copied().filter(stops).collect();
    if tasks.is_empty() {
        return Ok(None);
    }
    let mut due = by_urgency(state, deadline, &tasks, left);
    due.now.sort_by_key(|task| (Reverse(stop_time(state, task)), order_of_kind(task)));
    if deadline.kind != DeadlineKind::SpotInterruption && !due.now.is_empty() {
        state.require_latest_action()?;
    }
    if deadline.kind == DeadlineKind::DrainTimeout && !due.now.is_empty() {
        state.require_tags()?;
    }
    if state.seen.group.is_open() && due.now.iter().any(|task| task.is_running_in_service()) {
        return Err(Stop::Ask(vec![Question::Group]));
    }
    Ok(Some(due))
}

/// Returns the questions about stop times, if there is a deadline and a task's stop time is unknown.
pub(super) fn open_stop_times(state: &DrainState<'_>, left: &[&Task]) -> Answer<Vec<Question>> {
    let is_open =
        |kind: fn(&Task) -> bool| left.iter().any(|task| kind(task) && task.stop_time.is_none());
    let standalone = state.seen.stop_times.is_open() && is_open(Task::is_running_standalone);
    let service = state.seen.service_stop_times.is_open() && is_open(Task::is_running_in_service);
    let mut questions = Vec::new();
    if !standalone && !service {
        return Ok(questions);
    }
    let Some(deadline) = state.deadline()? else { return Ok(questions) };
    if standalone {
        questions.push(Question::StopTimes);
    }
    if service && stops_service_tasks(state, deadline, left)? {
        questions.push(Question::ServiceStopTimes);
    }
    Ok(questions)
}

/// Returns the note about a hook of another tool, which keeps service tasks from being stopped at the drain timeout.
pub(super) fn foreign_hook_note(
    state: &DrainState<'_>,
    deadline: Option<Deadline>,
    left: &[&Task],
) -> Option<Note> {
    deadline.filter(|deadline| is_near(state, *deadline))?;
    let is_drain_timeout = deadline?.kind == DeadlineKind::DrainTimeout;
    let holds_services = left.iter().any(|task| task.is_running_in_service());
    let hook = state.seen.group.present()?.foreign_hooks.first()?;
    (is_drain_timeout && holds_services).then(|| Note::ForeignHookHolds { hook: hook.clone() })
}

/// Returns true if service tasks are stopped before this deadline.
fn stops_service_tasks(state: &DrainState<'_>, deadline: Deadline, left: &[&Task]) -> Answer<bool> {
    let stops = state.policy.service_tasks == ServiceTaskPolicy::Stop
        && is_near(state, deadline)
        && left.iter().any(|task| task.is_running_in_service());
    Ok(stops && is_certain_to_go(state, deadline)?)
}

/// Returns true if stop times of service tasks are read for this deadline. A Spot warning is always near.
fn is_near(state: &DrainState<'_>, deadline: Deadline) -> bool {
    deadline.kind == DeadlineKind::SpotInterruption
        || since(state.now, deadline.at) <= SERVICE_STOPS_AHEAD
}

/// Returns true if the host goes at the deadline, whatever ebb does.
///
/// A drain timeout is ebb's own. The host goes then only if no other terminating hook holds it, and if its group does not
/// retain it after an ABANDON.
fn is_certain_to_go(state: &DrainState<'_>, deadline: Deadline) -> Answer<bool> {
    if deadline.kind != DeadlineKind::DrainTimeout {
        return Ok(true);
    }
    let group = match known(&state.seen.group, Question::Group) {
        Err(Stop::Unanswered(_)) => None,
        other => other?,
    };
    Ok(group.is_some_and(|group| {
        let is_retained =
            state.policy.at_deadline == CompletionResult::Abandon && group.retains_abandoned;
        state.seen.hooks.is_answered() && group.foreign_hooks.is_empty() && !is_retained
    }))
}

fn by_urgency<'a>(
    state: &DrainState<'_>,
    deadline: Deadline,
    tasks: &[&'a Task],
    left: &[&Task],
) -> DueStops<'a> {
    let stop_at = |task: &Task| stop_at(state, deadline, task);
    let is_planned = deadline.kind == DeadlineKind::SpotInterruption && follows_a_plan(state);
    let is_due = |task: &&Task| {
        let at = stop_at(task);
        let from = if is_planned { repaired_from(at) } else { at };
        from <= state.now
    };
    let (now, later): (Vec<&Task>, Vec<&Task>) = tasks.iter().copied().partition(is_due);
    let is_whole = left.len() >= state.described.tasks as usize;
    let later = match later.into_iter().map(|task| (stop_at(task), task)).min_by_key(|it| it.0) {
        _ if is_planned => Vec::new(),
        None => Vec::new(),
        Some(_) if makes_a_plan(state) && is_whole => plans(state, deadline, tasks),
        Some((at, _)) => {
            let listed_by = second_listing_sweep(state, deadline);
            let wait = Wait::TaskStop { at, listed_by };
            next_recheck(wait, &state.seen.triggers, state.now).into_iter().collect()
        }
    };
    DueStops { deadline, now, later }
}

/// Returns the plans of the stops that are not due yet, one for each time.
fn plans(state: &DrainState<'_>, deadline: Deadline, tasks: &[&Task]) -> Vec<Action> {
    let mut by_time: BTreeMap<Timestamp, Vec<&Task>> = BTreeMap::new();
    for task in tasks {
        by_time.entry(stop_at(state, deadline, task)).or_default().push(task);
    }
    let later = by_time.into_iter().filter(|(at, _)| *at > state.now);
    let plan = |(at, mut tasks): (Timestamp, Vec<&Task>)| {
        tasks.sort_by_key(|task| order_of_kind(task));
        let standalone = tasks.iter().filter(|task| task.owner == Owner::Standalone).count();
        let tasks = tasks.iter().map(|task| task.arn.clone()).collect();
        Action::PlanStops { at, deadline: deadline.at, tasks, standalone }
    };
    later.map(plan).collect()
}

/// Returns the latest time at which a task must be stopped to end before the deadline, earlier where many instances have a
/// deadline at that time.
fn stop_at(state: &DrainState<'_>, deadline: Deadline, task: &Task) -> Timestamp {
    let is_spot = deadline.kind == DeadlineKind::SpotInterruption;
    let ahead = if is_spot { Duration::ZERO } else { state.seen.stops_ahead };
    let stop_time = stop_time(state, task).saturating_add(state.policy.stop_margin);
    before(deadline.at, stop_time.saturating_add(ahead))
}

/// Returns the time from StopTask to the end of a task. Deregistration from a load balancer comes before the first signal
/// to a container (ECS developer guide, load-balancer-connection-draining).
fn stop_time(state: &DrainState<'_>, task: &Task) -> Duration {
    let stop_time = task.stop_time.unwrap_or(state.policy.default_stop_timeout);
    let is_load_balanced = task.is_load_balanced();
    let delay = if is_load_balanced { state.policy.deregistration_delay } else { Duration::ZERO };
    stop_time.saturating_add(delay)
}

/// Returns the place of a task among those with the same stop time: standalone, replica, daemon.
fn order_of_kind(task: &Task) -> u8 {
    match &task.owner {
        Owner::Standalone => 0,
        Owner::Service { .. } if task.is_daemon() => 2,
        Owner::Service { .. } => 1,
    }
}
